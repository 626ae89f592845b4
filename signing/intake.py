"""Taking a request in: lease data checked whole, a packet with its reference, and following it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import docgen
from signing import packet as rules
from signing import reference, values
from signing.agreement import Agreement, transfer_problems
from signing.errors import InvalidRequest, Refused
from signing.packet import Packet, Status, move
from signing.services import Services
from signing.store import Filing, Transaction
from signing.tasks import Task

STOPPED = (Status.DECLINED, Status.EXPIRED, Status.WITHDRAWN)
MOST_PACKETS = 99  # of one type for one lease: NN of the reference


class KeyReused(Refused):
    """The same idempotency key came with another request."""

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for another request. Use a new key for a new packet.")


class AlreadyRunning(Refused):
    """There is a packet about this already (R5: one current agreement per lease and tenant)."""

    def __init__(self, running: str | None) -> None:
        """``running``: its reference, or None when another client asked for it."""
        self.running = running
        which = f"Packet {running} about this is" if running else "A packet about this, of another client, is"
        way = "Follow or withdraw that one" if running else "Ask the organisation that sent it"
        super().__init__(f"{which} not stopped. {way} first.")


class NumbersUsedUp(Refused):
    """A reference has two digits for the number of a packet (domain 3.4); all are given."""

    def __init__(self) -> None:
        super().__init__(
            f"This lease has had {MOST_PACKETS} packets of this type, and a reference has no room for more. "
            "Ask the service for help."
        )


class NotStopped(Refused):
    """Only a packet that was stopped gets a new version."""

    def __init__(self, status: str) -> None:
        super().__init__(
            f"The packet is {status}. Only one that was stopped can be made anew. Withdraw it first."
        )


@dataclass(frozen=True)
class NewPacket:
    """A request for a packet: ``data`` as the manifest of ``type`` asks for it."""

    type: str
    data: Mapping[str, object]
    send: bool = True
    idempotency_key: str | None = None


def packet_types(services: Services) -> tuple[str, ...]:
    """What can be asked for: the types of the catalog that have recipients (the evidence has none)."""
    catalog = services.catalog
    return tuple(name for name in catalog.types if catalog.manifest(name).recipients)


def warnings(services: Services, request: NewPacket) -> tuple[docgen.Problem, ...]:
    """What deserves a second look without stopping the packet."""
    return tuple(problem for problem in judged(services, request)[0] if problem.severity == "warning")


def look_over(services: Services, client: str, request: NewPacket) -> tuple[docgen.Problem, ...]:
    """Everything that `create` would say about a request, without making anything; these are its warnings.

    Raises as `create`, but for what belongs to an idempotency key or to numbers.
    """
    manifest = _manifest(services, request.type)
    given = checked(services, request)
    with services.store.read() as tx:
        fits_what_runs(tx, client, manifest, given)
    return warnings(services, request)


def create(
    services: Services,
    client: str,
    request: NewPacket,
    *,
    previous: str | None = None,
    by: str | None = None,
) -> Packet:
    """A new packet, with its documents promised; the same idempotency key gives the same packet.

    ``previous``: the reference of the stopped packet that it is a new version of. ``by``: the account at the
    desk that asked for it, if one did.
    Raises docgen.UnknownType, InvalidRequest with all problems at once, AlreadyRunning, KeyReused,
    NumbersUsedUp.
    """
    manifest = _manifest(services, request.type)
    # Looked up before the check: a request that was fine stays fine when a date in it has passed.
    with services.store.read() as tx:
        if earlier := _earlier(tx, client, request):
            return earlier
    data = checked(services, request)
    subject = values.subject(manifest, data)
    with services.store.write() as tx:
        tx.queue_up(f"subject {subject} {manifest.code}", f"key {client} {request.idempotency_key}")
        if earlier := _earlier(tx, client, request):
            return earlier
        fits_what_runs(tx, client, manifest, data)
        number = tx.packets.next_number(*values.lease(data), manifest.code)
        if number > MOST_PACKETS:
            raise NumbersUsedUp()
        packet = values.packet(
            manifest,
            data,
            number,
            str(uuid4()),
            services.clock(),
            sms=services.means.sms,
            previous=previous,
        )
        tx.packets.add(packet, _filing(services, client, request, manifest, data))
        facts = {"type": packet.type, "reference": packet.reference, "template": manifest.version}
        facts |= {"account": by} if by else {}
        tx.trail.append(packet.id, "packet:created", "requester", facts, services.clock())
        if previous is not None:
            told = {"previous": previous}
            tx.trail.append(packet.id, "packet:reopened", "requester", told, services.clock())
        services.agenda.promise(tx.connection, Task("generate", packet.id))
    return packet


def reopen(
    services: Services,
    client: str,
    wanted: str,
    *,
    data: Mapping[str, object] | None,
    send: bool,
    by: str | None = None,
) -> Packet:
    """A new version of a packet that was stopped, with its data or other ones; links and answers are new.

    Raises NotFound, NotStopped, and as `create`; AlreadyRunning when it was reopened before.
    """
    with services.store.read() as tx:
        old = tx.packets.by_reference(reference.compact_form(wanted), client)
        tx.packets.has_content(old.id)
        kept = tx.packets.filing(old.id).data
    if old.status not in STOPPED:
        raise NotStopped(old.status)
    request = NewPacket(old.type, kept if data is None else data, send)
    return create(services, client, request, previous=old.reference, by=by)


def send(services: Services, client: str, wanted: str, by: str | None = None) -> Packet:
    """Sends a packet that was made with ``send`` false. Raises NotFound, Refused.

    ``by``: the account at the desk that asked for it, if one did.
    """
    with services.store.write() as tx:
        packet = tx.packets.by_reference(reference.compact_form(wanted), client)
        if packet.status is not Status.SENT:
            move(packet, Status.SENT)
            # Sent before and stuck: the same promise again would count as kept already.
            stuck = tx.attention.take(packet.id, "send")
            attempt = stuck.attempt + 1 if stuck else 0
            services.agenda.promise(tx.connection, Task("send", packet.id), attempt=attempt)
            if by is not None:
                facts = {"account": by}
                tx.trail.append(packet.id, "packet:sending:asked", "requester", facts, services.clock())
    return packet


def withdraw(services: Services, client: str, wanted: str, by: str | None = None) -> Packet:
    """Stops a packet that is not signed by everyone yet. Raises NotFound, WrongStatus.

    ``by``: the account at the desk that asked for it, if one did.
    """
    with services.store.write() as tx:
        packet = rules.withdraw(tx.packets.by_reference(reference.compact_form(wanted), client))
        tx.packets.save(packet)
        facts = {"account": by} if by else {}
        tx.trail.append(packet.id, "packet:withdrawn", "requester", facts, services.clock())
    return packet


def checked(services: Services, request: NewPacket) -> dict[str, object]:
    """The data as a packet keeps it. Raises docgen.UnknownType; InvalidRequest with all problems."""
    problems, data = judged(services, request)
    if data is None:
        raise InvalidRequest([problem for problem in problems if problem.severity == "error"])
    return data


def judged(services: Services, request: NewPacket) -> tuple[list[docgen.Problem], dict[str, object] | None]:
    """All problems and warnings, and the data as a packet keeps it, unless one of them is an error.

    Raises docgen.UnknownType.
    """
    manifest = _manifest(services, request.type)
    problems, data = docgen.judged(manifest, request.data, services.clock().date())
    code = request.data.get("corporation.code") or docgen.value_at(request.data, "corporation.code")
    if isinstance(code, str) and code not in services.config.archives:
        reason = "this corporation has no archive here"
        advice = f"Choose one of: {', '.join(sorted(services.config.archives))}."
        return [*problems, docgen.Problem("corporation.code", reason, advice)], None
    return problems, data


def _manifest(services: Services, packet_type: str) -> docgen.Manifest:
    known = packet_types(services)
    if packet_type not in known:
        raise docgen.UnknownType(packet_type, known)
    return services.catalog.manifest(packet_type)


def _earlier(tx: Transaction, client: str, request: NewPacket) -> Packet | None:
    if request.idempotency_key is None:
        return None
    earlier = tx.packets.by_key(client, request.idempotency_key)
    if earlier is None:
        return None
    packet, request_sha256 = earlier
    if request_sha256 != _request_sha256(request):
        raise KeyReused()
    return packet


def fits_what_runs(
    tx: Transaction, client: str, manifest: docgen.Manifest, checked: dict[str, object]
) -> None:
    """Raises InvalidRequest when it does not belong to the agreement that it names, AlreadyRunning."""
    if manifest.effect == values.TRANSFERS:
        related = values.text(checked, values.RELATED)
        agreement = tx.agreements.get(related)
        party = agreement is not None and _is_party(tx, client, agreement)
        problems = transfer_problems(agreement, related, values.transfer_form(checked), party=party)
        if problems:
            raise InvalidRequest(problems)
    past = () if manifest.effect == values.STARTS else (Status.DELIVERED,)
    if running := tx.packets.running(values.subject(manifest, checked), manifest.code, past=past):
        raise AlreadyRunning(running if tx.packets.client_of(running) == client else None)


def _is_party(tx: Transaction, client: str, agreement: Agreement) -> bool:
    """Whether this client asked for the agreement, or for a transfer under it that was delivered."""
    references = (agreement.reference, *(transfer.reference for transfer in agreement.transfers))
    return any(tx.packets.client_of(each) == client for each in references)


def _filing(
    services: Services,
    client: str,
    request: NewPacket,
    manifest: docgen.Manifest,
    checked: dict[str, object],
) -> Filing:
    return Filing(
        client=client,
        request_sha256=_request_sha256(request),
        template_version=manifest.version,
        template_sha256=services.catalog.digest(manifest.type),
        subject=values.subject(manifest, checked),
        data=dict(request.data),
        values=checked,
        send_when_ready=request.send,
        idempotency_key=request.idempotency_key,
    )


def _request_sha256(request: NewPacket) -> str:
    content: dict[str, Any] = {"type": request.type, "data": request.data, "send": request.send}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
