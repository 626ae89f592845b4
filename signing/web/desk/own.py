"""One's own account: who one is here, and one's passkeys. And the front page, which leads on."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from signing import staff
from signing.account import Permission
from signing.errors import LogInFailed
from signing.web.desk import guard
from signing.web.desk.entrance import answered, ask
from signing.web.desk.frame import on, page
from signing.web.desk.guard import blueprint, needs
from signing.web.parts import the_services

_HOMES = (
    (Permission.SEE_PACKETS, "desk.overview"),
    (Permission.MANAGE_ORGANISATIONS, "desk.organisations"),
    (Permission.MANAGE_PEOPLE, "desk.people"),
)


@blueprint.get("")
@needs(Permission.OWN_ACCOUNT)
def home() -> AnyResponse:
    """To where this person works."""
    found = guard.person()
    return on(next((page for permission, page in _HOMES if found.may(permission)), "desk.own"))


@blueprint.get("/account")
@needs(Permission.OWN_ACCOUNT)
def own() -> str:
    """Name, roles, passkeys."""
    return _page(None)


@blueprint.post("/account/passkey")
@needs(Permission.OWN_ACCOUNT)
def made_passkey() -> AnyResponse | tuple[str, int]:
    """The browser made a passkey."""
    name, answer = request.form.get("name", ""), request.form.get("answer", "")
    try:
        staff.add_passkey(the_services(), guard.person(), answer, answered("make"), name)
    except LogInFailed:
        return _page("passkey"), 422
    return on("desk.own")


@blueprint.post("/account/passkey/weg")
@needs(Permission.OWN_ACCOUNT)
def dropped_passkey() -> AnyResponse:
    """A passkey goes."""
    staff.drop_passkey(the_services(), guard.person(), request.form.get("passkey", ""))
    return on("desk.own")


def _page(problem: str | None) -> str:
    services, found = the_services(), guard.person()
    options = ask("make", staff.ask_for_passkey(services, found))
    passkeys = staff.passkeys(services, found)
    return page("own.html", "own", passkeys=passkeys, options=options, problem=problem)
