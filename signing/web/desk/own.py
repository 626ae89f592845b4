"""One's own account: who one is here, password and passkeys. And the front page, which leads on."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from signing import staff
from signing.account import Permission
from signing.errors import LogInFailed, LogInWaits, UnusableForm
from signing.web.desk import guard
from signing.web.desk.entrance import answered, ask
from signing.web.desk.frame import on, page, said, words
from signing.web.desk.guard import blueprint, needs
from signing.web.parts import the_services

_HOMES = (
    (Permission.ACKNOWLEDGE, "desk.queue"),
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


@blueprint.post("/account/wachtwoord")
@needs(Permission.OWN_ACCOUNT)
def changed_password() -> AnyResponse | tuple[str, int]:
    """Another password."""
    old, first, second = (request.form.get(name, "") for name in ("old", "password", "again"))
    try:
        new = staff.change_password(the_services(), guard.token(), old, first, second, guard.place())
    except UnusableForm as error:
        return _page(None, error.problems), 422
    except LogInWaits as error:
        until = the_services().texts.moment(error.until)
        return _page(the_services().texts.get("desk.log_in.waits", until=until)), 429
    guard.begin(new)
    return on("desk.own", na="gewijzigd")


@blueprint.post("/account/passkey")
@needs(Permission.OWN_ACCOUNT)
def made_passkey() -> AnyResponse | tuple[str, int]:
    """The browser made a passkey."""
    name, answer = request.form.get("name", ""), request.form.get("answer", "")
    try:
        staff.add_passkey(the_services(), guard.person(), answer, answered("make"), name)
    except LogInFailed:
        return _page(the_services().texts.get("desk.own.passkey_failed")), 422
    return on("desk.own")


@blueprint.post("/account/passkey/weg")
@needs(Permission.OWN_ACCOUNT)
def dropped_passkey() -> AnyResponse:
    """A passkey goes."""
    staff.drop_passkey(the_services(), guard.person(), request.form.get("passkey", ""))
    return on("desk.own")


def _page(failed: str | None, problems: Mapping[str, str] | None = None) -> str:
    services, found = the_services(), guard.person()
    return page(
        "own.html",
        "own",
        passkeys=staff.passkeys(services, found),
        options=ask("make", staff.ask_for_passkey(services, found)),
        failed=failed,
        problems=words(problems or {}),
        changed=said() == "gewijzigd",
    )
