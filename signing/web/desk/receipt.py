"""What a corporation is to acknowledge: the queue, and the page with the document and the button."""

from __future__ import annotations

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from signing import acknowledging, ceremony
from signing.account import Permission
from signing.errors import AlreadyAnswered, NotAgreed, PacketClosed, ShownOtherwise
from signing.web import parts
from signing.web.desk import guard
from signing.web.desk.frame import on, page, said, words
from signing.web.desk.guard import blueprint, needs
from signing.web.parts import the_services

_ONE = "/pakketten/<wanted>"


@blueprint.get("/bevestigen")
@needs(Permission.ACKNOWLEDGE)
def queue() -> str:
    """What waits for this corporation, what ends first on top."""
    return page("queue.html", "queue", waiting=acknowledging.queue(the_services(), guard.person()))


@blueprint.get(f"{_ONE}/bevestigen")
@needs(Permission.ACKNOWLEDGE)
def acknowledge(wanted: str) -> AnyResponse | str:
    """The document, the statement and the button; or no."""
    try:
        return _page(wanted)
    except (AlreadyAnswered, PacketClosed):
        return on("desk.packet", wanted=wanted, na="late")


@blueprint.post(f"{_ONE}/bevestigen")
@needs(Permission.ACKNOWLEDGE)
def acknowledged(wanted: str) -> AnyResponse | tuple[AnyResponse | str, int]:
    """The press of the button."""
    try:
        acknowledging.acknowledge(
            the_services(),
            guard.person(),
            wanted,
            parts.evidence(),
            agreed=request.form.get("agreed") == "yes",
            on_screen=tuple(request.form.getlist("on_screen")),
        )
    except NotAgreed:
        return _page(wanted, {"agreed": "tick"}), 422
    except ShownOtherwise:
        return on("desk.acknowledge", wanted=wanted, na="otherwise")
    except (AlreadyAnswered, PacketClosed):
        return on("desk.packet", wanted=wanted, na="late")
    return on("desk.packet", wanted=wanted, na="receipt")


@blueprint.post(f"{_ONE}/niet-bevestigen")
@needs(Permission.ACKNOWLEDGE)
def withheld(wanted: str) -> AnyResponse | tuple[AnyResponse | str, int]:
    """The corporation says no, with a reason."""
    reason = request.form.get("reason", "")
    try:
        if reason not in ceremony.REASONS:
            return _page(wanted, {"reason": "reason"}), 422
        acknowledging.withhold(the_services(), guard.person(), wanted, parts.evidence(), reason=reason)
    except (AlreadyAnswered, PacketClosed):
        return on("desk.packet", wanted=wanted, na="late")
    return on("desk.packet", wanted=wanted, na="withheld")


@blueprint.get(f"{_ONE}/origineel/<name>.pdf")
@needs(Permission.ACKNOWLEDGE)
def shown_document(wanted: str, name: str) -> Response:
    """The document as everybody saw it."""
    content = acknowledging.shown_document(the_services(), guard.person(), wanted, name)
    return parts.pdf(content, f"{name}.pdf")


def _page(wanted: str, problems: dict[str, str] | None = None) -> str:
    asked = acknowledging.look(the_services(), guard.person(), wanted)
    return page(
        "receipt.html",
        "queue",
        asked=asked,
        reasons=ceremony.REASONS,
        problems=words(problems or {}),
        otherwise=said() == "otherwise",
        until=the_services().texts.last_day(asked.until),
    )
