"""The days of an agreement that whoever answered yes may put in an own calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from signing import values
from signing.ceremony.view import View
from signing.services import Services
from signing.texts import AMSTERDAM


@dataclass(frozen=True)
class AgreedDay:
    """A day of the manifest's appointments; ``title`` in Dutch, ``key`` of its field."""

    key: str
    title: str
    on: date


def days(services: Services, view: View) -> tuple[AgreedDay, ...]:
    """The days still to come that stand in documents of this recipient; none for who said no."""
    packet, recipient = view.packet, view.recipient
    if not recipient.agreed:
        return ()
    manifest = services.catalog.manifest(packet.type)
    public = {each.key for each in manifest.fields if each.visibility == "all"}
    with services.store.read() as tx:
        given = tx.packets.filing(packet.id).values
    today = services.clock().astimezone(AMSTERDAM).date()
    found = (
        AgreedDay(each.key, each.title, on)
        for each in manifest.appointments
        if each.key in public and (on := values.day(given, each.key)) is not None and on >= today
    )
    return tuple(sorted(found, key=lambda each: each.on))
