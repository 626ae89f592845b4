"""One run over the renewals, by hand: what was done, what was not, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import docgen
from signing import reference, renewal
from signing.errors import SigningError
from signing.packet import Status
from signing.services import Services
from signing.steps import RenewalMissed, ending, note_missed, redeliver, renew_now
from signing.store import Ending, Renewal

ALWAYS = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Outcome:
    """What came of one packet."""

    reference: str
    done: bool
    told: str


@dataclass(frozen=True)
class Planned:
    """When a packet is due; ``renewals``: how many it had."""

    reference: str
    renewals: int
    proves_until: datetime
    due: datetime


def plan(services: Services) -> tuple[Planned, ...]:
    """Every delivered packet, what ends first at the top; changes nothing."""
    margin = timedelta(days=services.config.renewal_margin_days)
    with services.store.read() as tx:
        found = tx.renewals.ending(ALWAYS)
    return tuple(
        Planned(
            end.reference,
            end.renewals,
            end.proves_until,
            renewal.due(end.stamped_at, end.proves_until, margin),
        )
        for end in found
    )


def run(services: Services, *, wanted: str | None = None, everything: bool = False) -> tuple[Outcome, ...]:
    """Renews what is due, at once and here; ``wanted``: this one, ``everything``: all, due or not.

    A renewal that was missed goes on the stuck list, and what fails here is tried again by the daily work.
    Raises NotFound and InvalidReference for ``wanted``.
    """
    if wanted is not None:
        return (_one(services, wanted),)
    with services.store.read() as tx:
        found = list(tx.renewals.ending(ALWAYS)) if everything else ending(services, tx, services.clock())
    return tuple(_renewed(services, end, for_longer=not everything) for end in found)


def _one(services: Services, wanted: str) -> Outcome:
    with services.store.read() as tx:
        packet = tx.packets.by_reference(reference.compact_form(wanted))
        found = [end for end in tx.renewals.ending(ALWAYS) if end.packet_id == packet.id]
    if packet.status is not Status.DELIVERED:
        return Outcome(packet.reference, False, f"not renewed: it is {packet.status}, not delivered")
    return _renewed(services, found[0], for_longer=False)


def _renewed(services: Services, end: Ending, *, for_longer: bool) -> Outcome:
    try:
        made = renew_now(services, end.packet_id, for_longer=for_longer)
    except (SigningError, docgen.DocgenError) as error:
        if isinstance(error, RenewalMissed):
            note_missed(services, end)
        return Outcome(end.reference, False, f"not renewed: {error}")
    if made is None:
        return Outcome(end.reference, True, "another process renewed it meanwhile")
    return _delivered(services, end, made)


def _delivered(services: Services, end: Ending, made: Renewal) -> Outcome:
    with services.store.read() as tx:
        until = tx.packets.facts(end.packet_id)["proves_until"]
    told = f"renewal {made.number} is made and proves until {until:%Y-%m-%d}"
    try:
        redeliver(services, end.packet_id)
    except (SigningError, docgen.DocgenError) as error:
        return Outcome(end.reference, False, f"{told}, but the archive does not have it yet: {error}")
    return Outcome(end.reference, True, f"{told}, and the archive has it")
