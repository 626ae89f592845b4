"""Work that cannot be done is on the list for a human, also when the list cannot be written at first."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest

from signing import intake
from signing.intake import NewPacket
from signing.mail import MailDelayed, MailRefused, Message
from signing.services import Services
from signing.store import Store, Stuck, Transaction
from signing.work import DurableAgenda, working
from tests import people
from tests.people import GUIDANCE, REFERRER, sample

PATIENCE = 40.0


class Refusing:
    """A mail server that refuses, for good or for now; from its first refusal on the registry is busy too."""

    def __init__(self, error: type[Exception], store: Busy) -> None:
        self._error, self._store = error, store

    def send(self, message: Message) -> None:
        self._store.busy = self._store.busy or 2
        raise self._error("the test refuses")


class Busy:
    """A registry that cannot be written ``busy`` times."""

    def __init__(self, store: Store) -> None:
        self._store, self.busy, self.refused = store, 0, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def write(self) -> AbstractContextManager[Transaction]:
        if self.busy > self.refused:
            self.refused += 1
            raise TimeoutError("the registry is busy")
        return self._store.write()


# The engine leaves connections for the collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("error", [MailRefused, MailDelayed])
def test_work_is_not_lost_when_the_registry_is_busy_as_it_fails(
    services: Services, error: type[Exception]
) -> None:
    busy = Busy(services.store)
    agenda = DurableAgenda(services.store)
    config = services.config.model_copy(update={"stuck_after_minutes": 0})
    changed = replace(
        services,
        store=busy,  # type: ignore[arg-type]
        agenda=agenda,
        outbox=Refusing(error, busy),
        config=config,
    )
    with working(changed):
        data = sample(GUIDANCE, services.clock().date())
        packet = intake.create(changed, REFERRER, NewPacket(GUIDANCE, data))
        listed = _wait_for_both(services)
    assert busy.refused == 2
    assert {stuck.step for stuck in listed} == {"invite:tenant", "invite:referring_org"}
    assert {stuck.packet_id for stuck in listed} == {packet.id}
    assert "recipient:invited" not in people.events(services, packet)


def _wait_for_both(services: Services) -> tuple[Stuck, ...]:
    """The invitations on the list; that the referrer is told of them is work of its own."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with services.store.read() as tx:
            listed = tuple(stuck for stuck in tx.attention.all() if stuck.step.startswith("invite:"))
        if len(listed) == 2:
            return listed
        time.sleep(0.1)
    raise AssertionError(f"waited for two invitations on the list, found {listed}")
