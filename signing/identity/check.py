"""What an identity check is: a way in which whoever opened a link shows to be the recipient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from signing.recipient import Recipient

Assurance = Literal["low", "substantial", "high"]  # eIDAS art. 8
Carrier = Literal["mail", "sms"]


@dataclass(frozen=True)
class Means:
    """What this service has to do checks with. ``sms``: it can send text messages."""

    sms: bool


@dataclass(frozen=True)
class Check:
    """One way to prove who opened a link; ``name`` is what a manifest calls it.

    ``carrier``: how a one-time code goes to the recipient; None when the check sends nothing.
    ``possible``: whether this recipient can do it here.
    """

    name: str
    assurance: Assurance
    carrier: Carrier | None
    possible: Callable[[Recipient, Means], bool]
