"""Organisations that come to work at the desk."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from uuid import uuid4

from signing.account import Account, Kind, Organisation, Permission, tidy_mail
from signing.errors import UnusableForm
from signing.mail import is_address
from signing.services import Services
from signing.staff.form import line_problem
from signing.staff.person import Person

_LONGEST = 120  # characters
_KVK = re.compile(r"[0-9]{8}")
_PHONE = re.compile(r"\+[1-9][0-9]{7,14}")  # E.164
_HANDLE = {Kind.CARE: re.compile(r"[a-z0-9][a-z0-9-]{1,63}"), Kind.CORPORATION: re.compile(r"[A-Z0-9]{2,5}")}


@dataclass(frozen=True)
class NewOrganisation:
    """What an operator fills in. ``handle``: the API client's name of a care organisation, the code of a
    corporation; empty for what is not known.
    """

    kind: str
    name: str
    kvk: str
    handle: str
    contact_name: str
    contact_email: str
    contact_phone: str = ""
    mailbox: str = ""


def organisations(services: Services) -> tuple[Organisation, ...]:
    """All of them, by name."""
    with services.store.read() as tx:
        return tx.organisations.all()


def organisation(services: Services, organisation_id: str) -> Organisation:
    """One of them. Raises NotFound."""
    with services.store.read() as tx:
        return tx.organisations.get(organisation_id)


def colleagues(services: Services, organisation_id: str) -> tuple[Account, ...]:
    """The people of an organisation, by name."""
    with services.store.read() as tx:
        return tx.accounts.of(organisation_id)


def found(services: Services, by: Person, wanted: NewOrganisation) -> Organisation:
    """A new organisation. Raises UnusableForm with all problems, NotAllowed."""
    by.needs(Permission.MANAGE_ORGANISATIONS)
    given = {field.name: str(getattr(wanted, field.name)).strip() for field in fields(wanted)}
    with services.store.write() as tx:
        problems = _problems(services, given)
        taken = {each.handle for each in tx.organisations.all()}
        if "handle" not in problems and given["handle"] in taken:
            problems["handle"] = "taken"
        if problems:
            raise UnusableForm(problems)
        kind = Kind(given["kind"])
        care = kind is Kind.CARE
        organisation = Organisation(
            id=str(uuid4()),
            kind=kind,
            name=given["name"],
            kvk=given["kvk"],
            client=given["handle"] if care else None,
            corporation=None if care else given["handle"],
            contact_name=given["contact_name"],
            contact_email=tidy_mail(given["contact_email"]),
            contact_phone=given["contact_phone"] or None,
            mailbox=given["mailbox"] or None,
            archive=None if care else services.config.archives[given["handle"]].url,
            created_at=services.clock(),
        )
        tx.organisations.add(organisation)
    return organisation


def detail_problems(given: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the details of an organisation; by field, as reasons."""
    problems = {}
    for field in ("name", "contact_name"):
        if reason := line_problem(given[field], _LONGEST):
            problems[field] = reason
    if not _KVK.fullmatch(given["kvk"]):
        problems["kvk"] = "kvk"
    for field in ("contact_email", "mailbox"):
        if (field != "mailbox" or given[field]) and not is_address(given[field]):
            problems[field] = "mail"
    if given["contact_phone"] and not _PHONE.fullmatch(given["contact_phone"]):
        problems["contact_phone"] = "phone"
    return problems


def _problems(services: Services, given: Mapping[str, str]) -> dict[str, str]:
    problems = detail_problems(given)
    if given["kind"] not in list(Kind):
        return {**problems, "kind": "choose"}
    if not _HANDLE[Kind(given["kind"])].fullmatch(given["handle"]):
        problems["handle"] = "handle"
    elif given["kind"] == Kind.CORPORATION and given["handle"] not in services.config.archives:
        problems["handle"] = "no_archive"
    return problems
