"""The first time: an invitation becomes a password, and a telephone is coupled."""

from __future__ import annotations

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

import docgen
from signing import staff
from signing.errors import LogInFailed, LogInWaits, UnusableForm
from signing.web.desk import guard
from signing.web.desk.frame import on, page, words
from signing.web.desk.guard import Rule, blueprint, needs
from signing.web.parts import the_services


@blueprint.get("/welkom/<token>")
@needs(Rule.OPEN)
def welcome(token: str) -> str:
    """Who is invited, and the form for a password."""
    return _page(token, {})


@blueprint.post("/welkom/<token>")
@needs(Rule.OPEN)
def accepted(token: str) -> AnyResponse | tuple[str, int]:
    """A password was chosen."""
    first, second = request.form.get("password", ""), request.form.get("again", "")
    try:
        begun = staff.accept(the_services(), token, first, second)
    except UnusableForm as error:
        return _page(token, error.problems), 422
    guard.begin(begun)
    return on("desk.telephone")


@blueprint.get("/telefoon")
@needs(Rule.HALF)
def telephone() -> str:
    """The secret for an app, as a picture and in letters."""
    return _telephone(None)


@blueprint.get("/telefoon/code.png")
@needs(Rule.HALF)
def telephone_picture() -> Response:
    """The QR code."""
    shown = staff.telephone(the_services(), guard.token())
    return Response(docgen.qr_code(shown.address), mimetype="image/png")


@blueprint.post("/telefoon")
@needs(Rule.HALF)
def coupled() -> AnyResponse | tuple[str, int]:
    """The first code of the app."""
    try:
        entered = staff.confirm_telephone(
            the_services(), guard.token(), request.form.get("code", ""), guard.place()
        )
    except LogInFailed:
        return _telephone("wrong"), 422
    except LogInWaits as error:
        return _telephone("waits", the_services().texts.moment(error.until)), 429
    return guard.let_in(entered, "desk.home")


def _page(token: str, problems: dict[str, str]) -> str:
    found = staff.invited(the_services(), token)
    handle = found.organisation.handle if found.organisation else None
    known = handle if handle in the_services().providers else None
    return page("welcome.html", token=token, invited=found, provider=known, problems=words(problems))


def _telephone(problem: str | None, until: str | None = None) -> str:
    shown = staff.telephone(the_services(), guard.token())
    spaced = " ".join(shown.secret[n : n + 4] for n in range(0, len(shown.secret), 4))
    return page("telephone.html", secret=spaced, address=shown.address, problem=problem, until=until)
