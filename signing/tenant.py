"""What the service holds about a tenant: all of it as files (GDPR 15 and 20), and who has it, in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import docgen
from signing import reference
from signing.account import Scope
from signing.audit import Event
from signing.packet import Packet
from signing.services import Services
from signing.store import Sought, StoredDocument, Transaction

TENANT = "tenant"
MOST = 300  # packets about one lease (domain 3.4: 99 of each type)
_WHO = ("tenant.full_name", "tenant.date_of_birth")


def export(services: Services, client: str | None, wanted: str) -> dict[str, bytes]:
    """Everything about the tenant of a packet, also from the client's other packets about that lease.

    ``about.json`` and the PDFs that the tenant has a right to, by name. ``client``: only its own packets;
    None on the operator's own command line. Raises NotFound, InvalidReference.
    """
    with services.store.read() as tx:
        asked = tx.packets.by_reference(reference.compact_form(wanted), client)
        of = client or tx.packets.client_of(asked.reference) or ""
        who = _who(tx, asked)
        lease = Sought(corporation=asked.corporation, lease=asked.lease_number)
        near = tx.overview.packets(Scope(client=of), lease, services.clock(), MOST)
        packets = [each.packet for each in near if each.packet.id == asked.id or _who(tx, each.packet) == who]
        told = [_about(tx, packet) for packet in packets]
        there = [packet for packet in packets if tx.packets.erased(packet.id) is None]
        kept = [(packet, stored) for packet in there for stored in _documents(tx, packet)]
    files = {
        f"{packet.reference}-{stored.name}.pdf": services.blobs.get(
            stored.sealed_sha256 or stored.shown_sha256
        )
        for packet, stored in kept
    }
    made = {"made_at": services.clock(), "service": services.config.organisation, "packets": told}
    text = json.dumps(made, ensure_ascii=False, indent=1, default=str)
    return {"about.json": f"{text}\n".encode(), **files}


def _who(tx: Transaction, packet: Packet) -> tuple[str, ...]:
    held = tx.packets.filing(packet.id).values
    return tuple(str(docgen.value_at(held, key) or "").casefold() for key in _WHO)


def _about(tx: Transaction, packet: Packet) -> dict[str, Any]:
    """The values as they were given and completed, and everything that the tenant did or was sent."""
    filing = tx.packets.filing(packet.id)
    recipients = {recipient.role: recipient for recipient in packet.recipients}
    own = recipients.get(TENANT)
    return {
        "reference": packet.reference,
        "title": packet.title,
        "status": packet.status.value,
        "created_at": packet.created_at,
        "asked_for_by": filing.client,
        "values": dict(filing.values),
        "tenant": None if own is None else asdict(own),
        "who_else": [
            {"label": r.label, "organisation": r.organisation, "documents": list(r.documents)}
            for r in packet.recipients
            if r.role != TENANT
        ],
        "archive": _archive(packet, tx.packets.facts(packet.id)),
        "messages": [asdict(sent) for sent in tx.messages.of(packet.id) if sent.role == TENANT],
        "remarks": [asdict(remark) for remark in tx.remarks.of(packet.id) if remark.role == TENANT],
        "events": [event.as_dict() for event in tx.trail.of(packet.id) if _of_tenant(event)],
    }


def _of_tenant(event: Event) -> bool:
    return event.actor == TENANT or event.name.startswith("packet:")


def _archive(packet: Packet, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {"corporation": packet.corporation, "delivered": facts["receipt"] is not None}


def _documents(tx: Transaction, packet: Packet) -> list[StoredDocument]:
    own = next((r for r in packet.recipients if r.role == TENANT), None)
    signed = tx.documents.of(packet.id)
    leaflets = [each for each in tx.documents.leaflets(packet.id) if TENANT in each.roles]
    return [each for each in signed if own is not None and each.name in own.documents] + leaflets
