"""What a referrer does about one recipient: a page for each act, that says what happens and asks first."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

import docgen
from signing import following, paper, steering
from signing.account import Permission
from signing.changes import Act
from signing.errors import InvalidRequest, Refused, TooSoon
from signing.web import parts
from signing.web.desk import guard
from signing.web.desk.frame import on, page, words
from signing.web.desk.guard import blueprint, needs
from signing.web.desk.telling import reasons
from signing.web.parts import the_services

_ONE = "/pakketten/<wanted>/partij/<role>"
# How large the body of a form may be, by endpoint; protection.py knows all other forms.
LIMITS = {"desk.scanned": paper.LARGEST_SCAN + 64 * 1024}


@blueprint.get(f"{_ONE}/<act>")
@needs(Permission.STEER_PACKETS)
def act(wanted: str, role: str, act: str) -> str:
    """What would happen, and the form for it."""
    return _page(wanted, role, act, {}, None)


@blueprint.post(f"{_ONE}/<act>")
@needs(Permission.STEER_PACKETS)
def acted(wanted: str, role: str, act: str) -> AnyResponse | tuple[str, int]:
    """Does it, or says all that is wrong; what was filled in stays."""
    asked = steering.look(the_services(), guard.person(), wanted, role, act)
    given = {field.key: request.form.get(field.key, "")[:400] for field in steering.FIELDS.get(asked.act, ())}
    try:
        steering.act(the_services(), guard.person(), wanted, role, asked.act, given)
    except (InvalidRequest, docgen.InvalidValues) as error:
        return _page(wanted, role, act, reasons(error.problems), given), 422
    except TooSoon:
        return _page(wanted, role, act, {}, given), 409
    return on("desk.packet", wanted=wanted, na=asked.act.value)


@blueprint.post(f"{_ONE}/letter")
@needs(Permission.STEER_PACKETS)
def letter(wanted: str, role: str) -> Response:
    """The letter; the code of an older one stops."""
    content = steering.letter(the_services(), guard.person(), wanted, role)
    return parts.download(content, "application/pdf", f"brief-{wanted}.pdf")


@blueprint.post(f"{_ONE}/paper")
@needs(Permission.STEER_PACKETS)
def scanned(wanted: str, role: str) -> AnyResponse | tuple[str, int]:
    """A scan of a signature with a pen."""
    upload = request.files.get("scan")
    try:
        steering.scan(
            the_services(), guard.person(), wanted, role, upload.read() if upload is not None else b""
        )
    except InvalidRequest:
        return _page(wanted, role, Act.PAPER, {"scan": "scan"}, None), 422
    return on("desk.packet", wanted=wanted, na=Act.PAPER.value)


@blueprint.get("/pakketten/<wanted>/opnieuw")
@needs(Permission.STEER_PACKETS)
def reopen(wanted: str) -> str:
    """Asks whether a new version should be made."""
    return _reopening(wanted, failed=False)


@blueprint.post("/pakketten/<wanted>/opnieuw")
@needs(Permission.STEER_PACKETS)
def reopened(wanted: str) -> AnyResponse | tuple[str, int]:
    """A new version of a stopped packet."""
    try:
        made = steering.reopen(the_services(), guard.person(), wanted)
    except (InvalidRequest, Refused):
        return _reopening(wanted, failed=True), 409
    return on("desk.packet", wanted=made.reference)


@blueprint.post("/pakketten/<wanted>/vastgelopen/<step>/opnieuw")
@needs(Permission.STEER_PACKETS)
def tried_again(wanted: str, step: str) -> AnyResponse:
    """Stuck work of the packet goes back to the service."""
    steering.try_again(the_services(), guard.person(), wanted, step)
    return on("desk.packet", wanted=wanted)


def _page(
    wanted: str, role: str, act: str, problems: Mapping[str, str], given: Mapping[str, str] | None
) -> str:
    asked = steering.look(the_services(), guard.person(), wanted, role, act)
    return page(
        "act.html",
        "packets",
        asked=asked,
        act=asked.act,
        fields=steering.FIELDS.get(asked.act, ()),
        problems=words(problems),
        values={**asked.known, **(given or {})},
        megabytes=paper.LARGEST_SCAN >> 20,
    )


def _reopening(wanted: str, *, failed: bool) -> str:
    services, person = the_services(), guard.person()
    return page("reopen.html", "packets", found=following.follow(services, person, wanted), failed=failed)
