"""What the pages share: the services, the evidence of a request, a PDF as an answer."""

from __future__ import annotations

from typing import cast

from flask import Response, current_app, request, session
from markupsafe import Markup

from signing.ceremony import Asker, Evidence
from signing.services import Services
from signing.web import language, reading

LONGEST_USER_AGENT = 300  # characters
MOST_MARKS = 40  # a browser that opened more links than this proves the oldest again


def the_services() -> Services:
    """The services of this application."""
    return cast(Services, current_app.extensions["services"])


def evidence() -> Evidence:
    """What the audit trail keeps of this request."""
    agent = request.user_agent.string[:LONGEST_USER_AGENT]
    return Evidence(
        address=request.remote_addr or "", user_agent=agent, language=language.shown(), marks=marks()
    )


def marks() -> frozenset[str]:
    """What this browser has shown of itself before, by its signed session."""
    return frozenset(session.get("marks", ()))


def remember(mark: str) -> None:
    """Gives this browser a mark."""
    session["marks"] = [*(kept for kept in session.get("marks", ()) if kept != mark), mark][-MOST_MARKS:]


def frame(asker: Asker) -> dict[str, object]:
    """What the frame of every page needs: who asks, and whom to call."""
    return {"sender": asker.sender, "asker": asker}


def zip_file(content: bytes, filename: str) -> Response:
    """A zip file to keep under ``filename``."""
    response = Response(content, mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response


def document_html(html: str, title: str) -> Markup:
    """A document's HTML as a part of a page (see ``reading``); ``title`` names its widest tables."""
    texts = language.texts()
    return reading.as_part_of_page(html, lambda number: texts.get("read.table", number=number, title=title))


def pdf(content: bytes, filename: str) -> Response:
    """A PDF that opens in the browser. ``filename``: what it is called when kept."""
    response = Response(content, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=filename)
    return response


def download(content: bytes, kind: str, filename: str) -> Response:
    """A file to keep."""
    response = Response(content, mimetype=kind)
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response
