"""The overview of the desk: a page of the packets that fit, or all of them; within somebody's scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from signing import reference, values
from signing.account import Permission
from signing.errors import InvalidReference
from signing.packet import Status
from signing.services import Services
from signing.staff import Person
from signing.standing import Filter, Standing, folded, standing
from signing.store import Listed, Sought

ON_A_PAGE = 50
IN_A_BATCH = 500  # of a file
COUNTED = 1000  # more than this many packets are not counted for the top of the list
LONGEST_SEARCH = 100  # characters


@dataclass(frozen=True)
class Row:
    """A packet in the overview. ``other``: the corporation, or for a corporation the care organisation."""

    reference: str
    title: str
    status: Status
    tenant: str
    address: str
    lease: str
    other: str
    created_at: datetime
    standing: Standing


@dataclass(frozen=True)
class Place:
    """Where a page of the list begins: after the packet with this compact reference, or before it."""

    compact: str | None = None
    newer: bool = False


TOP = Place()


@dataclass(frozen=True)
class Found:
    """What fits a search: one page of it, and how many there are of all, or ``cut``: more than that.

    ``newer``, ``older``: the reference before or after which there are more.
    """

    rows: tuple[Row, ...]
    total: int
    cut: bool
    newer: str | None
    older: str | None


def search(services: Services, person: Person, words: str, wanted: Filter, place: Place = TOP) -> Found:
    """A page of the packets that fit, from a place in the list on. Raises NotAllowed."""
    person.needs(Permission.SEE_PACKETS)
    now = services.clock()
    with services.store.read() as tx:
        sought = _sought(words, wanted, place)
        listed = tx.overview.packets(person.scope, sought, now, ON_A_PAGE + 1)
        if not listed or (place.newer and len(listed) <= ON_A_PAGE):
            # Nothing is there any more, or less than a page: the list begins here.
            place, sought = TOP, _sought(words, wanted, TOP)
            listed = tx.overview.packets(person.scope, sought, now, ON_A_PAGE + 1)
        total = tx.overview.count(person.scope, _sought(words, wanted, TOP), now, COUNTED + 1)
    more = len(listed) > ON_A_PAGE
    shown = listed[-ON_A_PAGE:] if place.newer else listed[:ON_A_PAGE]
    rows = tuple(row_of(person, each, now) for each in shown)
    newer = rows[0].reference if place.compact is not None else None
    older = rows[-1].reference if more or place.newer else None
    return Found(rows, min(total, COUNTED), total > COUNTED, newer, older)


def every(services: Services, person: Person, words: str, wanted: Filter) -> Iterator[Row]:
    """All packets that fit, for a file; read as they are asked for, a few at a time. Raises NotAllowed."""
    person.needs(Permission.SEE_PACKETS)
    return _every(services, person, words, wanted)


def _every(services: Services, person: Person, words: str, wanted: Filter) -> Iterator[Row]:
    place = TOP
    while True:
        now = services.clock()
        with services.store.read() as tx:
            listed = tx.overview.packets(person.scope, _sought(words, wanted, place), now, IN_A_BATCH)
        yield from (row_of(person, each, now) for each in listed)
        if len(listed) < IN_A_BATCH:
            return
        place = Place(reference.compact_form(listed[-1].packet.reference))


def place(after: str | None, before: str | None) -> Place:
    """A place in the list by the references of a request; whatever is no reference is the top."""
    try:
        given = after or before
        return TOP if given is None else Place(reference.compact_form(given), newer=after is None)
    except InvalidReference:
        return TOP


def _sought(words: str, wanted: Filter, place: Place) -> Sought:
    found = tuple(folded(words[:LONGEST_SEARCH]).split())
    return Sought(after=place.compact, words=found, standing=wanted, newer=place.newer)


def row_of(person: Person, listed: Listed, now: datetime) -> Row:
    """A packet as somebody sees it in the overview."""
    packet, given = listed.packet, listed.values
    found = standing(packet, now, stuck=listed.stuck)
    return Row(
        packet.reference,
        packet.title,
        packet.status,
        _text(given, "tenant.full_name"),
        ", ".join(part for part in (_text(given, "address.line"), _text(given, "address.city")) if part),
        _text(given, "lease_number") or _text(given, "dossier_number") or packet.lease_number,
        _text(given, "referring_org.name" if person.corporate else "corporation.name"),
        packet.created_at,
        found,
    )


def _text(given: Mapping[str, Any], key: str) -> str:
    return values.optional(given, key) or ""
