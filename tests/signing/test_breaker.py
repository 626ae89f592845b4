"""A peer that is down is left alone, then asked once; one that answers is asked by everybody."""

from __future__ import annotations

from signing.breaker import FAILURES, LONGEST, PAUSE, PROBE, Breaker
from signing.work.peers import Peers


def down(times: int = FAILURES, now: float = 0.0) -> Breaker:
    breaker = Breaker()
    for _ in range(times):
        breaker = breaker.failed(now)
    return breaker


def test_a_peer_that_keeps_failing_is_not_asked_for_a_while() -> None:
    assert [down().ask(at)[0] for at in (0.0, PAUSE - 0.1, PAUSE)] == [False, False, True]


def test_a_few_failures_close_nobody_out() -> None:
    assert down(FAILURES - 1).ask(0.0)[0]


def test_after_the_pause_one_goes_first_and_the_others_wait_for_what_comes_of_it() -> None:
    first, asked = down().ask(PAUSE)
    assert (first, asked.ask(PAUSE)[0], asked.ask(PAUSE + PROBE)[0]) == (True, False, True)


def test_the_pauses_grow_up_to_a_minute() -> None:
    pauses = [down(FAILURES + more).closed_at for more in range(6)]
    assert pauses == [PAUSE, 2 * PAUSE, 4 * PAUSE, 8 * PAUSE, LONGEST, LONGEST]


def test_one_archive_that_is_down_closes_no_other_and_an_answer_opens_it_again() -> None:
    peers = Peers(lambda: 0.0)
    for _ in range(FAILURES):
        assert peers.why_not("archive:MTR") is None
        peers.failed("archive:MTR", "ArchiveUnavailable")
    assert peers.why_not("archive:MTR") == "ArchiveUnavailable"
    assert peers.why_not("archive:DWS") is None
    peers.answered("archive:MTR")
    assert peers.why_not("archive:MTR") is None
