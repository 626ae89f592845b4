"""Where a packet stands for whoever follows it: what it waits for, on whom, since when; whether too long."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from signing.audit import Event
from signing.packet import Action, Packet, Recipient, Status, acknowledgement_ends

SLOW = timedelta(days=7)  # a party that has not answered in a week deserves a call


class State(StrEnum):
    """What a packet waits for."""

    MAKING = "making"
    READY = "ready"
    PARTIES = "parties"
    RECEIPT = "receipt"
    SEALING = "sealing"
    DELIVERING = "delivering"
    DONE = "done"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Filter(StrEnum):
    """What an overview can be narrowed to: a state or several, or what deserves to be looked at."""

    OPEN = "open"
    OVERDUE = "overdue"
    STUCK = "stuck"
    OWN = "own"
    PARTIES = "parties"
    RECEIPT = "receipt"
    DONE = "done"
    STOPPED = "stopped"
    ALL = "all"


_OF_STATUS = {
    Status.DRAFT: State.MAKING,
    Status.READY: State.READY,
    Status.SENT: State.PARTIES,
    Status.SEALED: State.DELIVERING,
    Status.ARCHIVED: State.DELIVERING,
    Status.DELIVERED: State.DONE,
    Status.DECLINED: State.DECLINED,
    Status.EXPIRED: State.EXPIRED,
    Status.WITHDRAWN: State.WITHDRAWN,
}


@dataclass(frozen=True)
class Standing:
    """``waits_on``: labels of the parties that are to answer, none when it is the service or nobody;
    ``since``: aware; ``overdue``: longer than it should; ``stuck``: work of it waits for a human.
    """

    state: State
    waits_on: tuple[str, ...]
    since: datetime
    overdue: bool
    stuck: bool


def standing(packet: Packet, now: datetime, *, stuck: bool = False) -> Standing:
    """Where a packet stands. ``stuck``: whether it is on the list of work that waits for a human."""
    open_ones = [r for r in packet.recipients if r.answer is None and r.invited_at is not None]
    state = _OF_STATUS.get(packet.status) or (State.RECEIPT if _asked(packet) else State.SEALING)
    if state is State.PARTIES:
        asked = [r for r in open_ones if r.action is Action.SIGN]
        since = min((r.invited_at for r in asked if r.invited_at), default=packet.sent_at)
        begun = since or packet.created_at
        return Standing(state, _labels(asked), begun, now - begun >= SLOW, stuck)
    if state is State.RECEIPT:
        asked = [r for r in packet.recipients if r.action is Action.ACKNOWLEDGE and r.answer is None]
        ends = acknowledgement_ends(packet)
        late = ends is not None and now >= ends
        return Standing(state, _labels(asked), packet.signed_at or packet.created_at, late, stuck)
    return Standing(state, (), packet.signed_at or packet.sent_at or packet.created_at, False, stuck)


def for_corporation(events: tuple[Event, ...], packet: Packet) -> tuple[Event, ...]:
    """What a corporation reads of a trail: the packet's own facts and those of who acknowledges, from the
    moment that the parties signed. How the parties came to their answer is between them and the sender.
    """
    own = {r.role for r in packet.recipients if r.action is Action.ACKNOWLEDGE}
    begin = next((n for n, event in enumerate(events) if event.name == "packet:signed"), len(events))
    return tuple(e for e in events[begin:] if e.name.startswith("packet:") or e.actor in own)


def folded(text: str) -> str:
    """Text as it is searched: without capitals, accents and what stands between words."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l").replace("ø", "o"))
    return " ".join(
        "".join(letter if letter.isalnum() else " " for letter in plain if _counts(letter)).split()
    )


def _counts(letter: str) -> bool:
    return not unicodedata.combining(letter) and letter not in "'’‘`"


def _asked(packet: Packet) -> bool:
    return any(r.action is Action.ACKNOWLEDGE and r.answer is None for r in packet.recipients)


def _labels(recipients: list[Recipient]) -> tuple[str, ...]:
    return tuple(recipient.label for recipient in recipients)
