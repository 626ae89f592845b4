"""For operators: organisations, and their first admins."""

from __future__ import annotations

from dataclasses import fields

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from signing import staff
from signing.account import Kind, Permission, Role
from signing.errors import UnusableForm
from signing.mail import MailError
from signing.staff import NewOrganisation
from signing.web.desk import guard, house
from signing.web.desk.frame import on, page, said, words
from signing.web.desk.guard import blueprint, needs
from signing.web.parts import the_services

_FIELDS = tuple(field.name for field in fields(NewOrganisation))


@blueprint.get("/organisaties")
@needs(Permission.MANAGE_ORGANISATIONS)
def organisations() -> str:
    """All organisations, and the form for a new one."""
    return _page({}, {})


@blueprint.post("/organisaties")
@needs(Permission.MANAGE_ORGANISATIONS)
def found_organisation() -> AnyResponse | tuple[str, int]:
    """A new organisation."""
    given = {name: request.form.get(name, "")[:400] for name in _FIELDS}
    try:
        made = staff.found(the_services(), guard.person(), NewOrganisation(**given))
    except UnusableForm as error:
        return _page(error.problems, given), 422
    return on("desk.organisation", organisation_id=made.id)


@blueprint.get("/organisaties/<organisation_id>")
@needs(Permission.MANAGE_ORGANISATIONS)
def organisation(organisation_id: str) -> str:
    """One organisation and its admins."""
    return _one(organisation_id, {}, {})


@blueprint.post("/organisaties/<organisation_id>")
@needs(Permission.MANAGE_ORGANISATIONS)
def correct_organisation(organisation_id: str) -> AnyResponse | tuple[str, int]:
    """Its details are corrected."""
    given = house.details_in_form()
    try:
        staff.correct(the_services(), guard.person(), organisation_id, given)
    except UnusableForm as error:
        return _one(organisation_id, error.problems, given), 422
    return on("desk.organisation", organisation_id=organisation_id, na="verbeterd")


@blueprint.post("/organisaties/<organisation_id>/beheerder")
@needs(Permission.MANAGE_ORGANISATIONS)
def invite_admin(organisation_id: str) -> AnyResponse | tuple[str, int]:
    """An admin is invited."""
    mail, name = (request.form.get(field, "")[:400] for field in ("mail", "admin"))
    roles = (Role.ADMIN,)
    try:
        staff.invite(
            the_services(),
            guard.person(),
            mail=mail,
            name=name,
            roles=roles,
            organisation_id=organisation_id,
        )
    except UnusableForm as error:
        problems = {"admin" if field == "name" else field: why for field, why in error.problems.items()}
        return _one(organisation_id, problems, {"mail": mail, "admin": name}), 422
    except MailError:
        return on("desk.organisation", organisation_id=organisation_id, na="post")
    return on("desk.organisation", organisation_id=organisation_id, na="uitgenodigd")


@blueprint.post("/organisaties/<organisation_id>/herstel/<account_id>")
@needs(Permission.MANAGE_ORGANISATIONS)
def recover_admin(organisation_id: str, account_id: str) -> AnyResponse:
    """An admin lost password or telephone."""
    try:
        staff.recover(the_services(), guard.person(), account_id)
    except MailError:
        return on("desk.organisation", organisation_id=organisation_id, na="post")
    return on("desk.organisation", organisation_id=organisation_id, na="hersteld")


def _page(problems: dict[str, str], values: dict[str, str]) -> str:
    return page(
        "organisations.html",
        "organisations",
        organisations=staff.organisations(the_services()),
        kinds=list(Kind),
        problems=words(problems),
        values={**dict.fromkeys(_FIELDS, ""), **values},
    )


def _one(organisation_id: str, problems: dict[str, str], values: dict[str, str]) -> str:
    found = staff.organisation(the_services(), organisation_id)
    people = staff.colleagues(the_services(), organisation_id)
    return page(
        "organisation.html",
        "organisations",
        organisation=found,
        admins=[account for account in people if Role.ADMIN in account.roles],
        said={"uitgenodigd": "invited", "hersteld": "recovered", "verbeterd": "corrected"}.get(said() or ""),
        failed=said() == "post",
        problems=words(problems),
        values={"mail": "", **staff.details_of(found), "admin": "", **values},
    )
