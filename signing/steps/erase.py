"""What the service does not keep any longer: what goes when, and the erasing itself (domain 5.3, A23)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from signing import values
from signing.audit import START, Value
from signing.packet import COPY_TERM, Packet
from signing.retention import Going, Holding, Part, Terms, closed, going, unnamed
from signing.services import Services
from signing.steps.terms import lay_aside
from signing.store import Ended, Erased, Transaction
from signing.tasks import Task

EVIDENCE = "evidence"  # what the log of looks calls the export with all that proves a packet
_AGREEMENT = timedelta(days=730)  # R42; for a packet that names no end
MOST_A_NIGHT = 1000


@dataclass(frozen=True)
class Planned:
    """What goes next of one packet."""

    packet_id: str
    reference: str
    going: Going


@dataclass(frozen=True)
class Swept:
    """What a nightly look did: promised erasures, packets that nobody sent and that stopped, and drafts and
    lines of the log that went at once."""

    promised: int
    unsent: int
    drafts: int
    looks: int


def terms_of(services: Services) -> Terms:
    """The settings."""
    set_to = services.config.retention
    documents = set_to.documents_days
    return Terms(
        drafts=timedelta(days=set_to.drafts_days),
        stopped=timedelta(days=set_to.stopped_days),
        documents=None if documents is None else timedelta(days=documents),
        years=set_to.agreement_years,
    )


def planned(services: Services) -> tuple[Planned, ...]:
    """What goes when, of every packet that ended; what goes first comes first."""
    with services.store.read() as tx:
        found = _planned(tx, terms_of(services), None)
    return tuple(sorted(found, key=lambda each: (each.going.at, each.reference)))


def sweep(services: Services) -> Swept:
    """Promises every erasure that is due; drafts and old lines of the log of looks go at once.

    A packet that was made and never sent is like a draft: it stops after the same term, and goes later.
    """
    now = services.clock()
    old = now - terms_of(services).drafts
    due = [each for each in planned(services) if each.going.now(now)][:MOST_A_NIGHT]
    for each in due:
        task = Task("erase", each.packet_id, each.going.part, again=f"{now:%Y%m%d}")
        with services.store.write() as tx:
            services.agenda.promise(tx.connection, task)
    with services.store.read() as tx:
        waiting = tx.erasures.unsent(old)[:MOST_A_NIGHT]
    unsent = [packet_id for packet_id in waiting if lay_aside(services, packet_id, old)]
    with services.store.write() as tx:
        drafts = tx.erasures.drop_drafts(old)
        # By the database's clock too, which guards the log: ours may be ahead.
        looks = tx.accesses.drop_before(min(now, tx.now()) - access_term(services))
    return Swept(len(due), len(unsent), drafts, looks)


def access_term(services: Services) -> timedelta:
    """How long a look at a packet stays in the log (NEN 7513: five years at least, with leap days)."""
    years = services.config.retention.access_years
    return timedelta(days=365 * years + years // 4 + 1)


def erase(services: Services, packet_id: str, role: str) -> None:
    """Erases a part of a packet (``role``: which) when that is still due; then the blobs that it named.

    The names of the blobs are kept in the packet's row until all are gone, so a crash leaves none behind.
    """
    now = services.clock()
    with services.store.write() as tx:
        packet = tx.packets.get(packet_id)
        due = [each for each in _planned(tx, terms_of(services), packet_id) if each.going.now(now)]
        if due and due[0].going.part == role:
            _erase(tx, packet, Part(role), now)
    with services.store.read() as tx:
        erased = tx.packets.erased(packet_id)
    if erased is None or not erased.blobs:
        return
    for sha256 in erased.blobs:
        services.blobs.remove(sha256)
    with services.store.write() as tx:
        tx.erasures.note(packet_id, replace(erased, blobs=()))


def _erase(tx: Transaction, packet: Packet, part: Part, now: datetime) -> None:
    blobs = tx.erasures.hashes(packet.id)
    changed = unnamed if part is Part.ALL else closed
    tx.packets.save(replace(packet, recipients=tuple(changed(each) for each in packet.recipients)))
    tx.erasures.forget_messages(packet.id)
    if part is Part.DOCUMENTS:
        kept = (*tx.documents.of(packet.id), *tx.documents.leaflets(packet.id))
        told: dict[str, Value] = {"sha256": {d.name: d.sealed_sha256 or d.shown_sha256 for d in kept}}
        tx.trail.append(packet.id, "packet:documents:erased", "service", told, now)
    trail = tx.trail.of(packet.id)
    head = trail[-1].sha256 if trail else START
    tx.erasures.note(packet.id, Erased(part, now, head, len(trail), blobs))
    if part is Part.ALL:
        tx.erasures.empty(packet.id)
        tx.erasures.forget_trail(packet.id)


def _planned(tx: Transaction, terms: Terms, packet_id: str | None) -> list[Planned]:
    ended, fetched = tx.erasures.ended(packet_id), tx.accesses.fetched(EVIDENCE)
    ends = _ends(ended)
    found = []
    for each in ended:
        packet = each.listed.packet
        related = values.optional(each.listed.values, values.RELATED) or ""
        ends_on = ends.get(packet.reference) or ends.get(related) or _related_end(tx, related)
        next_one = going(_holding(each, ends_on, fetched), terms)
        if next_one is not None:
            found.append(Planned(packet.id, packet.reference, next_one))
    return found


def _holding(each: Ended, ends_on: date | None, fetched: frozenset[str]) -> Holding:
    packet, receipt = each.listed.packet, each.receipt
    received = datetime.fromisoformat(receipt["delivered_at"]) if receipt else None
    moments = [moment for moment in (received, each.renewed_at) if moment is not None]
    last = max(moments, default=None)
    return Holding(
        packet=packet,
        stopped_at=each.stopped_at,
        received_at=last,
        complete=each.complete,
        copies_until=each.copied_at + COPY_TERM if each.copied_at else None,
        ends_on=ends_on or ((last or packet.created_at) + _AGREEMENT).astimezone(UTC).date(),
        fetched=packet.id in fetched,
        stuck=each.listed.stuck,
        erased=Part(each.erased.what) if each.erased else None,
    )


def _ends(ended: tuple[Ended, ...]) -> Mapping[str, date]:
    """By reference: the last day of the agreement that a packet made."""
    days = {each.listed.packet.reference: values.day(each.listed.values, "end_date") for each in ended}
    return {reference: day for reference, day in days.items() if day is not None}


def _related_end(tx: Transaction, reference: str) -> date | None:
    """Of the agreement that a transfer form belongs to."""
    found = tx.packets.id_of(reference) if reference else None
    return values.day(tx.packets.filing(found).values, "end_date") if found else None
