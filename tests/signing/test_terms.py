"""The ends of terms: nothing that came in time is lost, and a clock that was set back stops nothing."""

from __future__ import annotations

import importlib
from dataclasses import replace
from datetime import timedelta

import pytest

from signing import ceremony
from signing.errors import PacketClosed, RevisionConflict
from signing.packet import Status
from signing.services import Services
from signing.steps import STEPS
from tests import people
from tests.agenda import promised
from tests.conftest import Case


class _Meanwhile:
    """A store that lets somebody else in just before a write begins."""

    def __init__(self, services: Services, happens: object) -> None:
        self._store, self._happens = services.store, happens

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def write(self) -> object:
        happens, self._happens = self._happens, None
        if callable(happens):
            happens()
        return self._store.write()


def _ready(case: Case, role: str) -> tuple[str, tuple[str, ...]]:
    """The recipient went through all pages and only has to press."""
    link = people.token(case.services, case.packet, role)
    ceremony.open_link(case.services, link, people.BROWSER)
    ceremony.show(case.services, link, people.BROWSER)
    return link, tuple(d.sha256 for d in ceremony.view(case.services, link).documents)


def _answer(services: Services, use: str, link: str, on_screen: tuple[str, ...]) -> None:
    if use == "sign":
        ceremony.sign(services, link, people.BROWSER, agreed=True, on_screen=on_screen)
    else:
        ceremony.decline(services, link, people.BROWSER, reason="other")


def _moments_before(case: Case, days: int) -> None:
    assert case.packet.sent_at is not None
    case.clock.now = case.packet.sent_at + timedelta(days=days, seconds=-1)


@pytest.mark.parametrize("use", ["sign", "decline"])
def test_a_press_that_had_to_wait_until_the_term_was_over_does_not_count(signed: Case, use: str) -> None:
    link, on_screen = _ready(signed, "corporation")
    waits = replace(signed.services, store=_Meanwhile(signed.services, lambda: signed.clock.move(days=15)))  # type: ignore[arg-type]
    before = people.events(signed.services, signed.packet)
    with pytest.raises(PacketClosed):
        _answer(waits, use, link, on_screen)
    assert people.events(signed.services, signed.packet) == before


def test_an_answer_that_comes_while_the_packet_is_sealed_is_not_sealed_over(
    signed: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, on_screen = _ready(signed, "corporation")
    seal = importlib.import_module("signing.steps.seal")
    ends, sealing = signed.clock.now + timedelta(days=15), seal.seal_pdf

    def seal_slowly(*given: object, **more: object) -> object:
        # The clock is set back to within the term, and the press comes while the file is being made.
        signed.clock.now = ends - timedelta(days=2)
        if "recipient:acknowledged" not in people.events(signed.services, signed.packet):
            ceremony.sign(signed.services, link, people.BROWSER, agreed=True, on_screen=on_screen)
        signed.clock.now = ends
        return sealing(*given, **more)

    signed.clock.now = ends
    with monkeypatch.context() as patch:
        patch.setattr(seal, "seal_pdf", seal_slowly)
        with pytest.raises(RevisionConflict):
            STEPS["seal"](signed.services, signed.packet.id, "")
    with signed.services.store.read() as tx:
        assert all(document.sealed_sha256 is None for document in tx.documents.of(signed.packet.id))
    people.run_due(signed.services)
    packet = people.now(signed.services, signed.packet)
    assert packet.status is Status.DELIVERED
    assert packet.recipient("corporation").applied_at


def test_a_lapse_that_woke_too_early_comes_back_at_the_end_of_the_term(signed: Case) -> None:
    for _ in range(2):  # also when it wakes too early twice
        STEPS["lapse"](signed.services, signed.packet.id, "")
        signed.clock.move(days=1)
    _forget_first(signed, "lapse")
    assert people.run_due(signed.services) == []
    signed.clock.move(days=13)
    assert "lapse" in people.run_due(signed.services)
    assert people.now(signed.services, signed.packet).status is Status.DELIVERED


def test_an_expiry_that_woke_too_early_comes_back_at_the_end_of_the_term(sent: Case) -> None:
    STEPS["expire"](sent.services, sent.packet.id, "")
    _forget_first(sent, "expire")
    _moments_before(sent, 30)
    assert set(people.run_due(sent.services)) == {"remind"}
    sent.clock.move(seconds=2)
    assert people.run_due(sent.services) == ["expire"]
    assert people.now(sent.services, sent.packet).status is Status.EXPIRED


def _forget_first(case: Case, step: str) -> None:
    """As if the first promise of a step was kept already, too early."""
    with case.services.store.write() as tx:
        first = f"{case.packet.id}:{step}"
        kept = promised.update().where(promised.c.id == first).values(done=True)
        assert tx.connection.execute(kept).rowcount == 1
