"""In person: the host says who is there, hands its device over and gets it back; the code on a letter."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from signing import ceremony
from signing.errors import CodeWrong, Refused, UnusableText
from signing.identity.on_site import METHODS
from signing.links import Purpose
from signing.web import api, language, parts
from signing.web.parts import the_services
from signing.web.public import blueprint as public
from signing.web.way import blueprint, go, onward, plain_page

_FREE = ("static", "health.healthz", "health.readyz")  # what a locked screen may still ask for


class ScreenLocked(Refused):
    """This device was handed over for one packet; ``token``: of its link."""

    def __init__(self, token: str) -> None:
        self.token = token
        super().__init__("This screen is in use for another packet. Finish that, or hand the device back.")


@dataclass(frozen=True)
class Filled:
    """What the host filled in, and what is wrong with it: ``wrong`` is the name of a field, or None."""

    name: str
    method: str | None = None
    read_aloud: bool = False
    wrong: str | None = None
    problem: str | None = None


def install(app: Flask) -> None:
    """Keeps a device that was handed over to the one link it was handed over for."""
    app.before_request(_stay_here)
    app.context_processor(lambda: {"locked": session.get("locked")})


def _stay_here() -> None:
    locked = session.get("locked")
    if locked is None or api.is_api(request.path) or request.endpoint in _FREE:
        return
    if (request.view_args or {}).get("token") != locked:
        raise ScreenLocked(locked)


@blueprint.get("/samen")
def together(token: str) -> AnyResponse | str:
    """Who is there, as the host declares it."""
    recipient = ceremony.welcome(the_services(), token).recipient
    if recipient.host_name is None:
        return onward(token)
    return _together(token, Filled(recipient.host_name))


@blueprint.post("/samen")
def attested(token: str) -> AnyResponse | tuple[str, int]:
    """The host declared it; from here on the screen is for this packet only."""
    name, method = request.form.get("name", ""), request.form.get("method", "")
    aloud = request.form.get("read_aloud") == "yes"
    texts = language.texts()
    if method not in METHODS:
        filled = Filled(name, None, aloud, "method", texts.get("together.choose"))
        return _together(token, filled), 422
    try:
        door = ceremony.attest(
            the_services(), token, parts.evidence(), name=name, method=method, read_aloud=aloud
        )
    except UnusableText as error:
        problem = texts.get(f"write.{error.reason}", longest=100)
        return _together(token, Filled(name, method, aloud, "name", problem)), 422
    parts.remember(door.proven)
    session["locked"] = token
    return go("pages.hand_over", token)


@blueprint.get("/geef")
def hand_over(token: str) -> str:
    """Now the device goes to the recipient."""
    found = ceremony.welcome(the_services(), token)
    return plain_page("hand_over.html", token, found.asker, recipient=found.recipient)


@blueprint.post("/geef")
def handed_over(token: str) -> AnyResponse:
    """The recipient has it and begins."""
    return onward(token)


@blueprint.post("/terug")
def hand_back(token: str) -> AnyResponse:
    """The device is the host's again: nothing of this packet stays in its browser."""
    ceremony.asker(the_services(), Purpose.SIGN, token)  # who never had a link is told so
    session.clear()
    return redirect(url_for("public.handed_back"), code=303)


@public.get("/terug")
def handed_back() -> str:
    """The host has its device back."""
    texts = language.texts()
    said = [texts.get("together.back_what"), texts.get("together.back_again")]
    return render_template("calm.html", title=texts.get("together.back_title"), said=said, way=None)


@public.get("/brief")
def letter() -> str:
    """Where the code of a letter is typed; a QR code on the letter fills it in."""
    return _letter(request.args.get("code", "")[:40], None)


@public.post("/brief")
def by_letter() -> AnyResponse | tuple[str, int]:
    """A code was typed; the right one leads into the pages of its link."""
    typed = request.form.get("code", "")
    try:
        token, door = ceremony.by_letter(the_services(), parts.evidence(), typed=typed)
    except CodeWrong:
        return _letter(typed[:40], language.texts().get("letter_page.wrong")), 422
    parts.remember(door.proven)
    return go("pages.welcome", token)


def _letter(code: str, problem: str | None) -> str:
    return render_template("letter.html", code=code, problem=problem)


def _together(token: str, filled: Filled) -> str:
    found = ceremony.welcome(the_services(), token)
    return plain_page(
        "together.html",
        token,
        found.asker,
        guest=found.recipient.name,
        methods=METHODS,
        filled=filled,
        problem=filled.problem,
    )
