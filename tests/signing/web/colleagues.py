"""The people at the desk: organisations, somebody of every role, and how they log in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

import pyotp

from signing import staff
from signing.account import Account, Kind, Organisation, Role
from signing.login import password, totp
from signing.packet import Packet, Status
from signing.services import Services
from signing.staff import Place
from signing.staff.person import begin, digest
from tests.signing.web.desk import Desk, Visitor

PASSWORD = "vier paarden op een dijk"
HOME = Place("192.0.2.1", "")
CARE, OTHER_CARE, CORPORATION, OTHER_CORPORATION = "referrer", "other", "MTR", "ANR"
# Everybody by a name: at which organisation, as what.
PEOPLE: dict[str, tuple[str | None, Role]] = {
    "referrer": (CARE, Role.REFERRER),
    "admin": (CARE, Role.ADMIN),
    "auditor": (CARE, Role.AUDITOR),
    "other referrer": (OTHER_CARE, Role.REFERRER),
    "other admin": (OTHER_CARE, Role.ADMIN),
    "other auditor": (OTHER_CARE, Role.AUDITOR),
    "archivist": (CORPORATION, Role.ARCHIVIST),
    "corporation admin": (CORPORATION, Role.ADMIN),
    "corporation auditor": (CORPORATION, Role.AUDITOR),
    "other archivist": (OTHER_CORPORATION, Role.ARCHIVIST),
    "operator": (None, Role.OPERATOR),
}
_HASH = password.hashed(PASSWORD)


def organisation(handle: str, now: datetime) -> Organisation:
    """An organisation: of an API client, or in capitals a corporation."""
    corporate = handle.isupper()
    return Organisation(
        id=str(uuid5(NAMESPACE_URL, handle)),
        kind=Kind.CORPORATION if corporate else Kind.CARE,
        name=f"Organisatie {handle}",
        kvk="90000023",
        client=None if corporate else handle,
        corporation=handle if corporate else None,
        contact_name="Sinéad O’Neill",
        contact_email="s.oneill@voorbeeld.nl",
        contact_phone=None,
        mailbox=None,
        archive=None,
        created_at=now,
    )


@dataclass
class Colleagues:
    """Everybody of ``PEOPLE``, each with a password and a telephone."""

    desk: Desk

    def __post_init__(self) -> None:
        now = self.desk.clock()
        with self.desk.services.store.write() as tx:
            for handle in (CARE, OTHER_CARE, CORPORATION, OTHER_CORPORATION):
                tx.organisations.add(organisation(handle, now))
            for name in PEOPLE:
                tx.accounts.add(self._account(name, now))

    def _account(self, name: str, now: datetime) -> Account:
        handle, role = PEOPLE[name]
        return Account(
            id=str(uuid5(NAMESPACE_URL, name)),
            organisation_id=None if handle is None else organisation(handle, now).id,
            mail=f"{name.replace(' ', '.')}@voorbeeld.nl",
            name=name.title(),
            roles=(role,),
            created_at=now,
            password_hash=_HASH,
            totp_salt=f"salt-{name}",
            totp_since=now,
        )

    def account(self, name: str) -> Account:
        """As it stands in the registry."""
        with self.desk.services.store.read() as tx:
            return tx.accounts.get(str(uuid5(NAMESPACE_URL, name)))

    def code(self, account: Account) -> str:
        """What the app on somebody's telephone shows now."""
        services = self.desk.services
        secret = totp.secret(services.secrets[0], account.id, account.totp_salt or "")
        return pyotp.TOTP(secret).at(self.desk.clock())

    def logs_in(self, name: str) -> Visitor:
        """A browser that somebody came in with, the short way."""
        services, now = self.desk.services, self.desk.clock()
        with services.store.write() as tx:
            token = begin(tx, self.account(name), now, complete=True)
        visitor = self.desk.visitor()
        with visitor.client.session_transaction() as session:
            session["desk"] = [token, int(now.timestamp())]
        return visitor

    def person(self, name: str) -> staff.Person:
        """Somebody as the use cases know it."""
        account = self.account(name)
        with self.desk.services.store.read() as tx:
            of = account.organisation_id
            return staff.Person(account, None if of is None else tx.organisations.get(of), complete=True)


def finished(desk: Desk, packet: Packet) -> Packet:
    """As if a packet were delivered."""
    desk.seal(packet)
    with desk.services.store.write() as tx:
        tx.packets.save(replace(tx.packets.get(packet.id), status=Status.DELIVERED, signed_at=desk.clock()))
        files = [{"name": f"{packet.reference}.pdf", "size": 1024, "sha256": "a" * 64}]
        receipt = {"destination": "file:///archive", "files": files, "proof": "read-back"}
        kept = {**receipt, "delivered_at": desk.clock().isoformat(), "locked_until": None}
        tx.packets.set_facts(packet.id, receipt=kept)
        tx.trail.append(packet.id, "packet:delivered", "service", {"proof": "read-back"}, desk.clock())
    return desk.now(packet.id)


def tokens(services: Services, token: str) -> bool:
    """Whether a session with this token is there."""
    with services.store.read() as tx:
        return tx.entrances.session(digest(token)) is not None
