"""How long the service keeps a packet (domain 5.3, A23): what goes, when, and what it waits for (rules)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from signing.packet import Packet, Recipient, Status

STOPPED = (Status.DECLINED, Status.EXPIRED, Status.WITHDRAWN)


class Part(StrEnum):
    """What goes. ALL leaves a tombstone: the reference, hashes, days and statuses."""

    DOCUMENTS = "documents"
    ALL = "all"


class Wait(StrEnum):
    """Why something stays although its term has passed: it would be lost, or work on it goes on."""

    RECEIPT = "receipt"  # the corporation's archive does not have everything yet
    EVIDENCE = "evidence"  # who asked for the packet never fetched its evidence, nor so its annexes
    WORK = "work"  # something of it is stuck; a human looks first


@dataclass(frozen=True)
class Terms:
    """The settings. ``documents``: None: no sooner than everything; ``years``: after the agreement's end."""

    drafts: timedelta
    stopped: timedelta
    documents: timedelta | None
    years: int


@dataclass(frozen=True)
class Holding:
    """What decides for one packet. ``stopped_at``: of a stopped one; ``received_at``: the last receipt;
    ``complete``: everything that was to be delivered has one; ``copies_until``: the last link to an own copy
    works; ``ends_on``: the agreement; ``fetched``: its requester has the evidence; ``erased``: what went.
    """

    packet: Packet
    stopped_at: datetime | None
    received_at: datetime | None
    complete: bool
    copies_until: datetime | None
    ends_on: date | None
    fetched: bool
    stuck: bool
    erased: Part | None


@dataclass(frozen=True)
class Going:
    """What goes next of a packet, and from when; ``waits``: why it does not go then."""

    part: Part
    at: datetime
    waits: tuple[Wait, ...]

    def now(self, now: datetime) -> bool:
        """Whether it goes now."""
        return self.at <= now and not self.waits


def going(held: Holding, terms: Terms) -> Going | None:
    """What goes next of a packet; None for one that is still on its way, or of which nothing is left."""
    work = (Wait.WORK,) if held.stuck else ()
    if held.erased is Part.ALL:
        return None
    if held.packet.status in STOPPED and held.stopped_at is not None:
        return Going(Part.ALL, held.stopped_at + terms.stopped, work)
    if held.packet.status is not Status.DELIVERED or held.received_at is None:
        return None
    waits: tuple[Wait, ...] = () if held.complete else (Wait.RECEIPT,)
    waits += () if held.fetched else (Wait.EVIDENCE,)
    end = _years_after(held.ends_on or held.received_at.date(), terms.years)
    if held.erased is None and terms.documents is not None:
        at = max(held.received_at + terms.documents, held.copies_until or held.received_at)
        return Going(Part.DOCUMENTS, at, (*waits, *work))
    # Its documents went before, and with them what these waits are for.
    return Going(Part.ALL, max(end, held.copies_until or end), (*(() if held.erased else waits), *work))


def closed(recipient: Recipient) -> Recipient:
    """Without a link that works: there is nothing behind it any more."""
    return replace(recipient, link_serial=recipient.link_serial + 1)


def unnamed(recipient: Recipient) -> Recipient:
    """Without anything about a person; its role, its answer and the moments stay."""
    return replace(
        closed(recipient),
        name="",
        email=None,
        mobile=None,
        function=None,
        host_name=None,
        host_email=None,
        stated_name=None,
        stated_function=None,
        language="nl",
    )


def _years_after(day: date, years: int) -> datetime:
    """The end of this day, so many years later; of 29 February the end of the month."""
    try:
        later = day.replace(year=day.year + years)
    except ValueError:
        later = day.replace(year=day.year + years, day=28)
    return datetime(later.year, later.month, later.day, tzinfo=UTC) + timedelta(days=1)
