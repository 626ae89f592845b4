"""The way through the pages of a link: what each page needs, and which one comes next."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from signing import ceremony
from signing.ceremony import Asker, View
from signing.errors import NotAttested, NotStated
from signing.web import language, leaflets, parts, reading, wording
from signing.web.parts import the_services

blueprint = Blueprint("pages", __name__, url_prefix="/s/<token>")


def view_of(token: str) -> View:
    """What this browser may see. Raises as `ceremony.view`."""
    view = ceremony.view(the_services(), token, parts.marks())
    language.known(view.recipient.language)
    return view


def page(template: str, token: str, view: View, **values: object) -> str:
    """A page of who was let in."""
    given = {
        "minutes": reading.minutes(document.html for document in view.documents),
        "languages": leaflets.languages(view),
        "words": wording.words(view.packet.type),
        "beside": wording.beside(view.packet.type, view.recipient),
        **values,
    }
    return plain_page(template, token, view.asker, view=view, **given)


def plain_page(template: str, token: str, asker: Asker, **values: object) -> str:
    """A page of whoever has the link."""
    return render_template(template, token=token, **{"problem": None, **values}, **parts.frame(asker))


def go(endpoint: str, token: str) -> AnyResponse:
    """On to a page. 303: the browser asks for it with GET, so that "reload" never repeats an answer."""
    return redirect(url_for(endpoint, token=token), code=303)


def once_more(endpoint: str, token: str, mistake: str = "1") -> AnyResponse:
    """The same page with what is wrong: the answer to a POST would be lost when the reader goes back."""
    return redirect(url_for(endpoint, token=token, fout=mistake), code=303)


def mistake() -> str | None:
    """What `once_more` said; None on a page without a mistake."""
    return request.args.get("fout")


def onward(token: str) -> AnyResponse:
    """To the first page after the proof that this reader has not had yet."""
    try:
        view = view_of(token)
    except NotAttested:
        return go("pages.together", token)
    except NotStated:
        return go("pages.person", token)
    return go("leaflets.in_short" if leaflets.languages(view) else "pages.read", token)


def step(view: View, name: str) -> str:
    """Which of the numbered pages this is: ``read``, ``choose`` or ``answer``."""
    of = leaflets.FULL_WAY if leaflets.languages(view) else leaflets.FULL_WAY - 1
    number = of - 2 + ("read", "choose", "answer").index(name)
    return language.texts().get("step", number=number, of=of)
