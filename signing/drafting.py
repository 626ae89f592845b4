"""Making a packet at the desk: a draft that is kept at every step, filled with all that is known already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import docgen
from signing import filling, following, intake, values
from signing.account import Permission
from signing.errors import InvalidRequest, NotFound
from signing.intake import NewPacket
from signing.packet import Packet, Status
from signing.services import Services
from signing.staff import Person
from signing.store import Draft, Sought, Transaction

MOST = 100  # drafts of one organisation that are shown
_EACH_TIME = ("date", "boolean", "choice", "rows")
_LOOKED_AT = 500  # earlier packets in which one of the same type is looked for
_CORPORATION = ("corporation.", "corporation_contact.")
# A transfer form asks for these under another name than the agreement did.
_AT_TRANSFER = {"old_guide": "guide", "transferring_org.signatory": "referring_org.signatory"}


def types(services: Services) -> tuple[docgen.Manifest, ...]:
    """What can be made."""
    return tuple(services.catalog.manifest(name) for name in intake.packet_types(services))


def drafts(services: Services, person: Person) -> tuple[Draft, ...]:
    """What the organisation is filling in. Raises NotAllowed."""
    client = _client(person)
    with services.store.read() as tx:
        return tx.drafts.of(client, MOST)


def draft(services: Services, person: Person, draft_id: str) -> Draft:
    """One draft of the organisation. Raises NotAllowed, NotFound."""
    client = _client(person)
    with services.store.read() as tx:
        return tx.drafts.get(draft_id, client)


def begin(services: Services, person: Person, packet_type: str, lease: str) -> Draft:
    """A new draft. ``lease``: a number of an earlier packet, whose data is taken over, or empty.

    Raises NotAllowed; NotFound for a type that cannot be made.
    """
    client = _client(person)
    if packet_type not in intake.packet_types(services):
        raise NotFound("There is no such packet type.")
    manifest = services.catalog.manifest(packet_type)
    if manifest.effect == values.TRANSFERS and lease.strip():
        with suppress(NotFound):  # no running agreement: what is known of the lease is taken over below
            return transfer(services, person, lease)
    with services.store.write() as tx:
        known = _known(tx, person, manifest, lease.strip(), services.clock())
        return _add(services, tx, person, client, manifest, known, _facts(manifest, known))


def transfer(services: Services, person: Person, wanted: str) -> Draft:
    """A draft of the form that hands over a running agreement. Raises NotAllowed, NotFound."""
    client = _client(person)
    agreement, manifest = _transferable(services, person, wanted)
    with services.store.write() as tx:
        running = tx.agreements.get(agreement.reference)
        if running is None or manifest is None:
            raise NotFound("There is no running agreement with this reference.")
        source = tx.packets.filing(agreement.id).data
        known = filling.carried(manifest, {**source, **_renamed(source, manifest)})
        known[values.RELATED] = agreement.reference
        known |= {"referring_org.name": running.referring.name, "referring_org.kvk": running.referring.kvk}
        known |= {"transferring_org.name": running.guiding.name, "transferring_org.kvk": running.guiding.kvk}
        if running.guiding.kvk != running.referring.kvk:  # its people are others than the agreement names
            gone = tuple(f"{prefix}." for prefix in _AT_TRANSFER)
            known = {key: value for key, value in known.items() if not key.startswith(gone)}
        return _add(services, tx, person, client, manifest, known, _facts(manifest, known))


def may_transfer(services: Services, person: Person, packet: Packet) -> bool:
    """Whether a transfer form can be begun from this packet's page."""
    if not person.may(Permission.STEER_PACKETS) or packet.status is not Status.DELIVERED:
        return False
    return services.catalog.manifest(packet.type).effect == values.STARTS


def rework(services: Services, person: Person, wanted: str) -> Draft:
    """A draft of a new version of a packet that was stopped. Raises NotAllowed, NotFound, NotStopped."""
    client = _client(person)
    listed, owner = following.one(services, person, wanted)
    if owner != client:
        raise NotFound("There is no packet with this reference.")
    if listed.packet.status not in intake.STOPPED:
        raise intake.NotStopped(listed.packet.status)
    manifest = services.catalog.manifest(listed.packet.type)
    with services.store.write() as tx:
        known = filling.carried(manifest, tx.packets.filing(listed.packet.id).data)
        # Somebody wants to change something: everything is asked.
        return _add(services, tx, person, client, manifest, known, (), listed.packet.reference)


def save(services: Services, person: Person, draft_id: str, typed: Mapping[str, str]) -> Draft:
    """Keeps what was filled in, however wrong it is. Raises NotAllowed, NotFound."""
    client = _client(person)
    with services.store.write() as tx:
        found = tx.drafts.get(draft_id, client)
        if found.reference is not None:
            return found  # the packet is made; a form that was still open changes nothing
        data = filling.read(services.catalog.manifest(found.type), typed)
        saved = replace(found, data=data, changed_at=services.clock())
        tx.drafts.save(saved)
        return saved


