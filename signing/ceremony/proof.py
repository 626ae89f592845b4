"""Who opened the link: a one-time code, and for a team a name and function."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from signing import identity
from signing import packet as rules
from signing.audit import Value
from signing.ceremony import writing
from signing.ceremony.link import Door, Evidence, claims_of, door, facts, locked, proof_wanted
from signing.errors import CheckImpossible, NotProven, TooManyCodes
from signing.identity import Check, codes
from signing.identity.codes import Code
from signing.links import LinkClaims
from signing.packet import Packet, Recipient
from signing.services import Services
from signing.store import Transaction
from signing.tasks import Task


@dataclass(frozen=True)
class Proof:
    """What the page of the code shows: the checks that can be done, and the last code if it still lives.

    ``wait_until``: when the next code may be asked for, if that is not now.
    """

    recipient: Recipient
    ways: tuple[Check, ...]
    sent: Code | None
    wait_until: datetime | None

    @property
    def tries_left(self) -> int:
        """Of the last code."""
        return codes.MOST_WRONG - self.sent.wrong if self.sent else 0


def check_of(found: Proof) -> Check:
    """The check of the last code. Raises ValueError when there is none."""
    if found.sent is None:
        raise ValueError("no code was sent")
    return identity.CHECKS[found.sent.check]


def open_link(services: Services, token: str, evidence: Evidence) -> None:
    """The person pressed "begin"; whoever still has to prove who it is gets a code.

    Raises as `signing.ceremony.welcome`, CheckImpossible.
    """
    claims = claims_of(services, token)
    with services.store.write() as tx:
        packet, now = locked(services, tx, claims)
        recipient = rules.may_answer(packet, claims.recipient, claims.serial, now)
        tx.packets.save(rules.opened(packet, recipient.role, now))
        tx.messages.opened(packet.id, recipient.role, now)
        tx.trail.append(packet.id, "recipient:link:opened", recipient.role, facts(evidence, recipient), now)
        if not proof_wanted(recipient) or door(claims).proven in evidence.marks:
            return
        made = tx.codes.of(packet.id, recipient.role)
        if _living(made, claims, now) is None:
            # Asked for too often: the next page says when another one may come.
            with suppress(TooManyCodes):
                _promise(services, tx, packet, claims, made, _preferred(services, recipient), now)


def proof(services: Services, token: str) -> Proof:
    """How this recipient can prove who it is; changes nothing. Raises as `signing.ceremony.welcome`."""
    claims, now = claims_of(services, token), services.clock()
    with services.store.read() as tx:
        packet = tx.packets.get(claims.packet_id)
        recipient = rules.may_answer(packet, claims.recipient, claims.serial, now)
        made = tx.codes.of(packet.id, recipient.role)
    ways = identity.possible(recipient, services.means)
    return Proof(recipient, ways, _living(made, claims, now), codes.pause_ends(made, now))


def send_code(services: Services, token: str, *, check: str) -> None:
    """Another code, in the way of ``check``. Raises as `proof`, CheckImpossible, TooManyCodes."""
    claims = claims_of(services, token)
    with services.store.write() as tx:
        packet, now = locked(services, tx, claims)
        recipient = rules.may_answer(packet, claims.recipient, claims.serial, now)
        possible = {way.name: way for way in identity.possible(recipient, services.means) if way.carrier}
        if check not in possible:
            raise CheckImpossible(check)
        made = tx.codes.of(packet.id, recipient.role)
        _promise(services, tx, packet, claims, made, possible[check], now)


def prove(services: Services, token: str, evidence: Evidence, *, typed: str) -> Door:
    """The person typed a code. Returns the door whose mark this browser gets.

    Raises as `proof`, CodeMissing, CodeExpired, CodeWrong; a wrong try is counted and kept all the same.
    """
    claims = claims_of(services, token)
    with services.store.write() as tx:
        packet, now = locked(services, tx, claims)
        recipient = rules.may_answer(packet, claims.recipient, claims.serial, now)
        code = codes.last(tx.codes.of(packet.id, recipient.role), claims.serial)
        right = codes.judge(code, typed, services.secrets, now)
        told: dict[str, Value] = {**facts(evidence, recipient), "check": code.check, "number": code.number}
        if right:
            tx.codes.save(replace(code, used_at=now))
            tx.packets.save(rules.proven(packet, recipient.role, code.check, now))
            told["assurance"] = identity.CHECKS[code.check].assurance
            tx.trail.append(packet.id, "recipient:identity:proven", recipient.role, told, now)
            return door(claims)
        code = replace(code, wrong=code.wrong + 1)
        tx.codes.save(code)
        tx.trail.append(packet.id, "recipient:code:refused", recipient.role, told, now)
    raise codes.wrong(code)


def state(services: Services, token: str, evidence: Evidence, *, name: str, function: str) -> Door:
    """Somebody of a team says who it is; that person is the signatory of record.

    Returns the door whose mark this browser gets. Raises as `proof`, NotProven, UnusableText.
    """
    claims = claims_of(services, token)
    said = {
        "name": writing.line("name", name, writing.LONGEST_NAME),
        "function": writing.line("function", function, writing.LONGEST_FUNCTION),
    }
    with services.store.write() as tx:
        packet, now = locked(services, tx, claims)
        recipient = rules.may_answer(packet, claims.recipient, claims.serial, now)
        if proof_wanted(recipient) and door(claims).proven not in evidence.marks:
            raise NotProven()
        tx.packets.save(rules.stated(packet, recipient.role, said["name"], said["function"]))
        told: dict[str, Value] = {**facts(evidence, recipient), **said}
        tx.trail.append(packet.id, "recipient:person:stated", recipient.role, told, now)
    return door(claims)


def _preferred(services: Services, recipient: Recipient) -> Check:
    for check in identity.possible(recipient, services.means):
        if check.carrier is not None:
            return check
    raise CheckImpossible(", ".join(recipient.identity))


def _living(made: Sequence[Code], claims: LinkClaims, now: datetime) -> Code | None:
    """The last code of this link, as long as it can be used."""
    code = made[-1] if made else None
    return code if code and code.link_serial == claims.serial and code.lives(now) else None


def _promise(
    services: Services,
    tx: Transaction,
    packet: Packet,
    claims: LinkClaims,
    made: Sequence[Code],
    check: Check,
    now: datetime,
) -> None:
    code = codes.another(made, packet.id, claims.recipient, check.name, claims.serial, now)
    tx.codes.add(code)
    services.agenda.promise(tx.connection, Task("code", packet.id, f"{code.role}:{code.number}"))
