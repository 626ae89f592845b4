"""The language of a page: what its reader chose, else what the packet knows of the reader, else Dutch.

A choice is a link to the same page; the browser keeps it in a cookie. Nothing of a packet changes by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, urlencode

from flask import Flask, Response, current_app, g, request, url_for
from markupsafe import Markup, escape
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from signing.texts import PAGE_LANGUAGES, Texts, direction, page_texts

ASKED = "taal"  # in an address
SHOWN = "shown_in"  # in a form: the language of the page that it stood on
COOKIE = "huurzegel_taal"
KEPT = timedelta(days=365)
DUTCH = PAGE_LANGUAGES[0]
TRANSLATED = ("pages", "leaflets", "copies", "public", None)  # blueprints; None: an address without a page
# Its ``taal`` is of the explanation, which there is in more languages than pages.
OF_EXPLANATION = "leaflets.in_short"


@dataclass(frozen=True)
class Choice:
    """One language of the switch: how it calls itself, and the address of this page in it."""

    code: str
    direction: str
    name: str
    href: str


def install(app: Flask) -> None:
    """Makes the pages of ``app`` speak the languages of PAGE_LANGUAGES."""
    app.before_request(_choose)
    app.after_request(_keep)
    app.context_processor(_of_page)
    app.jinja_env.globals.update(t=_get, n=_count, page_language=current)
    app.jinja_env.filters["direction"] = direction


def current() -> str:
    """The language of this page."""
    if request.blueprint not in TRANSLATED:
        return DUTCH
    found: str = g.get("language_chosen") or g.get("language_known") or DUTCH
    return found


def texts() -> Texts:
    """The texts of this page."""
    return page_texts(current())


def known(language: str) -> None:
    """The packet knows which language this reader prefers; a choice of the reader itself goes first."""
    if language in PAGE_LANGUAGES:
        g.language_known = language


def shown() -> str:
    """The language of the page whose form this is. Raises NotFound when there are no such pages."""
    told = request.form.get(SHOWN) if request.method == "POST" else None
    if told is None:
        return current()
    if told not in PAGE_LANGUAGES:
        raise NotFound("There are no pages in this language.")
    return told


def _choose() -> None:
    asked, kept = request.args.get(ASKED), request.cookies.get(COOKIE)
    if request.blueprint in TRANSLATED and asked in PAGE_LANGUAGES:
        g.language_chosen = g.language_asked = asked
    elif kept in PAGE_LANGUAGES:
        g.language_chosen = kept
    if request.endpoint is None or request.blueprint not in TRANSLATED or request.endpoint == OF_EXPLANATION:
        return
    if asked is not None and asked not in PAGE_LANGUAGES:
        raise NotFound("There are no pages in this language.")


def _keep(response: Response) -> Response:
    if asked := g.get("language_asked"):
        response.set_cookie(
            COOKIE,
            asked,
            max_age=KEPT,
            httponly=True,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            samesite="Lax",
        )
    return response


def _of_page() -> dict[str, object]:
    """What the frame of every page is given."""
    return {"language": current(), "page_languages": _choices()}


def _choices() -> list[Choice]:
    """The switch; empty where there is one language."""
    if request.blueprint not in TRANSLATED:
        return []
    path = _path()
    return [
        Choice(code, direction(code), page_texts(code).get(f"language.{code}"), f"{path}?{_query(code)}")
        for code in PAGE_LANGUAGES
    ]


def _query(code: str) -> str:
    others = {name: value for name, value in request.args.items() if name != ASKED}
    return urlencode({**others, ASKED: code})


def _path() -> str:
    """Of this page, or of the first page of its link when it is the answer to a form that has no page."""
    token = (request.view_args or {}).get("token")
    here = "/" + quote(request.path.lstrip("/"))  # with two slashes it would lead to another host
    if request.method in ("GET", "HEAD") or token is None:
        return here
    try:
        current_app.url_map.bind("").match(request.path, method="GET")
    except (NotFound, MethodNotAllowed, RequestRedirect):
        return url_for("pages.welcome", token=token)
    return here


def _get(key: str, **values: object) -> str:
    said = texts().get(key, **values)
    if not any(isinstance(value, Markup) for value in values.values()):
        return said
    return Markup(escape(texts().pattern(key))).format(**values)  # noqa: S704  (the pattern was escaped)


def _count(key: str, number: int, **values: object) -> str:
    return texts().count(key, number, **values)
