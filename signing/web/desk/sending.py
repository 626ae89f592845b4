"""Looking at a packet that is ready, and when it goes out."""

from __future__ import annotations

from datetime import datetime

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from signing import following, steering
from signing.account import Permission
from signing.errors import NotFound, UnusableForm
from signing.texts import AMSTERDAM
from signing.web.desk import guard
from signing.web.desk.frame import on, page
from signing.web.desk.guard import blueprint, needs
from signing.web.page_pictures import WIDTH, shelf
from signing.web.parts import the_services


@blueprint.get("/pakketten/<wanted>/bekijk/<name>")
@needs(Permission.STEER_PACKETS)
def look(wanted: str, name: str) -> str:
    """All pages of one document: exactly what is signed."""
    stored, _ = steering.sheet(the_services(), guard.person(), wanted, name)
    found = following.follow(the_services(), guard.person(), wanted)
    return page("look.html", "packets", found=found, document=stored)


@blueprint.get("/pakketten/<wanted>/bekijk/<name>/<int:number>.webp")
@needs(Permission.STEER_PACKETS)
def look_at_page(wanted: str, name: str, number: int) -> Response:
    """One page as a picture."""
    _, pdf = steering.sheet(the_services(), guard.person(), wanted, name)
    try:
        drawn = shelf.picture(pdf, number, WIDTH)
    except ValueError as error:
        raise NotFound(str(error)) from error
    return Response(drawn, mimetype="image/webp")


@blueprint.post("/pakketten/<wanted>/verstuur-later")
@needs(Permission.STEER_PACKETS)
def send_later(wanted: str) -> AnyResponse:
    """Sends a packet at a moment, by the clock of the Netherlands."""
    try:
        steering.send_at(the_services(), guard.person(), wanted, _moment(request.form.get("day", "")))
    except UnusableForm:
        return on("desk.packet", wanted=wanted, na="moment")
    return on("desk.packet", wanted=wanted)


def _moment(typed: str) -> datetime | None:
    """As a browser writes it, by the clock of the Netherlands; None for anything else."""
    try:
        return datetime.fromisoformat(typed[:40]).replace(tzinfo=AMSTERDAM)
    except ValueError:
        return None
