"""What an organisation says of itself: its contact, where its signing mail goes, and its logo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import docgen
from signing.account import Kind, Organisation, Permission, tidy_mail
from signing.errors import NotAllowed, UnusableForm
from signing.services import Services
from signing.staff.founding import detail_problems
from signing.staff.person import Person
from signing.store import Transaction

CONTACT = ("contact_name", "contact_email", "contact_phone", "mailbox")
DETAILS = ("name", "kvk", *CONTACT)


def details_of(organisation: Organisation) -> dict[str, str]:
    """As a form shows them."""
    return {field: getattr(organisation, field) or "" for field in DETAILS}


def correct(services: Services, by: Person, organisation_id: str, given: Mapping[str, str]) -> Organisation:
    """Other details: by its admin who to reach, by an operator name and KvK number too.

    ``given`` may leave fields out; they stay. Raises NotAllowed, NotFound, UnusableForm with all problems.
    """
    operates = by.may(Permission.MANAGE_ORGANISATIONS)
    fields = DETAILS if operates else CONTACT
    with services.store.write() as tx:
        before = tx.organisations.get(organisation_id) if operates else _own(tx, by, organisation_id)
        wanted = details_of(before)
        wanted |= {field: given[field].strip() for field in fields if field in given}
        if problems := detail_problems(wanted):
            raise UnusableForm(problems)
        after = replace(
            before,
            name=docgen.tidy(wanted["name"]),
            kvk=wanted["kvk"],
            contact_name=docgen.tidy(wanted["contact_name"]),
            contact_email=tidy_mail(wanted["contact_email"]),
            contact_phone=wanted["contact_phone"] or None,
            mailbox=wanted["mailbox"] or None,
        )
        tx.organisations.save(after)
    return after


def set_logo(services: Services, by: Person, organisation_id: str, picture: bytes) -> None:
    """The picture at the head of all documents that are made from now on.

    Raises NotAllowed (also for a corporation, whose documents these are not), docgen.UnusablePicture.
    """
    png = docgen.logo(picture)
    with services.store.write() as tx:
        if _own(tx, by, organisation_id).kind is not Kind.CARE:
            raise NotAllowed()
        tx.organisations.set_logo(organisation_id, png)


def drop_logo(services: Services, by: Person, organisation_id: str) -> None:
    """The template's own picture stands there again. Raises NotAllowed."""
    with services.store.write() as tx:
        tx.organisations.set_logo(_own(tx, by, organisation_id).id, None)


def logo(services: Services, by: Person, organisation_id: str) -> bytes | None:
    """The PNG of one's own organisation. Raises NotAllowed."""
    with services.store.read() as tx:
        return tx.organisations.logo(_own(tx, by, organisation_id).id)


def _own(tx: Transaction, by: Person, organisation_id: str) -> Organisation:
    by.needs(Permission.KEEP_ORGANISATION)
    if by.organisation is None or by.organisation.id != organisation_id:
        raise NotAllowed()
    return tx.organisations.get(organisation_id)
