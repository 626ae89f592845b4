"""How the recipients of a packet are reached: reminded, corrected, replaced, visited."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import docgen
from signing import changes, reference
from signing import packet as rules
from signing.audit import Value
from signing.errors import InvalidRequest, Problem
from signing.packet import Packet
from signing.services import Services
from signing.store import Dispatch
from signing.tasks import Task, invitation

EMAIL = docgen.Field("email", "het e-mailadres", "email", required=False)
MOBILE = docgen.Field("mobile", "het mobiele nummer", "phone", required=False)
PERSON = (
    docgen.Field("name", "de naam", "name"),
    docgen.Field("email", "het e-mailadres", "email"),
)
COLLEAGUE = (*PERSON, docgen.Field("function", "de functie", "text", max=80))

Change = Callable[[Packet, datetime], Packet]


# In all of these ``by`` is the account at the desk that asked for it, if one did: the audit trail says so.


def remind(services: Services, client: str, wanted: str, role: str, by: str | None = None) -> Packet:
    """Sends the link once more, now. Raises NotFound, Refused (answered, closed, not invited, too soon)."""
    with services.store.write() as tx:
        packet, now = tx.packets.by_reference(reference.compact_form(wanted), client), services.clock()
        recipient = rules.may_answer(packet, role, packet.recipient(role).link_serial, now)
        earlier = invitations(tx.messages.of(packet.id), role)
        changes.may_remind(recipient, last_of(earlier), now)
        number = changes.BY_HAND + len(earlier)
        task = Task("remind", packet.id, f"{role}:{recipient.link_serial}:{number}")
        services.agenda.promise(tx.connection, task)
        if by is not None:
            tx.trail.append(packet.id, "recipient:reminder:asked", role, {"account": by}, now)
    return packet


def correct(
    services: Services,
    client: str,
    wanted: str,
    role: str,
    given: Mapping[str, object],
    by: str | None = None,
) -> Packet:
    """Another ``email`` or ``mobile``; what is not given stays. A new link goes there, the old one stops.

    Raises NotFound, Refused, docgen.InvalidValues.
    """
    said = docgen.checked((EMAIL, MOBILE), given)
    if not any(said.values()):
        raise InvalidRequest([Problem("email", "Nothing was given.", "Give email, mobile, or both.")])

    def change(packet: Packet, _: datetime) -> Packet:
        now = packet.recipient(role)
        email, mobile = (_text(said[key]) or getattr(now, key) for key in ("email", "mobile"))
        if email is None and not services.means.sms:
            raise InvalidRequest([Problem("email", "This service sends no text messages.", "Give email.")])
        return changes.corrected(packet, role, email=email, mobile=mobile)

    kept: dict[str, Value] = {key: _text(value) for key, value in said.items() if value}
    return _relink(services, client, wanted, role, change, "recipient:address:corrected", _told(kept, by))


def reassign(
    services: Services,
    client: str,
    wanted: str,
    role: str,
    given: Mapping[str, object],
    by: str | None = None,
) -> Packet:
    """A colleague takes over: ``name``, ``function``, ``email``. Raises NotFound, Refused, InvalidValues."""
    said = {key: str(value) for key, value in docgen.checked(COLLEAGUE, given).items()}
    kept: dict[str, Value] = {**said}
    return _relink(
        services,
        client,
        wanted,
        role,
        lambda packet, _: changes.reassigned(packet, role, **said),
        "recipient:reassigned",
        _told(kept, by),
    )


def host(
    services: Services,
    client: str,
    wanted: str,
    role: str,
    given: Mapping[str, object],
    by: str | None = None,
) -> Packet:
    """Sign in person: a worker (``name``, ``email``) opens the link together with the recipient.

    Raises NotFound, Refused, docgen.InvalidValues.
    """
    said = {key: str(value) for key, value in docgen.checked(PERSON, given).items()}
    kept: dict[str, Value] = {"host": said["name"], "address": said["email"]}
    return _relink(
        services,
        client,
        wanted,
        role,
        lambda packet, _: changes.hosted(packet, role, **said),
        "recipient:hosted",
        _told(kept, by),
    )


def revoke(services: Services, client: str, wanted: str, role: str, by: str | None = None) -> Packet:
    """Stops the link; no other one goes out by itself. Raises NotFound, Refused."""
    return _relink(
        services,
        client,
        wanted,
        role,
        lambda packet, now: changes.revoked(packet, role, now),
        "recipient:link:revoked",
        _told({}, by),
    )


def renew(services: Services, client: str, wanted: str, role: str, by: str | None = None) -> Packet:
    """A new link goes out; the old one stops. Raises NotFound, Refused."""
    return _relink(
        services,
        client,
        wanted,
        role,
        lambda packet, _: changes.renewed(packet, role),
        "recipient:link:renewed",
        _told({}, by),
    )


def _relink(
    services: Services,
    client: str,
    wanted: str,
    role: str,
    change: Change,
    event: str,
    facts: Mapping[str, Value],
) -> Packet:
    """Makes a change that closes the old link, and sends the new one when it is this recipient's turn."""
    with services.store.write() as tx:
        before, now = tx.packets.by_reference(reference.compact_form(wanted), client), services.clock()
        after = change(before, now)
        tx.packets.save(after)
        changed = after.recipient(role)
        tx.trail.append(after.id, event, role, {**facts, "by": "requester"}, now)
        tx.attention.clear(after.id, f"invite:{role}")
        if changed in rules.due(after):
            services.agenda.promise(tx.connection, invitation(after.id, role, changed.link_serial))
    return after


def invitations(messages: Iterable[Dispatch], role: str) -> list[Dispatch]:
    """The messages with a link to sign that went out to this recipient."""
    return [each for each in messages if each.role == role and each.kind in ("invite", "remind")]


def last_of(messages: Iterable[Dispatch]) -> datetime | None:
    """When the last of these went out."""
    return max((each.queued_at for each in messages), default=None)


def _told(facts: Mapping[str, Value], by: str | None) -> dict[str, Value]:
    return {**facts, **({"account": by} if by else {})}


def _text(value: object) -> str | None:
    return None if value is None else str(value)
