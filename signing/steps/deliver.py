"""From archived to delivered: the package in the corporation's archive, and what that changes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, cast

from signing import archive as archives
from signing import audit, values
from signing.agreement import Agreement, Transfer, transferred
from signing.archive import ArchiveRefused, Handover, Receipt, Received
from signing.audit import confirmation, handed_over
from signing.errors import NotFound
from signing.packet import Action, Packet, Status, move
from signing.packing import package_of, renewed_package_of
from signing.services import Services
from signing.store import Filing, Renewal, Transaction
from signing.tasks import Task


def deliver(services: Services, packet_id: str, role: str = "") -> None:
    """Brings the package to the corporation's archive; only its receipt makes the packet delivered.

    Where a person has to confirm, the packet waits for ``conclude``.
    """
    with services.store.read() as tx:
        packet = tx.packets.get(packet_id)
        if packet.status is not Status.ARCHIVED or handed_over(tx.trail.of(packet_id)):
            return
        package = package_of(services, tx, packet_id)
    outcome = _archive_of(services, packet).deliver(package, services.clock())
    if isinstance(outcome, Handover):
        _note_handover(services, packet_id, outcome)
    else:
        _note_receipt(services, packet_id, outcome)


def conclude(services: Services, packet_id: str, role: str = "") -> None:
    """Makes a packet delivered whose package the corporation's contact (``role``) has confirmed."""
    with services.store.read() as tx:
        trail = tx.trail.of(packet_id)
    offered, confirmed = handed_over(trail), confirmation(trail)
    if offered is None or confirmed is None:
        return
    files = tuple(Received(**file) for file in _plain(offered.data["files"]))
    _note_receipt(services, packet_id, Receipt("contact:", files, confirmed.at, proof="contact"))


def redeliver(services: Services, packet_id: str, role: str = "") -> None:
    """Brings every renewal that is not there yet to the corporation's archive, the oldest first.

    Raises ArchiveRefused where no machine takes it.
    """
    with services.store.read() as tx:
        packet = tx.packets.get(packet_id)
        waiting = [
            (renewal, renewed_package_of(services, tx, packet_id, renewal))
            for renewal in tx.renewals.of(packet_id)
            if renewal.receipt is None
        ]
    for renewal, package in waiting:
        outcome = _archive_of(services, packet).deliver(package, services.clock())
        if isinstance(outcome, Handover):
            raise ArchiveRefused(
                "No machine of this corporation takes a renewal. Export it with `signing evidence`, "
                "hand it over, or name an archive for this corporation in HUURZEGEL_ARCHIVES and try again."
            )
        _note_delivery(services, packet_id, renewal, outcome)


def _note_receipt(services: Services, packet_id: str, receipt: Receipt) -> None:
    with services.store.write() as tx:
        packet = tx.packets.get(packet_id)
        filing = tx.packets.filing(packet_id)
        if packet.status is not Status.ARCHIVED:
            return
        tx.packets.save(move(packet, Status.DELIVERED))
        tx.packets.set_facts(packet_id, receipt=_kept(receipt))
        tx.trail.append(packet_id, "packet:delivered", "service", _told(receipt), services.clock())
        _take_effect(services, tx, packet, filing)
        for recipient in packet.recipients:
            if recipient.agreed or recipient.action is Action.ACKNOWLEDGE:
                services.agenda.promise(tx.connection, Task("copy", packet_id, recipient.role))


def _note_handover(services: Services, packet_id: str, handover: Handover) -> None:
    with services.store.write() as tx:
        packet = tx.packets.get(packet_id)
        contacts = [r.role for r in packet.recipients if r.action is Action.ACKNOWLEDGE]
        if packet.status is not Status.ARCHIVED or handed_over(tx.trail.of(packet_id)):
            return
        if not contacts:
            raise NotFound(
                "Nobody of the corporation can confirm this packet: its type asks nobody to acknowledge. "
                "Name another archive than contact: in HUURZEGEL_ARCHIVES."
            )
        files: list[audit.Value] = [asdict(file) for file in handover.files]
        told: dict[str, audit.Value] = {"files": files}
        tx.trail.append(packet_id, "packet:handed:over", "service", told, services.clock())
        for contact in contacts:
            services.agenda.promise(tx.connection, Task("copy", packet_id, contact))


def _note_delivery(services: Services, packet_id: str, renewal: Renewal, receipt: Receipt) -> None:
    with services.store.write() as tx:
        tx.packets.get(packet_id)
        if not tx.renewals.set_receipt(packet_id, renewal.number, _kept(receipt)):
            return
        told = {"number": renewal.number, **_told(receipt)}
        tx.trail.append(packet_id, "packet:renewal:delivered", "service", told, services.clock())
        tx.attention.clear(packet_id, f"redeliver:{renewal.number}")


def _archive_of(services: Services, packet: Packet) -> archives.Destination:
    found = services.archives.get(packet.corporation)
    if found is None:
        raise NotFound(
            f"No archive is known for corporation {packet.corporation}. Add it to HUURZEGEL_ARCHIVES."
        )
    return found


def _kept(receipt: Receipt) -> dict[str, Any]:
    until = receipt.locked_until
    return {
        **asdict(receipt),
        "delivered_at": receipt.delivered_at.isoformat(),
        "locked_until": until.isoformat() if until else None,
    }


def _told(receipt: Receipt) -> dict[str, audit.Value]:
    told: dict[str, audit.Value] = {
        "proof": receipt.proof,
        "sha256": {file.name: file.sha256 for file in receipt.files},
    }
    if receipt.locked_until:
        told["locked_until"] = receipt.locked_until.isoformat()
    return told


def _plain(files: audit.Value) -> list[dict[str, Any]]:
    """What a handover wrote into the trail."""
    return cast(list[dict[str, Any]], files)


def _take_effect(services: Services, tx: Transaction, packet: Packet, filing: Filing) -> None:
    given = filing.values
    effect = values.effect(services.catalog.manifest(packet.type), given, packet.reference)
    if isinstance(effect, Agreement):
        tx.agreements.save(effect)
    if isinstance(effect, Transfer):
        running = tx.agreements.get(values.text(given, values.RELATED))
        if running is None:
            raise NotFound("The agreement of this transfer is not in the registry.")
        tx.agreements.save(transferred(running, effect))
