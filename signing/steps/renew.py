"""Long term: what was sealed gets a new timestamp before its last one ends; the old revision is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from signing import renewal as rules
from signing.audit import Value
from signing.errors import Refused
from signing.evidence import Judgement
from signing.packet import Packet, Status
from signing.pades import Expected
from signing.services import Services
from signing.steps.archive import EVIDENCE
from signing.steps.judge import expected, judge
from signing.store import Ending, Renewal, RenewedFile, Stuck, Transaction
from signing.tasks import Task

# One timestamp authority ends for all packets of years on one day; the margin has room for this.
MOST_A_DAY = 1000


class NothingGained(Refused):
    """The new timestamp would end no later than the one that is there."""

    def __init__(self, until: datetime) -> None:
        super().__init__(
            f"A new timestamp proves no more than the one that is there, which ends on {until:%Y-%m-%d}. "
            "Ask the timestamp authority for its next certificate, or name another one in HUURZEGEL_TSAS."
        )


class RenewalMissed(Refused):
    """The last timestamp ended before it was renewed."""

    def __init__(self, until: datetime) -> None:
        super().__init__(
            f"The renewal was missed: the timestamp proved until {until:%Y-%m-%d}, and a new one proves "
            "nothing about the time before. Rely on another copy that was renewed in time, if there is one."
        )


@dataclass(frozen=True)
class Look:
    """What a daily look found: packet ids to renew now, and those that are too late."""

    due: tuple[str, ...]
    missed: tuple[str, ...]


@dataclass(frozen=True)
class _Found:
    """A packet that is due, and the last try when that failed."""

    end: Ending
    stuck: Stuck | None

    @property
    def task(self) -> Task:
        return Task("renew", self.end.packet_id, str(self.end.renewals + 1))


@dataclass(frozen=True)
class _File:
    """The newest revision of something sealed; ``document``: its name, None for the evidence."""

    document: str | None
    sha256: str
    wanted: Expected

    @property
    def name(self) -> str:
        return self.document or EVIDENCE


def look(services: Services) -> Look:
    """Promises the renewal of every packet that is due; one that is too late goes on the stuck list.

    Looking again promises nothing twice; only a try that failed is followed by another.
    """
    now = services.clock()
    with services.store.read() as tx:
        found = [_Found(end, _stuck(tx, end)) for end in ending(services, tx, now)]
    late = [each for each in found if rules.missed(each.end.proves_until, now)]
    for each in late:
        note_missed(services, each.end)
    due = [each for each in found if not rules.missed(each.end.proves_until, now)]
    due.sort(key=lambda each: each.stuck is not None)  # what fails every day does not keep others waiting
    for each in due[:MOST_A_DAY]:
        attempt = each.stuck.attempt + 1 if each.stuck else 0
        with services.store.write() as tx:
            services.agenda.promise(tx.connection, each.task, attempt=attempt)
    return Look(_ids(due[:MOST_A_DAY]), _ids(late))


def note_missed(services: Services, end: Ending) -> None:
    """Puts a packet whose renewal was missed on the stuck list, once."""
    reason = f"{RenewalMissed.__name__}: {RenewalMissed(end.proves_until)}"
    with services.store.write() as tx:
        known = _stuck(tx, end)
        if known is None or known.reason != reason:
            attempt = known.attempt if known else 0
            tx.attention.put(
                Stuck(end.packet_id, f"renew:{end.renewals + 1}", attempt, services.clock(), reason)
            )


def ending(services: Services, tx: Transaction, now: datetime) -> list[Ending]:
    """The delivered packets that are due, or too late, at ``now``; what ends first comes first."""
    margin = _margin(services)
    return [
        end
        for end in tx.renewals.ending(now + margin)
        if rules.due(end.stamped_at, end.proves_until, margin) <= now
    ]


def renew(services: Services, packet_id: str, role: str = "") -> None:
    """Renews a delivered packet when that is due; raises as ``renew_now``."""
    with services.store.read() as tx:
        facts = tx.packets.facts(packet_id)
    stamped_at, until = facts["stamped_at"], facts["proves_until"]
    if until is not None and rules.due(stamped_at, until, _margin(services)) <= services.clock():
        renew_now(services, packet_id)


def renew_now(services: Services, packet_id: str, *, for_longer: bool = True) -> Renewal | None:
    """Timestamps all that was sealed of a delivered packet anew, validates it, keeps it as the next revision.

    All of it or nothing; the delivery to the archive is promised. None when the packet is not delivered yet,
    or when another process was first. Raises RenewalMissed, NothingGained (when it must be ``for_longer``),
    SealRejected, BlobError, and what `Pades.renew` raises.
    """
    with services.store.read() as tx:
        packet = tx.packets.get(packet_id)
        facts = tx.packets.facts(packet_id)
        if packet.status is not Status.DELIVERED:
            return None
        before = tx.renewals.of(packet_id)
        files = tuple(_newest(tx, packet, before, facts["package"]["evidence_sha256"]))
    now, until = services.clock(), facts["proves_until"]
    if rules.missed(until, now):
        raise RenewalMissed(until)
    made = [_renewed(services, packet, file, now) for file in files]
    first = min((judgement for _, judgement in made), key=lambda judgement: judgement.proves_until)
    if for_longer and first.proves_until <= until:
        raise NothingGained(until)
    renewal = Renewal(len(before) + 1, now, tuple(file for file, _ in made))
    return _keep(services, packet_id, renewal, first)


def _renewed(services: Services, packet: Packet, file: _File, now: datetime) -> tuple[RenewedFile, Judgement]:
    pdf = services.pades.renew(services.blobs.get(file.sha256), base_sha256=file.sha256, now=now)
    judgement = judge(services, pdf, packet.reference, file.name, file.wanted)
    sha256 = services.blobs.put(pdf)
    return RenewedFile(file.document, file.sha256, sha256, judgement.report_sha256), judgement


def _keep(services: Services, packet_id: str, renewal: Renewal, first: Judgement) -> Renewal | None:
    with services.store.write() as tx:
        tx.packets.get(packet_id)
        if len(tx.renewals.of(packet_id)) != renewal.number - 1:
            return None
        tx.renewals.add(packet_id, renewal)
        tx.packets.set_facts(packet_id, stamped_at=first.stamped_at, proves_until=first.proves_until)
        tx.trail.append(packet_id, "packet:renewed", "service", _told(renewal), services.clock())
        tx.attention.clear(packet_id, f"renew:{renewal.number}")
        services.agenda.promise(tx.connection, Task("redeliver", packet_id, str(renewal.number)))
    return renewal


def _newest(
    tx: Transaction, packet: Packet, renewals: tuple[Renewal, ...], evidence_sha256: str
) -> Iterator[_File]:
    """Of every document, and of the evidence."""
    for document in tx.documents.of(packet.id):
        newest = renewals[-1].file(document.name).sha256 if renewals else document.sealed_sha256 or ""
        yield _File(document.name, newest, expected(packet, document.name))
    newest = renewals[-1].file(None).sha256 if renewals else evidence_sha256
    yield _File(None, newest, Expected(signed=("seal",)))


def _told(renewal: Renewal) -> dict[str, Value]:
    def plain(file: RenewedFile) -> dict[str, Value]:
        return {
            "previous_sha256": file.previous_sha256,
            "sha256": file.sha256,
            "report_sha256": file.report_sha256,
        }

    return {
        "number": renewal.number,
        "documents": {file.document: plain(file) for file in renewal.files if file.document is not None},
        "evidence": plain(renewal.file(None)),
    }


def _ids(found: list[_Found]) -> tuple[str, ...]:
    return tuple(each.end.packet_id for each in found)


def _margin(services: Services) -> timedelta:
    return timedelta(days=services.config.renewal_margin_days)


def _stuck(tx: Transaction, end: Ending) -> Stuck | None:
    step = f"renew:{end.renewals + 1}"
    return next((stuck for stuck in tx.attention.all(end.packet_id) if stuck.step == step), None)