def problems(services: Services, found: Draft) -> tuple[Any, ...]:
    """All that is wrong with a draft, and all that deserves a second look (``severity`` of warning)."""
    request = NewPacket(found.type, found.data, send=False)
    try:
        intake.checked(services, request)
    except InvalidRequest as error:
        return (*error.problems, *intake.warnings(services, request))
    return intake.warnings(services, request)


def make(services: Services, person: Person, draft_id: str) -> str:
    """Makes the packet, once, which then waits to be looked at and sent; gives its reference.

    Raises NotAllowed, NotFound, InvalidRequest with all problems, Refused; the draft stays then.
    """
    found = draft(services, person, draft_id)
    if found.reference is not None:
        return found.reference
    request = NewPacket(found.type, found.data, send=False, idempotency_key=f"draft-{found.id}")
    by = person.account.id
    packet = intake.create(services, found.client, request, previous=found.previous, by=by)
    with services.store.write() as tx:  # its data is the packet's now
        tx.drafts.save(replace(found, data={}, reference=packet.reference))
    return packet.reference


def discard(services: Services, person: Person, draft_id: str) -> None:
    """Forgets a draft. Raises NotAllowed, NotFound."""
    client = _client(person)
    with services.store.write() as tx:
        tx.drafts.drop(tx.drafts.get(draft_id, client).id)


def _client(person: Person) -> str:
    person.needs(Permission.STEER_PACKETS)
    if person.scope.client is None:
        raise NotFound("Only a care organisation makes packets.")
    return person.scope.client


def _add(
    services: Services,
    tx: Transaction,
    person: Person,
    client: str,
    manifest: docgen.Manifest,
    data: Mapping[str, Any],
    known: Iterable[str],
    previous: str | None = None,
) -> Draft:
    now, by = services.clock(), person.account.id
    made = Draft(str(uuid4()), client, by, manifest.type, dict(data), now, now, previous, known=tuple(known))
    tx.drafts.add(made)
    return made


def _known(
    tx: Transaction, person: Person, manifest: docgen.Manifest, lease: str, now: datetime
) -> dict[str, Any]:
    """Of an earlier packet of the lease everything; of the last packet who the organisations are."""
    earlier = tx.overview.packets(person.scope, Sought(), now, _LOOKED_AT)
    own = values.contact(manifest).organisation
    prefix = own.rpartition(".")[0] if own else None
    known: dict[str, Any] = {}
    for listed in earlier:
        if listed.packet.type == manifest.type:
            source = filling.carried(manifest, tx.packets.filing(listed.packet.id).data)
            kept = (*_CORPORATION, f"{prefix}.") if prefix else _CORPORATION
            known |= {key: value for key, value in source.items() if key.startswith(kept)}
            break
    if (packet := _of_lease(tx, person, lease, now)) is not None:
        known |= filling.carried(manifest, tx.packets.filing(packet.id).data)
    if person.organisation is not None and prefix is not None:
        known |= {f"{prefix}.name": person.organisation.name, f"{prefix}.kvk": person.organisation.kvk}
    if lease and "lease_number" not in known and manifest.field("lease_number"):
        known["lease_number"] = lease
    return known | _mailboxes(tx, person, prefix, known)


def _mailboxes(
    tx: Transaction, person: Person, prefix: str | None, known: Mapping[str, Any]
) -> dict[str, str]:
    """Where organisations say that their signing mail goes; a person that is known already stays."""
    found = {}
    corporation = tx.organisations.of_corporation(str(known.get("corporation.code", "")))
    if corporation is not None and corporation.mailbox:
        found["corporation_contact.mailbox"] = corporation.mailbox
    own, key = person.organisation, f"{prefix}.signatory.email"
    if own is not None and own.mailbox and prefix is not None and key not in known:
        found[key] = own.mailbox
    return found


def _facts(manifest: docgen.Manifest, data: Mapping[str, Any]) -> Iterator[str]:
    """The keys of what nobody is asked for again; days and agreements differ each time."""
    for field in filling.fields(manifest):
        if field.key in data and field.type not in _EACH_TIME:
            yield field.key


def _of_lease(tx: Transaction, person: Person, lease: str, now: datetime) -> Packet | None:
    """The last packet of a lease. ``lease``: its number, or the reference of that packet."""
    if not lease:
        return None
    named = tx.overview.one(person.scope, lease.replace("-", ""))
    found = [named] if named else tx.overview.packets(person.scope, Sought(lease=lease), now, 1)
    return found[0].packet if found else None


def _transferable(services: Services, person: Person, wanted: str) -> tuple[Packet, docgen.Manifest | None]:
    listed, _ = following.one(services, person, wanted)
    transfers = (each for each in types(services) if each.effect == values.TRANSFERS)
    return listed.packet, next(transfers, None)


def _renamed(source: Mapping[str, Any], manifest: docgen.Manifest) -> dict[str, Any]:
    found = {}
    for field in manifest.fields:
        for new, old in _AT_TRANSFER.items():
            if field.key.startswith(f"{new}."):
                found[field.key] = filling.value(source, field.key.replace(new, old, 1))
    return found
