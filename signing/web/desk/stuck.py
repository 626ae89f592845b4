"""For operators: work that waits for a human. No name and no reference is here, only the id of its packet."""

from __future__ import annotations

from werkzeug.wrappers import Response as AnyResponse

from signing import stuck as list_of_stuck
from signing.account import Permission
from signing.web.desk import guard
from signing.web.desk.frame import on, page, said
from signing.web.desk.guard import blueprint, needs
from signing.web.parts import the_services

_ONE = "/vastgelopen/<packet_id>/<step>"


@blueprint.get("/vastgelopen")
@needs(Permission.MANAGE_WORK)
def stuck() -> str:
    """Everything on the list, oldest first."""
    done = {"opnieuw": "again", "opgegeven": "gone"}.get(said() or "")
    return page("stuck.html", "stuck", waiting=list_of_stuck.waiting(the_services()), done=done)


@blueprint.post(f"{_ONE}/opnieuw")
@needs(Permission.MANAGE_WORK)
def stuck_again(packet_id: str, step: str) -> AnyResponse:
    """One of them goes back to the service."""
    list_of_stuck.try_again(the_services(), packet_id, step)
    return on("desk.stuck", na="opnieuw")


@blueprint.get(f"{_ONE}/opgeven")
@needs(Permission.MANAGE_WORK)
def stuck_leave(packet_id: str, step: str) -> str:
    """Asks whether it should really be given up."""
    return page("leave.html", "stuck", work=list_of_stuck.one(the_services(), packet_id, step))


@blueprint.post(f"{_ONE}/opgeven")
@needs(Permission.MANAGE_WORK)
def stuck_left(packet_id: str, step: str) -> AnyResponse:
    """It is given up; the audit trail says whose account did."""
    list_of_stuck.give_up(the_services(), packet_id, step, by=guard.person().account.id)
    return on("desk.stuck", na="opgegeven")
