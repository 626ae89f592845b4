"""Inviting people to the desk, and giving access back to who lost it; both by a link that works once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

import docgen
from signing import logs, messages
from signing.account import (
    INVITATION_LIFE,
    Account,
    Organisation,
    Role,
    manages,
    misfits,
    tidy_mail,
)
from signing.errors import InvitationUnusable, NotAllowed, UnusableForm
from signing.login import password, totp
from signing.mail import is_address, message_id
from signing.messages import Letter
from signing.services import Services
from signing.staff.form import line_problem, password_problems
from signing.staff.person import Person, begin, digest, new_token
from signing.store import Invitation, Transaction

LONGEST_NAME = 100  # characters


@dataclass(frozen=True)
class Invited:
    """Whose invitation a link is. ``again``: it had access before."""

    account: Account
    organisation: Organisation | None


def add_operator(services: Services, mail: str, name: str) -> str:
    """A new operator, or a new invitation for one that is there; gives the link of the invitation.

    For the command line only. Raises UnusableForm.
    """
    wanted, now = tidy_mail(mail), services.clock()
    if not is_address(wanted):
        raise UnusableForm({"mail": "mail"})
    with services.store.write() as tx:
        account = tx.accounts.by_mail(wanted)
        if account is not None and account.roles != (Role.OPERATOR,):
            raise UnusableForm({"mail": "taken"})
        if account is None:
            account = Account(str(uuid4()), None, wanted, name, (Role.OPERATOR,), now)
            tx.accounts.add(account)
        token = _invite(tx, account, now)
    return _link(services, token)


def invite(
    services: Services,
    by: Person,
    *,
    mail: str,
    name: str,
    roles: Sequence[Role],
    organisation_id: str | None,
) -> Account:
    """A new colleague, who gets a mail with a link. Raises UnusableForm, NotAllowed, NotFound, MailError.

    When the mail could not be sent the account is there all the same: send it again with ``recover``.
    """
    wanted, now = tidy_mail(mail), services.clock()
    with services.store.write() as tx:
        organisation = None if organisation_id is None else tx.organisations.get(organisation_id)
        kind = None if organisation is None else organisation.kind
        taken = tx.accounts.by_mail(wanted) is not None
        problems = _problems(wanted, name, taken=taken)
        if not roles or misfits(kind, roles):
            problems["roles"] = "choose"
        account = Account(str(uuid4()), organisation_id, wanted, docgen.tidy(name), tuple(roles), now)
        if not manages(by.account, account):
            raise NotAllowed()
        if problems:
            raise UnusableForm(problems)
        tx.accounts.add(account)
        token = _invite(tx, account, now)
    _mail(services, by, account, organisation, token, again=False)
    return account


def recover(services: Services, by: Person, account_id: str) -> None:
    """Gives access back: password, telephone, passkeys and sessions go, and a link is mailed to the account.

    Nobody but the owner of the mail address sees the link. Raises NotFound, NotAllowed, MailError.
    """
    now = services.clock()
    with services.store.write() as tx:
        account, organisation = _managed(tx, by, account_id)
        again = account.password_hash is not None
        account = replace(account, password_hash=None, totp_salt=None, totp_since=None, subject=None)
        tx.accounts.save(account)
        tx.accounts.drop_passkeys(account.id)
        tx.entrances.end_all(account.id)
        tx.entrances.forget_browsers(account.id)
        token = _invite(tx, account, now)
    _mail(services, by, account, organisation, token, again=again)


def block(services: Services, by: Person, account_id: str) -> None:
    """Ends somebody's access at once, and all its sessions. Raises NotFound, NotAllowed."""
    with services.store.write() as tx:
        account, _ = _managed(tx, by, account_id)
        tx.accounts.save(replace(account, blocked_at=account.blocked_at or services.clock()))
        tx.entrances.end_all(account.id)


def unblock(services: Services, by: Person, account_id: str) -> None:
    """Lets somebody in again, with what it had. Raises NotFound, NotAllowed."""
    with services.store.write() as tx:
        account, _ = _managed(tx, by, account_id)
        tx.accounts.save(replace(account, blocked_at=None))


def invited(services: Services, token: str) -> Invited:
    """Whose invitation this is. Raises InvitationUnusable."""
    with services.store.read() as tx:
        account = _account_of(tx, token, services.clock())
        of = account.organisation_id
        return Invited(account, None if of is None else tx.organisations.get(of))


def accept(services: Services, token: str, first: str, second: str) -> str:
    """Sets the password (typed twice); gives the token of a session that only sets up a telephone.

    Raises InvitationUnusable, UnusableForm.
    """
    now = services.clock()
    with services.store.read() as tx:
        account = _account_of(tx, token, now)
    if problem := password_problems(first, second, account):
        raise UnusableForm(problem)
    kept = password.hashed(first)
    with services.store.write() as tx:
        account = _account_of(tx, token, now)
        tx.entrances.use(digest(token), now)
        tx.entrances.end_all(account.id)
        account = replace(account, password_hash=kept, totp_salt=totp.new_salt(), totp_since=None)
        tx.accounts.save(account)
        return begin(tx, account, now, complete=False)


def _account_of(tx: Transaction, token: str, now: datetime) -> Account:
    invitation = tx.entrances.invitation(digest(token))
    if invitation is None or invitation.used_at is not None or invitation.ends_at <= now:
        raise InvitationUnusable()
    account = tx.accounts.get(invitation.account_id)
    if account.blocked_at is not None:
        raise InvitationUnusable()
    return account


def _problems(mail: str, name: str, *, taken: bool) -> dict[str, str]:
    problems = {}
    if reason := line_problem(name, LONGEST_NAME):
        problems["name"] = reason
    if not is_address(mail):
        problems["mail"] = "mail"
    elif taken:
        problems["mail"] = "taken"
    return problems


def _managed(tx: Transaction, by: Person, account_id: str) -> tuple[Account, Organisation | None]:
    account = tx.accounts.get(account_id)
    if not manages(by.account, account):
        raise NotAllowed()
    of = account.organisation_id
    return account, None if of is None else tx.organisations.get(of)


def _invite(tx: Transaction, account: Account, now: datetime) -> str:
    token = new_token()
    tx.entrances.invite(Invitation(digest(token), account.id, now, now + INVITATION_LIFE))
    return token


def _link(services: Services, token: str) -> str:
    return f"{services.config.base_url.rstrip('/')}/bureau/welkom/{token}"


def _mail(
    services: Services,
    by: Person,
    account: Account,
    organisation: Organisation | None,
    token: str,
    *,
    again: bool,
) -> None:
    now = services.clock()
    letter = Letter(
        message_id=message_id(account.id, "account", digest(token), 1, services.config.domain),
        date=now,
        to=account.mail,
        name=account.name,
        sender=organisation.name if organisation else services.config.organisation,
        reference="",
        test=services.config.development,
        link=_link(services, token),
        until=now + INVITATION_LIFE,
        contact_name=by.account.name,
        contact_email=by.account.mail,
        request_id=logs.request_id(),
    )
    services.outbox.send(messages.desk_invitation(services.texts, letter, again=again))
