"""The pages of the ceremony: welcome, read, choose, sign or decline, done. A GET changes nothing."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from signing import ceremony
from signing.ceremony import View
from signing.errors import NotAgreed, NotFound
from signing.packet import Action, Answer, acknowledgement_ends
from signing.web import leaflets, parts, reading
from signing.web.parts import the_services

blueprint = Blueprint("pages", __name__, url_prefix="/s/<token>")


@blueprint.get("")
def welcome(token: str) -> str:
    """Who asks, what for, which documents, how long it takes, whom to call."""
    view = _view(token)
    signs = view.recipient.action is Action.SIGN
    until = view.packet.expires_at if signs else acknowledgement_ends(view.packet)
    return _page("welcome.html", token, view, until=the_services().texts.last_day(until) if until else None)


@blueprint.post("/open")
def open_link(token: str) -> AnyResponse:
    """A person, not a scanner, opened the link."""
    ceremony.open_link(the_services(), token, parts.evidence())
    return _next("pages.read", token)


@blueprint.get("/lezen")
def read(token: str) -> str:
    """The documents, as text and as the PDF that is signed."""
    return _page("read.html", token, _view(token))


@blueprint.post("/lezen")
def shown(token: str) -> AnyResponse:
    """The reader came to the end and goes on."""
    ceremony.show(the_services(), token, parts.evidence())
    return _next("pages.choose", token)


@blueprint.get("/keuze")
def choose(token: str) -> AnyResponse | str:
    """Yes or no, of equal weight (domain 6)."""
    return _after_reading("choose.html", token)


@blueprint.get("/tekenen")
def sign(token: str) -> AnyResponse | str:
    """What is agreed to, what follows from it, and the button; after a mistake also what to mend."""
    return _after_reading("sign.html", token, problem=_mistake("sign.tick"))


@blueprint.post("/tekenen")
def signed(token: str) -> AnyResponse:
    """The press of the button."""
    try:
        ceremony.sign(
            the_services(),
            token,
            parts.evidence(),
            agreed=request.form.get("agreed") == "yes",
            on_screen=tuple(request.form.getlist("on_screen")),
        )
    except NotAgreed:
        return _once_more("pages.sign", token)
    return _next("pages.done", token)


@blueprint.get("/weigeren")
def decline(token: str) -> str:
    """Saying no, with a short reason."""
    reasons = tuple(ceremony.REASONS)
    return _page("decline.html", token, _view(token), problem=_mistake("decline.choose"), reasons=reasons)


@blueprint.post("/weigeren")
def declined(token: str) -> AnyResponse:
    """The recipient says no."""
    reason = request.form.get("reason", "")
    if reason not in ceremony.REASONS:
        ceremony.view(the_services(), token)  # a link that is of no use says so first
        return _once_more("pages.decline", token)
    ceremony.decline(the_services(), token, parts.evidence(), reason=reason)
    return _next("pages.done", token)


@blueprint.get("/klaar")
def done(token: str) -> AnyResponse | str:
    """What happens now."""
    try:
        view = ceremony.answered(the_services(), token)
    except NotFound:
        return _next("pages.welcome", token)  # that page knows what is the matter
    return done_page(view, again=False)


@blueprint.get("/document/<name>.pdf")
def document(token: str, name: str) -> Response:
    """The PDF as it is shown and signed."""
    return parts.pdf(ceremony.document(the_services(), token, name), f"{name}.pdf")


def done_page(view: View, *, again: bool) -> str:
    """The last page; ``again``: the reader came back after the answer."""
    texts = the_services().texts
    if view.recipient.answer is None or view.recipient.answered_at is None:
        raise ValueError("the last page is for who has answered")
    return render_template(
        "done.html",
        again=again,
        answered_at=texts.moment(view.recipient.answered_at),
        next=_what_happens_now(view),
        view=view,
        **parts.frame(view.asker),
    )


def _what_happens_now(view: View) -> list[str]:
    texts = the_services().texts
    answer = view.recipient.answer
    if answer is Answer.DECLINED:
        stops = view.recipient.action is Action.SIGN
        then = texts.get("done.no_contract") if stops else texts.get("done.still_counts")
        return [texts.get("done.told", sender=view.asker.sender), then]
    waiting = [r.label for r in view.packet.recipients if r.answer is None and r.action is Action.SIGN]
    said = [texts.get("done.waits_for", labels=", ".join(waiting))] if waiting else []
    if answer is Answer.SIGNED and not waiting:
        said.append(texts.get("done.all_signed"))
    host = view.recipient.host_name
    copy = texts.get("done.copy_host", host=host) if host else texts.get("done.copy")
    return [*said, copy, texts.get("done.nothing_to_do")]


def _view(token: str) -> View:
    return ceremony.view(the_services(), token)


def _after_reading(template: str, token: str, **values: object) -> AnyResponse | str:
    view = _view(token)
    if view.recipient.shown_at is None:
        return _next("pages.read", token)
    return _page(template, token, view, **values)


def _once_more(endpoint: str, token: str) -> AnyResponse:
    # A page of its own names the mistake: the answer to a POST would be lost when the reader goes back.
    return redirect(url_for(endpoint, token=token, fout="1"), code=303)


def _mistake(key: str) -> str | None:
    return the_services().texts.get(key) if request.args.get("fout") == "1" else None


def _page(template: str, token: str, view: View, **values: object) -> str:
    minutes = reading.minutes(document.html for document in view.documents)
    context: dict[str, object] = {
        "problem": None,
        "minutes": minutes,
        "languages": leaflets.languages(view),
        **parts.frame(view.asker),
        **values,
        "view": view,
    }
    return render_template(template, token=token, **context)


def _next(endpoint: str, token: str) -> AnyResponse:
    # 303: the browser asks for the next page with GET, so that "reload" never repeats an answer.
    return redirect(url_for(endpoint, token=token), code=303)
