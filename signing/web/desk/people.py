"""The people of an organisation: inviting them, giving back access, ending it."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from signing import staff
from signing.account import ROLES_OF_KIND, Permission, Role
from signing.errors import NotAllowed, UnusableForm
from signing.mail import MailError
from signing.web.desk import guard
from signing.web.desk.frame import on, page, said, words
from signing.web.desk.guard import blueprint, needs
from signing.web.parts import the_services

_NOTES = {"uitgenodigd": "invited", "hersteld": "recovered", "geblokkeerd": "blocked", "terug": "unblocked"}


@blueprint.get("/medewerkers")
@needs(Permission.MANAGE_PEOPLE)
def people() -> str:
    """Everybody of the organisation, and the form for a new colleague."""
    return _page({}, {})


@blueprint.post("/medewerkers")
@needs(Permission.MANAGE_PEOPLE)
def invite_colleague() -> AnyResponse | tuple[str, int]:
    """A colleague is invited."""
    found = guard.person()
    given = {"mail": request.form.get("mail", "")[:400], "name": request.form.get("name", "")[:400]}
    roles = roles_in_form()
    try:
        staff.invite(
            the_services(), found, roles=roles, organisation_id=found.account.organisation_id, **given
        )
    except UnusableForm as error:
        return _page(error.problems, {**given, "roles": list(roles)}), 422
    except MailError:
        return on("desk.people", na="post")
    return on("desk.people", na="uitgenodigd")


@blueprint.post("/medewerkers/<account_id>/herstel")
@needs(Permission.MANAGE_PEOPLE)
def recover_colleague(account_id: str) -> AnyResponse:
    """Somebody lost password or telephone."""
    try:
        staff.recover(the_services(), guard.person(), account_id)
    except MailError:
        return on("desk.people", na="post")
    return on("desk.people", na="hersteld")


@blueprint.post("/medewerkers/<account_id>/blokkeer")
@needs(Permission.MANAGE_PEOPLE)
def block_colleague(account_id: str) -> AnyResponse:
    """Somebody's access ends now."""
    staff.block(the_services(), guard.person(), account_id)
    return on("desk.people", na="geblokkeerd")


@blueprint.post("/medewerkers/<account_id>/terug")
@needs(Permission.MANAGE_PEOPLE)
def unblock_colleague(account_id: str) -> AnyResponse:
    """Somebody may come in again."""
    staff.unblock(the_services(), guard.person(), account_id)
    return on("desk.people", na="terug")


def roles_in_form() -> tuple[Role, ...]:
    """The roles that were ticked; words that are no role count for nothing."""
    ticked = request.form.getlist("roles")
    return tuple(role for role in Role if role.value in ticked)


def _page(problems: dict[str, str], values: dict[str, object]) -> str:
    found = guard.person()
    if found.organisation is None:
        raise NotAllowed()
    return page(
        "people.html",
        "people",
        organisation=found.organisation,
        people=staff.colleagues(the_services(), found.organisation.id),
        me=found.account.id,
        roles=ROLES_OF_KIND[found.organisation.kind],
        said=_NOTES.get(said() or ""),
        failed=said() == "post",
        problems=words(problems),
        values={"mail": "", "name": "", "roles": [], **values},
    )
