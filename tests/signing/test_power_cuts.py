"""The power fails right before every commit of every step; done again, the outcome is that of a calm day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from signing.audit import check
from signing.packet import Status
from signing.services import Services
from signing.steps import STEPS, Step, look
from signing.store import Store, Transaction
from tests import people
from tests.agenda import PromisedWork
from tests.conftest import Case


class PowerCut(Exception):
    """Nothing of what was going on in this transaction is kept."""


class UnsteadyStore(Store):
    """The same registry, where every change is lost the first time and kept the second."""

    def __init__(self, store: Store) -> None:
        self.url, self.engine, self.listener = store.url, store.engine, store.listener
        self.cuts = 0
        self._steady = True

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """See Store."""
        self._steady = not self._steady
        with super().write() as tx:
            yield tx
            if not self._steady:
                self.cuts += 1
                raise PowerCut


def until_it_is_done(step: Step) -> Step:
    """The step, done again after every power cut."""

    def tried(services: Services, packet_id: str, role: str) -> None:
        unsteady = UnsteadyStore(services.store)
        for _ in range(10):
            try:
                return step(replace(services, store=unsteady), packet_id, role)
            except PowerCut:
                continue
        pytest.fail("the step never came through")

    return tried


UNSTEADY = {name: until_it_is_done(step) for name, step in STEPS.items()}


def work(services: Services) -> list[str]:
    assert isinstance(services.agenda, PromisedWork)
    return services.agenda.run_due(services, steps=UNSTEADY)


def facts(case: Case) -> Counter[tuple[str, str]]:
    with case.services.store.read() as tx:
        trail = tx.trail.of(case.packet.id)
    check(trail)
    return Counter((event.name, event.actor) for event in trail)


def test_a_power_cut_before_any_commit_loses_and_doubles_nothing(sent: Case) -> None:
    for role in ("tenant", "referring_org", "corporation"):
        people.press(sent.services, sent.packet, role)
        assert work(sent.services)
    packet = people.now(sent.services, sent.packet)
    assert packet.status is Status.DELIVERED
    assert set(facts(sent).values()) == {1}
    assert len([path for path in people.archived(sent.services, packet).rglob("*.*")]) == 9
    assert len(people.mails(sent.services)) == 6
    with sent.services.store.read() as tx:
        documents = tx.documents.of(packet.id)
        assert tx.agreements.get(packet.reference)
    assert [document.revision for document in documents] == [3, 2]


def test_the_store_of_this_test_does_lose_changes(sent: Case) -> None:
    unsteady = UnsteadyStore(sent.services.store)
    services = replace(sent.services, store=unsteady)
    before = facts(sent)
    with pytest.raises(PowerCut):
        people.press(services, sent.packet, "tenant")
    assert (facts(sent), unsteady.cuts) == (before, 1)


def test_a_term_that_ends_during_a_power_cut_ends_once(signed: Case) -> None:
    signed.clock.move(days=15)
    assert [step for step in work(signed.services) if step != "remind"][:3] == ["lapse", "seal", "archive"]
    assert facts(signed)["packet:acknowledgement:lapsed", "corporation"] == 1
    assert people.now(signed.services, signed.packet).status is Status.DELIVERED


def test_a_power_cut_during_a_renewal_renews_and_delivers_once(due: Case) -> None:
    assert look(due.services).due == (due.packet.id,)
    assert work(due.services) == ["renew", "redeliver"]
    counted = facts(due)
    assert counted["packet:renewed", "service"] == counted["packet:renewal:delivered", "service"] == 1
    with due.services.store.read() as tx:
        (renewal,) = tx.renewals.of(due.packet.id)
    assert renewal.receipt is not None
    first = people.archived(due.services, due.packet)
    packages = sorted(path.name for path in first.parent.iterdir())
    assert packages == [first.name, f"{first.name}-renewal-1"]
    assert look(due.services).due == ()
