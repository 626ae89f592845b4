"""What the corporation's contact sees of the delivery, fetches, and confirms."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from signing import archive as archives
from signing.archive import File, Received
from signing.audit import Event, Value, confirmation, handed_over
from signing.ceremony.link import Evidence, facts, of_link
from signing.errors import NotFound
from signing.links import Purpose
from signing.packet import COPY_TERM, Action, Packet, Recipient, Status
from signing.packing import package_of
from signing.services import Services
from signing.store import Transaction
from signing.tasks import Task

ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # equal packages are equal zip files


@dataclass(frozen=True)
class ReceiptView:
    """``delivered_at`` and ``proof`` (see Receipt): None while the contact has to confirm first.

    ``confirmed_at``: when the contact did; ``name``: of the package.
    """

    name: str
    delivered_at: datetime | None
    proof: str | None
    locked_until: datetime | None
    files: tuple[Received, ...]
    confirmed_at: datetime | None


def receipt_of(
    tx: Transaction, packet: Packet, recipient: Recipient, trail: tuple[Event, ...]
) -> ReceiptView | None:
    """What the corporation (who acknowledges) sees; None for others, and before there is anything to see."""
    kept = tx.packets.facts(packet.id)["receipt"]
    offered, confirmed = handed_over(trail), confirmation(trail)
    if recipient.action is not Action.ACKNOWLEDGE or not (kept or offered):
        return None
    files: Any = kept["files"] if kept else offered.data["files"] if offered else []
    until = kept and kept.get("locked_until")
    return ReceiptView(
        name=packet.reference,
        delivered_at=datetime.fromisoformat(kept["delivered_at"]) if kept else None,
        proof=kept["proof"] if kept else None,
        locked_until=datetime.fromisoformat(until) if until else None,
        files=tuple(Received(**file) for file in files),
        confirmed_at=confirmed.at if confirmed else None,
    )


def confirm(services: Services, token: str, evidence: Evidence) -> None:
    """The contact confirms that the corporation has the package; pressing again changes nothing.

    Raises LinkInvalid, LinkExpired, LinkRevoked, and NotFound for anybody else's link or too early.
    """
    claims = services.links.read(Purpose.COPY, token, services.clock(), COPY_TERM)
    with services.store.write() as tx:
        packet, recipient = of_link(tx, claims)
        trail = tx.trail.of(packet.id)
        seen = receipt_of(tx, packet, recipient, trail)
        if seen is None:
            raise NotFound("There is no package here to confirm. Open the link from the newest message.")
        if seen.confirmed_at is not None:
            return
        told: dict[str, Value] = {**facts(evidence, recipient)}
        told["sha256"] = {file.name: file.sha256 for file in seen.files}
        tx.trail.append(packet.id, "recipient:receipt:confirmed", recipient.role, told, services.clock())
        services.agenda.promise(tx.connection, Task("conclude", packet.id, recipient.role))


def package_zip(services: Services, token: str) -> tuple[str, bytes]:
    """Name and bytes of the whole package as one zip file. Raises as `confirm`."""
    claims = services.links.read(Purpose.COPY, token, services.clock(), COPY_TERM)
    with services.store.read() as tx:
        packet, recipient = of_link(tx, claims)
        made = packet.status in (Status.ARCHIVED, Status.DELIVERED)
        if recipient.action is not Action.ACKNOWLEDGE or not made:
            raise NotFound("There is no package here. Open the link from the newest message.")
        package = package_of(services, tx, packet.id)
    setting = services.config.archives.get(packet.corporation)
    files = archives.LAYOUTS[setting.layout if setting else "folder"](package)
    return f"{package.name}.zip", _zipped(package.name, files)


def _zipped(folder: str, files: tuple[File, ...]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in files:
            packed.writestr(zipfile.ZipInfo(f"{folder}/{file.name}", ZIP_DATE), file.data)
    return target.getvalue()
