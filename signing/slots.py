"""Who does work: every working process leases a slot, and a process without a lease counts as dead."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

TERM = timedelta(seconds=30)  # of a lease; a machine that is silent for longer is given up
BEAT = timedelta(seconds=5)  # between two extensions of it


@dataclass(frozen=True)
class Slot:
    """A place for one working process. ``holder``: names the process; ``until``: when its lease ends."""

    number: int
    holder: str
    until: datetime


def lease(slots: Iterable[Slot], holder: str, now: datetime, gone: Callable[[str], bool]) -> Slot:
    """The slot of ``holder`` from now on: its own, or else the lowest number that nobody alive holds.

    ``gone``: whether the process of a holder is known to have ended.
    """
    held = {slot.holder: slot.number for slot in slots}
    taken = {slot.number for slot in living(slots, now, gone)}
    number = held.get(holder)
    if number is None:
        number = next(each for each in range(1, len(taken) + 2) if each not in taken)
    return Slot(number, holder, now + TERM)


def living(slots: Iterable[Slot], now: datetime, gone: Callable[[str], bool]) -> tuple[Slot, ...]:
    """Those whose lease runs and whose process is not known to have ended."""
    return tuple(slot for slot in slots if now < slot.until and not gone(slot.holder))
