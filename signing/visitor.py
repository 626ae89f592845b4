"""A person with a mailbox and a browser without JavaScript: reads mail, opens links, fills in forms."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import httpx

from signing import mailbox
from signing.errors import SigningError


class VisitFailed(SigningError):
    """A page did not do what its text promises; says which page and status, without its secret link."""


class Post:
    """A folder of mail, read in the order of arrival; each link is handed out once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._used: set[str] = set()

    def next_link(self, path: str, patience: float) -> str:
        """The next link whose path starts with ``path``; waits at most ``patience`` seconds for its mail."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            for mail in mailbox.read_folder(self._folder):
                for link in mail.links:
                    if link not in self._used and httpx.URL(link).path.startswith(path):
                        self._used.add(link)
                        return link
            time.sleep(0.1)
        raise VisitFailed(f"No mail with a link to {path} came within {patience:.0f} seconds.")


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


def sign(client: httpx.Client, link: str) -> None:
    """Goes through all pages of a link, ticks the box and presses the button."""
    page = _get(client, link)
    page = _press(client, link, page, "/open")
    _look_at_documents(client, page)
    page = _press(client, link, page, "/lezen")
    path = httpx.URL(link).path
    page = _get(client, f"{path}/tekenen")
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


def _press(client: httpx.Client, link: str, page: Page, to: str, *, tick: bool = False) -> Page:
    path = httpx.URL(link).path
    form = next((form for form in page.forms if httpx.URL(form.action).path == f"{path}{to}"), None)
    if form is None:
        raise VisitFailed(f"The page has no button that leads to {to}.")
    filled = [*form.fields, *(form.boxes if tick else [])]
    data: dict[str, list[str]] = {}
    for name, value in filled:
        data.setdefault(name, []).append(value)
    answer = client.post(form.action, data=data)
    if answer.is_error:
        raise VisitFailed(f"The button to {to} answered {answer.status_code}.")
    return Page(answer.text)
