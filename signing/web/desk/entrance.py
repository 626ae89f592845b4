"""Logging in with a password and the code of a telephone, or with a passkey; and logging out."""

from __future__ import annotations

from contextlib import suppress

from flask import g, request, session
from werkzeug.wrappers import Response as AnyResponse

from signing import staff
from signing.errors import LogInFailed, LogInWaits, NotLoggedIn
from signing.login.passkey import Asked
from signing.web.desk import guard
from signing.web.desk.frame import on, page, said
from signing.web.desk.guard import Rule, blueprint, needs
from signing.web.parts import the_services

LONGEST_LIFE = 300  # seconds between the question for a passkey and its answer


@blueprint.get("/inloggen")
@needs(Rule.OPEN)
def log_in() -> str:
    """Mail address and password; with a script also a passkey."""
    return _page("", None)


@blueprint.post("/inloggen")
@needs(Rule.OPEN)
def logged_in() -> AnyResponse | tuple[str, int]:
    """A password was typed. Wrong ones look the same as addresses that nobody has."""
    mail = request.form.get("mail", "")[:400]
    try:
        entered = staff.log_in(the_services(), mail, request.form.get("password", ""), guard.place())
    except LogInFailed:
        return _page(mail, "wrong"), 422
    except LogInWaits as error:
        return _page(mail, "waits", until=the_services().texts.moment(error.until)), 429
    guard.begin(entered.token)
    return on("desk.code")


@blueprint.post("/inloggen/passkey")
@needs(Rule.OPEN)
def showed_passkey() -> AnyResponse | tuple[str, int]:
    """A passkey was shown."""
    try:
        challenge = answered("show")
        entered = staff.show_passkey(the_services(), request.form.get("answer", ""), challenge, guard.place())
    except LogInFailed:
        return _page("", "passkey"), 422
    return guard.let_in(entered, "desk.home")


@blueprint.get("/code")
@needs(Rule.HALF)
def code() -> AnyResponse | str:
    """The six digits of the app; who has no app coupled yet goes there first."""
    if guard.person().account.totp_since is None:
        return on("desk.telephone")
    return page("code.html", problem=None, until=None)


@blueprint.post("/code")
@needs(Rule.HALF)
def showed_code() -> AnyResponse | tuple[str, int]:
    """A code was typed."""
    try:
        entered = staff.show_code(the_services(), guard.token(), request.form.get("code", ""), guard.place())
    except LogInFailed:
        return page("code.html", problem="wrong", until=None), 422
    except LogInWaits as error:
        until = the_services().texts.moment(error.until)
        return page("code.html", problem="waits", until=until), 429
    return guard.let_in(entered, "desk.home")


@blueprint.post("/uitloggen")
@needs(Rule.OPEN)
def log_out() -> AnyResponse:
    """Ends the session, here and in the registry."""
    with suppress(NotLoggedIn):  # it may have ended by itself
        staff.log_out(the_services(), guard.token())
    guard.forget()
    return on("desk.log_in", na="uit")


def ask(purpose: str, asked: Asked) -> str:
    """Remembers the challenge of a question for a browser; gives the options for its script."""
    session["challenge"] = [purpose, asked.challenge, int(the_services().clock().timestamp())]
    g.scripts = True
    return asked.options


def answered(purpose: str) -> str:
    """The challenge of the question that was asked for this purpose; each counts once. Raises LogInFailed."""
    kept = session.pop("challenge", None)
    if not isinstance(kept, list) or len(kept) != 3 or kept[0] != purpose:
        raise LogInFailed()
    if int(the_services().clock().timestamp()) - kept[2] > LONGEST_LIFE:
        raise LogInFailed()
    return str(kept[1])


def _page(mail: str, problem: str | None, until: str | None = None) -> str:
    services = the_services()
    options = ask("show", staff.ask_to_show(services))
    note = "out" if said() == "uit" else None
    return page(
        "log-in.html", mail=mail, problem=problem, until=until, options=options, note_out=note is not None
    )
