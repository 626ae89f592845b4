"""Patience with work that fails: pauses grow, never all at the same moment, and end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from signing.errors import RevisionConflict, WrongStatus
from signing.mail import MailDelayed, MailRefused
from signing.pades import TimestampUnavailable
from signing.patience import JITTER, Patience
from signing.store import DATABASE_GONE
from signing.work.failures import UnknownStep, kind_of, patience, reason

HOUR = timedelta(hours=1)
SOME = Patience(timedelta(seconds=1), timedelta(seconds=60), HOUR)


def test_after_its_limit_there_is_no_next_try() -> None:
    assert SOME.pause(HOUR, 0.5) is None
    assert SOME.pause(HOUR - timedelta(seconds=1), 0.5) is not None


def test_what_is_hopeless_is_never_tried_again() -> None:
    assert patience("hopeless", HOUR).pause(timedelta(), 0.5) is None


@pytest.mark.parametrize(("elapsed", "seconds"), [(0, 1), (1, 1), (7, 7), (59, 59), (600, 60)])
def test_a_pause_is_as_long_as_it_failed_so_far_within_bounds(elapsed: int, seconds: int) -> None:
    assert SOME.pause(timedelta(seconds=elapsed), 0.5) == timedelta(seconds=seconds)


def test_tries_that_failed_together_do_not_come_back_together() -> None:
    pauses = [SOME.pause(timedelta(seconds=20), draw) for draw in (0.0, 0.5, 1.0)]
    assert pauses == [timedelta(seconds=20 * part) for part in (1 - JITTER, 1, 1 + JITTER)]


def test_in_an_hour_there_are_tens_of_tries_and_not_thousands() -> None:
    elapsed, tries = timedelta(), 0
    while (pause := SOME.pause(elapsed, 0.5)) is not None:
        elapsed, tries = elapsed + pause, tries + 1
    assert 60 <= tries <= 70


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (WrongStatus("sent", "sealed"), "hopeless"),
        (MailRefused("no"), "hopeless"),
        (MailDelayed("later"), "mail"),
        (TimestampUnavailable("later"), "timestamps"),
        (RevisionConflict("again"), "conflict"),
        (DATABASE_GONE[0]("select", {}, Exception("gone")), "database"),
        (OSError(28, "No space left on device"), "disk"),
        (FileNotFoundError(2, "No such file"), "unknown"),
        (UnknownStep("remind"), "version"),
        (KeyError("x"), "unknown"),
    ],
)
def test_every_failure_has_its_kind(error: Exception, kind: str) -> None:
    assert kind_of(error) == kind
    allowed = patience(kind, HOUR)
    assert allowed.limit in (timedelta(), timedelta(minutes=2), HOUR)


def test_a_human_reads_the_text_of_our_own_errors_only() -> None:
    assert reason(MailRefused("The server refuses the address. Correct it.")).startswith("MailRefused: The s")
    assert reason(ValueError("Noor de Vries")) == "ValueError"
