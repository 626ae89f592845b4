"""What is promised to be done: the work that follows a change, kept in the same transaction as the change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol


@dataclass(frozen=True)
class Task:
    """One step to do for a packet, for one recipient (``role``) where the step is per recipient.

    ``again``: what sets the promise apart from one of the same task that was kept too early.
    """

    step: str
    packet_id: str
    role: str = ""
    again: str = ""

    @property
    def name(self) -> str:
        """``{step}[:{role}]``: what it is called on the stuck list of its packet."""
        return f"{self.step}:{self.role}" if self.role else self.step

    @property
    def id(self) -> str:
        """``{packet}:{step}[:{role}][:{again}]``: promising the same task twice promises it once."""
        return ":".join(part for part in (self.packet_id, self.step, self.role, self.again) if part)


def invitation(packet_id: str, role: str, serial: int) -> Task:
    """The task that sends a link; ``serial``: of the link, so that each one goes out once."""
    return Task("invite", packet_id, role, again=f"link-{serial}" if serial > 1 else "")


class Agenda(Protocol):
    """Where tasks are promised; the durable engine implements it."""

    def promise(
        self,
        connection: Any,
        task: Task,
        *,
        delay: timedelta | None = None,
        attempt: int = 0,
        since: datetime | None = None,
    ) -> None:
        """Keeps the task in the transaction of ``connection`` (SQLAlchemy); it runs after ``delay``.

        ``attempt``: 0, or the number of a new try; ``since``: when what the task waits for was first missed.
        """
