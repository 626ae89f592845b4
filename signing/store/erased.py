"""What the registry says of a packet whose term has passed: what went, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from signing.errors import Refused


class ContentErased(Refused):
    """The term for which this service keeps it has passed."""

    def __init__(self, at: datetime) -> None:
        super().__init__(f"The documents were erased here on {at:%Y-%m-%d}: their term had passed.")


@dataclass(frozen=True)
class Erased:
    """What went of a packet when its term had passed. ``what``: ``documents`` or ``all``; ``head`` and
    ``events``: of the audit trail at that moment; ``blobs``: what still has to be removed, empty when done.
    """

    what: str
    at: datetime
    head: str
    events: int
    blobs: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {**asdict(self), "at": self.at.isoformat(), "blobs": list(self.blobs)}

    @classmethod
    def read(cls, told: Mapping[str, Any] | None) -> Erased | None:
        """What ``as_dict`` wrote."""
        if told is None:
            return None
        at = datetime.fromisoformat(told["at"])
        return cls(told["what"], at, told["head"], told["events"], tuple(told["blobs"]))
