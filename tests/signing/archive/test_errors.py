"""What the work does with each error of an archive: later again, or a human at once; and what it says."""

from __future__ import annotations

import pytest

from signing.archive import (
    ArchiveConflict,
    ArchiveError,
    ArchiveRefused,
    ArchiveUnavailable,
    DeliveryUnproven,
    judging,
)
from signing.work import failures
from tests.signing.archive.samples import package

FOR_A_HUMAN = (ArchiveConflict, ArchiveRefused, DeliveryUnproven)


@pytest.mark.parametrize("kind", FOR_A_HUMAN)
def test_what_will_not_pass_by_itself_goes_on_the_list_at_once(kind: type[ArchiveError]) -> None:
    assert failures.kind_of(kind.__new__(kind)) == "hopeless"


def test_what_may_pass_waits_without_holding_a_place() -> None:
    assert failures.kind_of(ArchiveUnavailable("The archive did not answer.")) == "archive"


def test_an_archive_that_does_not_say_since_when_gives_no_receipt() -> None:
    files = package().files
    for made in (True, False):
        with pytest.raises(DeliveryUnproven, match="since when"):
            judging.judged("MTR-0012345678-BGO01-C", files, judging.sent(files), "x", None, made=made)
