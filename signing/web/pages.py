"""The pages of the ceremony: welcome, read, choose, sign, done. A GET changes nothing."""

from __future__ import annotations

from flask import Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

import docgen
from signing import ceremony, ics
from signing.ceremony import View
from signing.errors import NotAgreed, NotFound
from signing.packet import Action, Answer, acknowledgement_ends
from signing.web import language, parts, reading, wording
from signing.web.parts import the_services
from signing.web.way import blueprint, go, mistake, once_more, onward, page, plain_page, step, view_of


@blueprint.get("")
def welcome(token: str) -> str:
    """Who asks, what for, which documents, how long it takes, whom to call."""
    found = ceremony.welcome(the_services(), token)
    language.known(found.recipient.language)
    signs = found.recipient.action is Action.SIGN
    until = found.packet.expires_at if signs else acknowledgement_ends(found.packet)
    return plain_page(
        "welcome.html",
        token,
        found.asker,
        found=found,
        words=wording.words(found.packet.type),
        minutes=reading.minutes(found.texts),
        until=language.texts().last_day(until) if until else None,
    )


@blueprint.post("/open")
def open_link(token: str) -> AnyResponse:
    """A person, not a scanner, opened the link."""
    ceremony.open_link(the_services(), token, parts.evidence())
    return onward(token)


@blueprint.get("/lezen")
def read(token: str) -> str:
    """The documents, as text and as the PDF that is signed."""
    view = view_of(token)
    return page("read.html", token, view, step=step(view, "read"))


@blueprint.post("/lezen")
def shown(token: str) -> AnyResponse:
    """The reader came to the end and goes on."""
    ceremony.show(the_services(), token, parts.evidence())
    return go("pages.choose", token)


@blueprint.get("/keuze")
def choose(token: str) -> AnyResponse | str:
    """Yes, a question, or no: of equal weight (domain 6)."""
    return after_reading("choose.html", token, "choose")


@blueprint.get("/tekenen")
def sign(token: str) -> AnyResponse | str:
    """What is agreed to, what follows from it, and the button; after a mistake also what to mend."""
    problem = language.texts().get("sign.tick") if mistake() else None
    return after_reading("sign.html", token, "answer", problem=problem)


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
        return once_more("pages.sign", token)
    return go("pages.done", token)


@blueprint.get("/klaar")
def done(token: str) -> AnyResponse | str:
    """What happens now."""
    try:
        view = ceremony.answered(the_services(), token)
    except NotFound:
        return go("pages.welcome", token)  # that page knows what is the matter
    language.known(view.recipient.language)
    return done_page(view, again=False)


@blueprint.get("/agenda.ics")
def agenda(token: str) -> Response:
    """The days of the agreement for an own calendar, after a yes; with nothing about a person."""
    services = the_services()
    view = ceremony.answered(services, token)
    language.known(view.recipient.language)
    days = ceremony.days(services, view)
    if not days or view.recipient.answered_at is None:
        raise NotFound("This recipient has no days to remember.")
    phone = view.asker.contact_phone
    key = "agenda.note_call" if phone else "agenda.note"
    spoken = docgen.spoken_phone(phone) if phone else ""
    content = ics.calendar(
        [ics.Day(d.key, d.on, wording.appointment(view.packet.type, d.key, d.title)) for d in days],
        reference=view.packet.reference,
        note=language.texts().get(key, reference=view.packet.reference, phone=spoken),
        stamp=view.recipient.answered_at,
        domain=services.config.domain,
    )
    return parts.download(content, "text/calendar", "agenda.ics")


@blueprint.get("/document/<name>.pdf")
def document(token: str, name: str) -> Response:
    """The PDF as it is shown and signed."""
    return parts.pdf(ceremony.document(the_services(), token, name, parts.marks()), f"{name}.pdf")


def after_reading(template: str, token: str, name: str, **values: object) -> AnyResponse | str:
    """A page of the answer, for who has come to the end of the documents."""
    view = view_of(token)
    if view.recipient.shown_at is None:
        return go("pages.read", token)
    return page(template, token, view, step=step(view, name), **values)


def done_page(view: View, *, again: bool) -> str:
    """The last page; ``again``: the reader came back after the answer."""
    texts = language.texts()
    if view.recipient.answer is None or view.recipient.answered_at is None:
        raise ValueError("the last page is for who has answered")
    days = ceremony.days(the_services(), view)
    titles = {day.key: wording.appointment(view.packet.type, day.key, day.title) for day in days}
    return render_template(
        "done.html",
        token=(request.view_args or {})["token"],
        days=[(texts.day(day.on), titles[day.key]) for day in days],
        again=again,
        answered_at=texts.moment(view.recipient.answered_at),
        next=_what_happens_now(view),
        view=view,
        **parts.frame(view.asker),
    )


def _what_happens_now(view: View) -> list[str]:
    texts = language.texts()
    answer = view.recipient.answer
    if answer is Answer.DECLINED:
        stops = view.recipient.action is Action.SIGN
        then = texts.get("done.no_contract") if stops else texts.get("done.still_counts")
        return [texts.get("done.told", sender=view.asker.sender), then]
    labels = wording.words(view.packet.type).labels
    open_parties = (r for r in view.packet.recipients if r.answer is None and r.action is Action.SIGN)
    waiting = [labels.get(each.label, each.label) for each in open_parties]
    said = [texts.get("done.waits_for", labels=", ".join(waiting))] if waiting else []
    if answer is Answer.SIGNED and not waiting:
        said.append(texts.get("done.all_signed"))
    host = view.recipient.host_name
    copy = texts.get("done.copy_host", host=host) if host else texts.get("done.copy")
    return [*said, copy, texts.get("done.nothing_to_do")]
