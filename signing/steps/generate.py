"""From data to documents: PDF/A and HTML, kept by their hash."""

from __future__ import annotations

from collections.abc import Mapping

import docgen
from signing import values
from signing.audit import Value
from signing.heading import logo_of
from signing.packet import Packet, Status, move
from signing.services import Services
from signing.store import StoredDocument
from signing.tasks import Task


def generate(services: Services, packet_id: str, role: str = "") -> None:
    """Makes every document and leaflet of a draft packet; the packet is ready after it."""
    with services.store.read() as tx:
        packet = tx.packets.get(packet_id)
        filing = tx.packets.filing(packet_id)
        logo = logo_of(tx, filing.client)
    if packet.status is not Status.DRAFT:
        return
    manifest = services.catalog.manifest(packet.type)
    made = tuple(_make(services, packet, part, filing.values, logo) for part in manifest.sheets)
    template = {"template_version": manifest.version, "template_sha256": services.catalog.digest(packet.type)}
    with services.store.write() as tx:
        packet = tx.packets.get(packet_id)
        if packet.status is not Status.DRAFT:
            return
        tx.documents.add(packet_id, made)
        tx.packets.save(move(packet, Status.READY))
        tx.packets.set_facts(packet_id, **template)  # it may have changed since the request came in
        facts: dict[str, Value] = {
            "template": manifest.version,
            "template_sha256": template["template_sha256"],
            "sha256": {d.name: d.shown_sha256 for d in made if d.signed},
            "leaflets": {d.name: d.shown_sha256 for d in made if not d.signed},
        }
        tx.trail.append(packet_id, "packet:generated", "service", facts, services.clock())
        if filing.send_when_ready:
            services.agenda.promise(tx.connection, Task("send", packet_id))


def _make(
    services: Services,
    packet: Packet,
    part: docgen.DocumentPart | docgen.Leaflet,
    given: Mapping[str, object],
    logo: docgen.Logo | None,
) -> StoredDocument:
    url = f"{services.config.base_url}/validatie/{packet.reference}"
    made = services.generator.generate(packet.type, part.name, given, packet.reference, url, logo=logo)
    shown = services.blobs.put(made.pdf)
    leaflet = isinstance(part, docgen.Leaflet)
    roles = part.roles if isinstance(part, docgen.Leaflet) else ()
    return StoredDocument(
        name=part.name,
        title=made.title,
        archive=values.CORPORATION in roles if leaflet else part.archive,
        signed=not leaflet,
        roles=roles,
        pages=made.pages,
        shown_sha256=shown,
        html_sha256=services.blobs.put(made.html.encode()),
        revision_sha256=shown,
    )
