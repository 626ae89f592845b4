"""What every archive promises: one set of tests over every row of the table."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from signing.archive import DESTINATIONS, ArchiveConflict, Destination, Received, open_destination
from signing.errors import ConfigurationError
from tests.signing.archive.samples import EVIDENCE, NOW, PDF, package, renewed


def a_folder(tmp_path: Path) -> str:
    (tmp_path / "archive of all").mkdir()
    return (tmp_path / "archive of all").as_uri()


# Per scheme: makes an empty archive and gives its URL.
ARCHIVES: dict[str, Callable[[Path], str]] = {"file": a_folder}


@pytest.fixture(params=sorted(DESTINATIONS))
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Destination:
    return open_destination(ARCHIVES[request.param](tmp_path))


def test_every_row_of_the_table_is_tested_here() -> None:
    assert set(ARCHIVES) == set(DESTINATIONS)


@pytest.mark.parametrize("url", ["", "gopher://archive", "/var/archive", "FILES:///x", "sftp://archive/x"])
def test_an_archive_of_an_unknown_kind_is_refused_with_the_known_ones(url: str) -> None:
    with pytest.raises(ConfigurationError, match="file:"):
        open_destination(url)


def test_other_content_under_the_same_reference_is_a_conflict_and_changes_nothing(
    archive: Destination,
) -> None:
    first = archive.deliver(package(), NOW)
    for other in (package(pdf=PDF + b"%"), package(evidence=EVIDENCE + b"%"), package(title="Iets anders")):
        with pytest.raises(ArchiveConflict, match="Nothing was changed") as refusal:
            archive.deliver(other, NOW)
        assert refusal.value.reference == "MTR-0012345678-BGO01-C"
        assert refusal.value.reference not in str(refusal.value)
        assert refusal.value.differences
    assert archive.deliver(package(), NOW) == first


def test_the_receipt_says_what_is_there_and_how_that_was_seen(archive: Destination) -> None:
    receipt = archive.deliver(package(), NOW)
    sent = {Received(file.name, len(file.data), file.sha256) for file in package().files}
    assert set(receipt.files) == sent
    assert len(receipt.files) == 9
    assert receipt.delivered_at == NOW.replace(microsecond=0)
    assert receipt.proof == "read-back"
    assert "MTR-0012345678-BGO01-C" in receipt.destination


def test_the_same_package_again_gives_the_same_receipt_also_much_later(archive: Destination) -> None:
    first = archive.deliver(package(), NOW)
    assert archive.deliver(package(), NOW + timedelta(days=3)) == first


def test_two_documents_of_one_lease_do_not_touch_each_other(archive: Destination) -> None:
    one = archive.deliver(package(), NOW)
    other = archive.deliver(package(reference="MTR-0012345678-OVD01-4", code="OVD"), NOW)
    assert one.destination != other.destination
    assert archive.deliver(package(), NOW) == one


def test_a_renewal_stands_beside_what_it_renews_and_changes_nothing_of_it(archive: Destination) -> None:
    first = archive.deliver(package(), NOW)
    later = archive.deliver(renewed(), NOW + timedelta(days=3000))
    assert archive.deliver(package(), NOW + timedelta(days=3001)) == first
    assert archive.deliver(renewed(), NOW + timedelta(days=3001)) == later
    assert later.destination.endswith("-renewal-1")


def test_another_renewal_under_the_same_number_is_a_conflict(archive: Destination) -> None:
    archive.deliver(renewed(), NOW)
    other = renewed()
    with pytest.raises(ArchiveConflict, match="Nothing was changed"):
        archive.deliver(replace(other, evidence=replace(other.evidence, pdf=EVIDENCE + b"%%")), NOW)
