"""The rules of accounts: roles, what each may do, what an organisation may see, and when a log-in waits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from signing.packet import Packet, Status

INVITATION_LIFE = timedelta(days=7)
SESSION_LIFE = timedelta(hours=12)  # a day of work; then the person shows who it is again
SESSION_IDLE = timedelta(minutes=60)
BROWSER_LIFE = timedelta(days=365)  # how long a browser is known after it came in for the first time
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200  # characters (NIST SP 800-63B-4 3.1.1.2; argon2 takes time)


class Role(StrEnum):
    """What somebody is at the desk; one person may be several things."""

    REFERRER = "referrer"
    ADMIN = "organisation-admin"
    ARCHIVIST = "archivist"
    AUDITOR = "auditor"
    OPERATOR = "operator"


class Kind(StrEnum):
    """What an organisation is."""

    CARE = "care"
    CORPORATION = "corporation"


class Permission(StrEnum):
    """Something that not everybody may do."""

    SEE_PACKETS = "see-packets"
    STEER_PACKETS = "steer-packets"
    DOWNLOAD = "download"
    EXPORT_EVIDENCE = "export-evidence"
    ACKNOWLEDGE = "acknowledge"
    SEE_ACCESS = "see-access"
    MANAGE_PEOPLE = "manage-people"
    KEEP_ORGANISATION = "keep-organisation"
    MANAGE_ORGANISATIONS = "manage-organisations"
    MANAGE_WORK = "manage-work"
    OWN_ACCOUNT = "own-account"


PERMISSIONS: dict[Permission, frozenset[Role]] = {
    Permission.SEE_PACKETS: frozenset({Role.REFERRER, Role.ARCHIVIST, Role.AUDITOR}),
    Permission.STEER_PACKETS: frozenset({Role.REFERRER}),
    Permission.DOWNLOAD: frozenset({Role.REFERRER, Role.ARCHIVIST, Role.AUDITOR}),
    Permission.EXPORT_EVIDENCE: frozenset({Role.REFERRER, Role.AUDITOR}),
    Permission.ACKNOWLEDGE: frozenset({Role.ARCHIVIST}),
    Permission.SEE_ACCESS: frozenset({Role.ADMIN, Role.AUDITOR}),
    Permission.MANAGE_PEOPLE: frozenset({Role.ADMIN}),
    Permission.KEEP_ORGANISATION: frozenset({Role.ADMIN}),
    Permission.MANAGE_ORGANISATIONS: frozenset({Role.OPERATOR}),
    Permission.MANAGE_WORK: frozenset({Role.OPERATOR}),
    Permission.OWN_ACCOUNT: frozenset(Role),
}
# An operator belongs to no organisation, so that it sees no packet of anyone.
ROLES_OF_KIND: dict[Kind, tuple[Role, ...]] = {
    Kind.CARE: (Role.REFERRER, Role.ADMIN, Role.AUDITOR),
    Kind.CORPORATION: (Role.ARCHIVIST, Role.ADMIN, Role.AUDITOR),
}
# A corporation sees a lease's packet from the moment that it is asked to acknowledge: before, it is a plan.
CORPORATION_SEES = (Status.SIGNED, Status.SEALED, Status.ARCHIVED, Status.DELIVERED)


@dataclass(frozen=True)
class Organisation:
    """Who works at the desk. ``client``: whose packets a care organisation made (also the API client's name);
    ``corporation``: the code in a corporation's references. ``mailbox``: where its signing mail goes;
    ``archive``: URL of a corporation's archive, as far as it has its own.
    """

    id: str
    kind: Kind
    name: str
    kvk: str
    client: str | None
    corporation: str | None
    contact_name: str
    contact_email: str
    contact_phone: str | None
    mailbox: str | None
    archive: str | None
    created_at: datetime

    @property
    def handle(self) -> str:
        """What it goes by in addresses and settings: its client name, or its corporation's code."""
        return self.client or self.corporation or self.id


@dataclass(frozen=True)
class Account:
    """A person at the desk. ``organisation_id``: None for an operator. ``totp_since``: None until the app on
    its telephone was proven; ``totp_step``: of the last code that was used (RFC 6238); ``subject``: who it is
    to its organisation's OpenID provider.
    """

    id: str
    organisation_id: str | None
    mail: str
    name: str
    roles: tuple[Role, ...]
    created_at: datetime
    password_hash: str | None = None
    totp_salt: str | None = None
    totp_since: datetime | None = None
    totp_step: int = 0
    subject: str | None = None
    blocked_at: datetime | None = None

    @property
    def active(self) -> bool:
        """Whether it can log in with a password and a code."""
        return self.blocked_at is None and self.password_hash is not None and self.totp_since is not None


@dataclass(frozen=True)
class Scope:
    """Whose packets somebody sees: exactly one of both, and nothing with neither."""

    client: str | None = None
    corporation: str | None = None


def may(roles: Iterable[Role], permission: Permission) -> bool:
    """Whether one of these roles has the permission."""
    return not PERMISSIONS[permission].isdisjoint(roles)


def scope(organisation: Organisation | None) -> Scope:
    """What members of an organisation may see; an operator sees no packets."""
    if organisation is None:
        return Scope()
    if organisation.kind is Kind.CARE:
        return Scope(client=organisation.client)
    return Scope(corporation=organisation.corporation)


def sees(found: Scope, packet: Packet, client: str) -> bool:
    """Whether a packet, made by the API client or organisation ``client``, is within the scope."""
    if found.client is not None:
        return client == found.client
    return found.corporation == packet.corporation and packet.status in CORPORATION_SEES


def misfits(kind: Kind | None, roles: Sequence[Role]) -> tuple[Role, ...]:
    """The roles that an organisation of this kind does not have; None: of no organisation."""
    allowed = (Role.OPERATOR,) if kind is None else ROLES_OF_KIND[kind]
    return tuple(role for role in roles if role not in allowed)


def manages(by: Account, other: Account) -> bool:
    """Whether ``by`` may invite, block or give back its access to ``other``; nobody may to itself."""
    if by.id == other.id:
        return False
    if may(by.roles, Permission.MANAGE_PEOPLE) and by.organisation_id is not None:
        return by.organisation_id == other.organisation_id
    if may(by.roles, Permission.MANAGE_ORGANISATIONS):
        return Role.ADMIN in other.roles or other.organisation_id is None
    return False


def tidy_mail(typed: str) -> str:
    """An address as it is looked up: the same for every way to write it in capitals."""
    return typed.strip().lower()


class Secret(StrEnum):
    """What can be guessed at a log-in."""

    PASSWORD = "password"  # noqa: S105  (a name)
    CODE = "code"


@dataclass(frozen=True)
class Limit:
    """At most ``most`` wrong tries within ``within``."""

    most: int
    within: timedelta


@dataclass(frozen=True)
class Limits:
    """The limits of one secret: ``here`` for one place at one account, ``strangers`` for all unknown places
    at one account together, ``place`` for one place at all accounts together.
    """

    here: Limit
    strangers: Limit
    place: Limit


_QUARTER, _HOUR = timedelta(minutes=15), timedelta(hours=1)
# A code has a million values of which three count, and who gets to it knows the password already.
LIMITS: dict[Secret, Limits] = {
    Secret.PASSWORD: Limits(Limit(5, _QUARTER), Limit(100, _HOUR), Limit(50, _QUARTER)),
    Secret.CODE: Limits(Limit(5, _QUARTER), Limit(20, _HOUR), Limit(50, _QUARTER)),
}
LONGEST_LOOK = _HOUR  # no limit looks further back


@dataclass(frozen=True)
class Try:
    """A try that was not right (yet), at an account, from a place; both are keyed hashes.

    A place is a browser that logged in to this account before (``known``), or else a network address.
    """

    account: str
    place: str
    known: bool
    at: datetime


def waits_until(
    tries: Sequence[Try], secret: Secret, account: str, place: str, *, known: bool, now: datetime
) -> datetime | None:
    """Until when this place cannot try this account again; None when it may.

    Nobody locks anybody else out: tries count where they were made. Together the unknown places are limited
    per account too, but a browser that the owner used before is not one of them. ``tries``: at this account
    or from this place, in any order; also those at addresses that have no account.
    """
    limits = LIMITS[secret]
    here = [t for t in tries if t.account == account and t.place == place and t.known == known]
    found = [_ends(here, limits.here, now)]
    if not known:
        found.append(_ends([t for t in tries if t.account == account and not t.known], limits.strangers, now))
        found.append(_ends([t for t in tries if t.place == place and not t.known], limits.place, now))
    return max((end for end in found if end is not None), default=None)


def _ends(tries: Iterable[Try], limit: Limit, now: datetime) -> datetime | None:
    recent = sorted(t.at for t in tries if now - t.at < limit.within)
    return recent[-limit.most] + limit.within if len(recent) >= limit.most else None
