"""The pages on which whoever opened a link shows who it is: a code, and for a team a name."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from signing import ceremony
from signing.ceremony import Proof
from signing.errors import (
    CheckImpossible,
    CodeExpired,
    CodeMissing,
    CodeWrong,
    NotStated,
    TooManyCodes,
    UnusableText,
)
from signing.identity import Check
from signing.links import Purpose
from signing.plain import masked
from signing.recipient import Recipient
from signing.web import language, parts
from signing.web.parts import the_services
from signing.web.way import blueprint, go, mistake, once_more, onward, plain_page, view_of


@dataclass(frozen=True)
class Way:
    """A way to get a code: the name of the check, and the words of its button."""

    check: str
    label: str


@blueprint.get("/bewijs")
def prove(token: str) -> str:
    """Where the code is typed; after a mistake also what is wrong."""
    services = the_services()
    found = ceremony.proof(services, token)
    language.known(found.recipient.language)
    return plain_page(
        "prove.html",
        token,
        ceremony.asker(services, Purpose.SIGN, token),
        sent=_sent(found),
        ways=[_way(check, found.recipient) for check in found.ways if check.carrier],
        wait_until=language.texts().moment(found.wait_until) if found.wait_until else None,
        problem=_problem(found),
    )


@blueprint.post("/bewijs")
def proven(token: str) -> AnyResponse:
    """A code was typed."""
    try:
        door = ceremony.prove(the_services(), token, parts.evidence(), typed=request.form.get("code", ""))
    except CodeWrong:
        return once_more("pages.prove", token, "wrong")
    except (CodeExpired, CodeMissing):
        return once_more("pages.prove", token, "old")
    parts.remember(door.proven)
    return onward(token)


@blueprint.post("/bewijs/stuur")
def send_code(token: str) -> AnyResponse:
    """Another code, in the way that was pressed."""
    try:
        ceremony.send_code(the_services(), token, check=request.form.get("check", ""))
    except (TooManyCodes, CheckImpossible):
        return once_more("pages.prove", token, "wait")
    return go("pages.prove", token)


@blueprint.get("/persoon")
def person(token: str) -> AnyResponse | str:
    """Who of a team this is."""
    if not _may_state(token):
        return onward(token)
    recipient = ceremony.welcome(the_services(), token).recipient
    return _person(token, recipient.signatory, recipient.office or "", None)


@blueprint.post("/persoon")
def stated(token: str) -> AnyResponse | tuple[str, int]:
    """Somebody said who it is."""
    name, function = request.form.get("name", ""), request.form.get("function", "")
    try:
        door = ceremony.state(the_services(), token, parts.evidence(), name=name, function=function)
    except UnusableText as error:
        return _person(token, name, function, error), 422
    parts.remember(door.stated)
    return onward(token)


def _may_state(token: str) -> bool:
    """Whether this browser is at the point of saying who it is. Raises as `ceremony.view`."""
    try:
        view_of(token)
    except NotStated:
        return True
    return False


def _person(token: str, name: str, function: str, error: UnusableText | None) -> str:
    services = the_services()
    found = ceremony.welcome(services, token)
    language.known(found.recipient.language)
    return plain_page(
        "person.html",
        token,
        found.asker,
        organisation=found.recipient.organisation or found.recipient.label,
        name=name,
        function=function,
        wrong=error.field if error else None,
        problem=language.texts().get(f"write.{error.reason}", longest=100) if error else None,
    )


def _problem(found: Proof) -> str | None:
    texts = language.texts()
    said = mistake()
    if said == "wrong" and found.sent is not None:
        return texts.count("prove.wrong", found.tries_left)
    return texts.get("prove.old") if said in ("wrong", "old") else None


def _sent(found: Proof) -> str | None:
    """Where the code went; None when there is none to type."""
    if found.sent is None:
        return None
    check = ceremony.check_of(found)
    return language.texts().get(f"prove.sent.{check.carrier}", address=_address(check, found.recipient))


def _way(check: Check, recipient: Recipient) -> Way:
    address = _address(check, recipient)
    return Way(check.name, language.texts().get(f"prove.again.{check.carrier}", address=address))


def _address(check: Check, recipient: Recipient) -> str:
    """Where the codes of a check go, in a way that only its owner recognises."""
    address = recipient.email if check.carrier == "mail" else recipient.mobile
    return masked(address or "")
