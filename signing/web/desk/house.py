"""An organisation's own page: who to reach, where signing mail goes, and the logo on its documents."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

import docgen
from signing import staff
from signing.account import Kind, Organisation, Permission
from signing.errors import NotAllowed, NotFound, UnusableForm
from signing.staff.keeping import DETAILS
from signing.web.desk import guard
from signing.web.desk.frame import on, page, said, words
from signing.web.desk.guard import blueprint, needs
from signing.web.parts import the_services

# How large the body of a form may be, by endpoint; protection.py knows all other forms.
LIMITS = {"desk.brought_logo": 4 * 1024 * 1024}
_NOTES = {"bewaard": "saved", "logo": "logo_set", "logo-weg": "logo_gone"}


@blueprint.get("/organisatie")
@needs(Permission.KEEP_ORGANISATION)
def house() -> str:
    """The details as they are, and the logo."""
    return _page({}, {})


@blueprint.post("/organisatie")
@needs(Permission.KEEP_ORGANISATION)
def corrected_house() -> AnyResponse | tuple[str, int]:
    """Other details."""
    given = details_in_form()
    try:
        staff.correct(the_services(), guard.person(), _own().id, given)
    except UnusableForm as error:
        return _page(error.problems, given), 422
    return on("desk.house", na="bewaard")


@blueprint.get("/organisatie/logo.png")
@needs(Permission.KEEP_ORGANISATION)
def logo() -> Response:
    """The logo as documents have it."""
    png = staff.logo(the_services(), guard.person(), _own().id)
    if png is None:
        raise NotFound("This organisation has no logo of its own.")
    return Response(png, mimetype="image/png", headers={"Cache-Control": "no-store"})


@blueprint.post("/organisatie/logo")
@needs(Permission.KEEP_ORGANISATION)
def brought_logo() -> AnyResponse | tuple[str, int]:
    """Another logo."""
    upload = request.files.get("logo")
    if upload is None or not upload.filename:
        return _page({"logo": "file"}, {}), 422
    try:
        staff.set_logo(the_services(), guard.person(), _own().id, upload.read())
    except docgen.UnusablePicture as error:
        return _page({"logo": f"logo_{error.reason}"}, {}), 422
    return on("desk.house", na="logo")


@blueprint.post("/organisatie/logo/weg")
@needs(Permission.KEEP_ORGANISATION)
def dropped_logo() -> AnyResponse:
    """No logo of its own any more."""
    staff.drop_logo(the_services(), guard.person(), _own().id)
    return on("desk.house", na="logo-weg")


def details_in_form() -> dict[str, str]:
    """What was filled in of an organisation's details, as far as it was in the form."""
    return {field: request.form[field][:400] for field in DETAILS if field in request.form}


def _own() -> Organisation:
    found = guard.person().organisation
    if found is None:
        raise NotAllowed()
    return found


def _page(problems: Mapping[str, str], values: Mapping[str, str]) -> str:
    services, own = the_services(), _own()
    return page(
        "house.html",
        "house",
        organisation=own,
        cares=own.kind is Kind.CARE,
        has_logo=staff.logo(services, guard.person(), own.id) is not None,
        said=_NOTES.get(said() or ""),
        problems=words(problems),
        values={**staff.details_of(own), **values},
    )
