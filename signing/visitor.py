"""A person with a mailbox and a browser without JavaScript: reads mail, opens links, fills in forms."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import httpx

from signing import mailbox
from signing.errors import SigningError

_CODE = re.compile(r"Uw code is:? (\d{6})\b")


class VisitFailed(SigningError):
    """A page did not do what its text promises; says which page and status, without its secret link."""


class Post:
    """A folder of mail, and one of text messages, read in the order of arrival; each is handed out once."""

    def __init__(self, folder: Path, sms: Path | None = None) -> None:
        self._folder, self._sms = folder, sms
        self._used: set[str] = set()

    def next_link(self, path: str, patience: float) -> str:
        """The next link whose path starts with ``path``, by mail or text message.

        Waits at most ``patience`` seconds for it.
        """
        return self._next(lambda: self._links(path), f"message with a link to {path}", patience)

    def next_code(self, patience: float) -> str:
        """The next one-time code, by mail or text message; waits at most ``patience`` seconds for it."""
        return self._next(self._codes, "message with a code", patience)

    def _next(self, look: Callable[[], Iterator[str]], what: str, patience: float) -> str:
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            for found in look():
                if found not in self._used:
                    self._used.add(found)
                    return found.rpartition(" ")[2]
            time.sleep(0.1)
        raise VisitFailed(f"No {what} came within {patience:.0f} seconds.")

    def _links(self, path: str) -> Iterator[str]:
        for read in mailbox.read_all(self._folder, self._sms):
            yield from (link for link in read.links if httpx.URL(link).path.startswith(path))

    def _codes(self) -> Iterator[str]:
        # Two codes may be the same digits: what was handed out is known by its message.
        for read in mailbox.read_all(self._folder, self._sms):
            if code := _CODE.search(read.text):
                yield f"{read.file.name} {code[1]}"


@dataclass
class Form:
    """A form of a page: where it goes, and what it holds."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[tuple[str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """The forms and links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.feed(text)

    def form(self, link: str, to: str) -> Form | None:
        """The form whose button leads to this page of a link."""
        path = f"{httpx.URL(link).path}{to}"
        return next((form for form in self.forms if httpx.URL(form.action).path == path), None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Called by the parser."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
        elif tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "input" and self.forms and "name" in given:
            into = self.forms[-1].boxes if given.get("type") == "checkbox" else self.forms[-1].fields
            into.append((given["name"], given.get("value", "on")))


def sign(client: httpx.Client, link: str, post: Post, patience: float = 60) -> None:
    """Goes through all pages of a link, ticks the box and presses the button; a code comes from ``post``.

    A host who opens the link declares to know who is there, and hands the device over.
    """
    page = _press(client, link, _get(client, link), "/open")
    if page.form(link, "/samen"):
        page = _press(client, link, _press(client, link, page, "/samen", method="known"), "/geef")
    if page.form(link, "/bewijs"):
        page = _press(client, link, page, "/bewijs", code=post.next_code(patience))
    for way in ("/persoon", "/in-het-kort"):
        if page.form(link, way):
            page = _press(client, link, page, way)
    _look_at_documents(client, page)
    _press(client, link, page, "/lezen")
    page = _get(client, f"{httpx.URL(link).path}/tekenen")
    _press(client, link, page, "/tekenen", tick=True)


def fetch_copies(client: httpx.Client, link: str) -> None:
    """Downloads every sealed copy that a link offers; each has to be a PDF."""
    copies = [href for href in _get(client, link).links if href.endswith(".pdf")]
    if not copies:
        raise VisitFailed("The page with the own copy offers no document.")
    for href in copies:
        _pdf(client, href)


def _look_at_documents(client: httpx.Client, page: Page) -> None:
    for href in {href for href in page.links if href.endswith(".pdf")}:
        _pdf(client, href)


def _pdf(client: httpx.Client, href: str) -> None:
    if not client.get(href).raise_for_status().content.startswith(b"%PDF-"):
        raise VisitFailed("A link to a document gave something that is no PDF.")


def _get(client: httpx.Client, url: str) -> Page:
    answer = client.get(url)
    if answer.is_error:
        raise VisitFailed(f"A page of the ceremony answered {answer.status_code}.")
    return Page(answer.text)


def _press(client: httpx.Client, link: str, page: Page, to: str, *, tick: bool = False, **typed: str) -> Page:
    form = page.form(link, to)
    if form is None:
        raise VisitFailed(f"The page has no button that leads to {to}.")
    filled = [*form.fields, *(form.boxes if tick else [])]
    data: dict[str, list[str]] = {}
    for name, value in filled:
        data.setdefault(name, []).append(value)
    answer = client.post(form.action, data={**data, **typed})
    if answer.is_error:
        raise VisitFailed(f"The button to {to} answered {answer.status_code}.")
    return Page(answer.text)
