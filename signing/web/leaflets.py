"""What a recipient may read beside the documents: leaflets, and the short explanation in more languages."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from signing import ceremony, speech
from signing.ceremony import DocumentView, View
from signing.errors import NotFound
from signing.web import language, parts
from signing.web.parts import the_services

IN_SHORT = "summary"  # the leaflet that explains the packet; summary.<language>.md holds its translations
DUTCH = "nl"
FULL_WAY = 4  # numbered pages of who has an explanation to read: this one, read, choose, answer

blueprint = Blueprint("leaflets", __name__, url_prefix="/s/<token>")


@dataclass(frozen=True)
class Language:
    """A choice of language: its code and direction, and how it calls itself."""

    code: str
    direction: str
    name: str


@dataclass(frozen=True)
class Sheet:
    """What the page shows: a text in a language; ``pdf``: the leaflet to download, when it is one.

    ``minutes``: how long listening to it takes; None when nobody can say it.
    """

    title: str
    html: Markup
    language: str
    direction: str
    pdf: DocumentView | None
    minutes: int | None = None


@blueprint.get("/in-het-kort")
def in_short(token: str) -> str:
    """The short explanation in the language of ``taal``, or of the pages, or in Dutch; information only.

    Changes nothing.
    """
    view = _view(token)
    own = language.current() if language.current() in [each.code for each in languages(view)] else DUTCH
    chosen = request.args.get(language.ASKED, own)
    sheet = _leaflet(view, IN_SHORT) if chosen == DUTCH else None
    sheet = sheet or _summary(view, chosen)
    if the_services().speaker.speaks(chosen) and chosen in the_services().catalog.languages(view.packet.type):
        sheet = replace(sheet, minutes=speech.minutes(_spoken(view, chosen)))
    return _page(token, view, sheet, languages(view), way_on=True)


@blueprint.get("/in-het-kort/<code>.mp3")
def listen(token: str, code: str) -> Response:
    """The short explanation as sound: the words of the template, with nothing of this packet in them."""
    view = _view(token)
    services = the_services()
    if code not in [each.code for each in languages(view)] or not services.speaker.speaks(code):
        raise NotFound("There is no sound in this language.")
    path = services.speaker.say(code, _spoken(view, code))
    return send_file(path, mimetype="audio/mpeg", conditional=True)  # a part at a time, as phones ask


@blueprint.post("/in-het-kort")
def went_on(token: str) -> AnyResponse:
    """The reader goes on to the documents."""
    view = _view(token)
    chosen = request.form.get("taal", DUTCH)
    if chosen not in [each.code for each in languages(view)]:
        raise NotFound("There is no explanation in this language.")
    ceremony.page(the_services(), token, replace(parts.evidence(), language=chosen), name=IN_SHORT)
    return redirect(url_for("pages.read", token=token), code=303)


@blueprint.get("/blad/<name>")
def leaflet(token: str, name: str) -> str:
    """One leaflet as text. Changes nothing."""
    view = _view(token)
    sheet = _leaflet(view, name)
    if sheet is None:
        raise NotFound("This recipient has no such leaflet.")
    return _page(token, view, sheet, (), way_on=False)


def _view(token: str) -> View:
    view = ceremony.view(the_services(), token, parts.marks())
    language.known(view.recipient.language)
    return view


def languages(view: View) -> tuple[Language, ...]:
    """The languages of the short explanation for who may see it; Dutch first."""
    if all(leaflet.name != IN_SHORT for leaflet in view.leaflets):
        return ()
    catalog, texts = the_services().catalog, language.texts()
    found = (catalog.summary(view.packet.type, code) for code in catalog.languages(view.packet.type))
    return tuple(
        Language(each.language, each.direction, texts.optional(f"language.{each.language}") or each.title)
        for each in found
    )


def _spoken(view: View, code: str) -> str:
    found = the_services().catalog.summary(view.packet.type, code)
    return speech.spoken(found.title, found.html)


def _leaflet(view: View, name: str) -> Sheet | None:
    for leaflet in view.leaflets:
        if leaflet.name == name:
            html = parts.document_html(leaflet.html, leaflet.title)
            return Sheet(leaflet.title, html, DUTCH, "ltr", leaflet)
    return None


def _summary(view: View, code: str) -> Sheet:
    catalog = the_services().catalog
    if code not in catalog.languages(view.packet.type):
        raise NotFound("There is no explanation in this language.")
    found = catalog.summary(view.packet.type, code)
    # docgen made this HTML from the template's own Markdown, without any value of the packet.
    return Sheet(found.title, Markup(found.html), found.language, found.direction, None)  # noqa: S704


def _page(token: str, view: View, sheet: Sheet, choice: tuple[Language, ...], *, way_on: bool) -> str:
    """``way_on``: it is a page of the way, with a button to the next one."""
    return render_template(
        "leaflet.html",
        token=token,
        view=view,
        sheet=sheet,
        languages=choice,
        way_on=way_on,
        step=language.texts().get("step", number=1, of=FULL_WAY),
        **parts.frame(view.asker),
    )
