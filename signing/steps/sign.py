"""Putting a given signature into the documents: one revision after the other, never two at once."""

from __future__ import annotations

from signing import consequences
from signing import packet as rules
from signing.audit import Event
from signing.packet import Action, Packet, Recipient, Status
from signing.pades import PartySignature
from signing.services import Services
from signing.steps.wording import signature_lines


def apply(services: Services, packet_id: str, role: str) -> None:
    """Fills this recipient's field in each of its documents; the last party completes the agreement.

    Raises RevisionConflict when another signature came in between: the work is then repeated on top of it.
    """
    with services.store.read() as tx:
        packet = tx.packets.get(packet_id)
        given = _pressed(tx.trail.of(packet_id), role)
    recipient = packet.recipient(role)
    if given is None or recipient.applied_at or packet.status not in (Status.SENT, Status.SIGNED):
        return
    for name in recipient.documents:
        _apply_to(services, packet, recipient, name, given)
    _complete(services, packet_id, role)


def _apply_to(services: Services, packet: Packet, recipient: Recipient, name: str, given: Event) -> None:
    with services.store.read() as tx:
        before = tx.documents.get(packet.id, name)
    if recipient.role in before.applied:
        return
    signed = services.pades.apply_signature(
        services.blobs.get(before.revision_sha256),
        _signature(services, packet, recipient, given),
        base_sha256=before.revision_sha256,
        now=services.clock(),
    )
    sha256 = services.blobs.put(signed)
    with services.store.write() as tx:
        tx.documents.revise(packet.id, before, sha256, recipient.role)


def _complete(services: Services, packet_id: str, role: str) -> None:
    now = services.clock()
    with services.store.write() as tx:
        before = tx.packets.get(packet_id)
        if before.recipient(role).applied_at:
            return
        after = rules.applied(before, role, now)
        tx.packets.save(after)
        revisions: dict[str, str] = {
            d.name: d.revision_sha256 for d in tx.documents.of(packet_id) if role in d.applied
        }
        tx.trail.append(packet_id, "recipient:signature:applied", role, {"sha256": {**revisions}}, now)
        consequences.promise(services, tx, before, after, now)


def _signature(services: Services, packet: Packet, recipient: Recipient, given: Event) -> PartySignature:
    signs = recipient.action is Action.SIGN
    reason = "signature.reason" if signs else "signature.reason_receipt"
    return PartySignature(
        field=recipient.role,
        name=recipient.signatory,
        # A viewer's signature panel shows the reason, and of the name only that of the certificate's holder.
        reason=services.texts.get(
            reason, reference=packet.reference, name=recipient.signatory, role=recipient.label
        ),
        location=services.config.place,
        role=recipient.label,
        commitment="approval" if signs else "receipt",
        audit_sha256=bytes.fromhex(given.sha256),
        lines=signature_lines(services.texts, packet, recipient, given.at, services.config.development),
    )


def _pressed(trail: tuple[Event, ...], role: str) -> Event | None:
    names = ("recipient:signed", "recipient:acknowledged")
    return next((event for event in trail if event.actor == role and event.name in names), None)
