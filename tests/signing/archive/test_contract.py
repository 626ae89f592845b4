"""What every archive promises: one set of tests over every row of the table, against real servers."""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from signing.archive import (
    DESTINATIONS,
    ArchiveConflict,
    ArchiveUnavailable,
    Destination,
    Handover,
    Readable,
    Receipt,
    Received,
    Settings,
    open_destination,
)
from signing.errors import ConfigurationError
from tests.signing.archive.samples import EVIDENCE, NOW, PDF, package, renewed

BY_A_PERSON = "contact"
BY_ANSWER = ("http", "https")  # nobody can look into them
OWN_CLOCK = ("webdav", "webdavs")  # the server alone says when something came
SCHEMES = sorted(DESTINATIONS.keys() - {BY_A_PERSON})


class Archive:
    """One destination, and the kind it is of."""

    def __init__(self, scheme: str, settings: Settings) -> None:
        self.scheme = scheme
        self.settings = settings
        self.destination: Destination = open_destination(settings)

    def deliver(self, made: object, now: datetime) -> Receipt:
        """A receipt: no archive of these needs a person."""
        receipt = self.destination.deliver(made, now)  # type: ignore[arg-type]
        assert isinstance(receipt, Receipt)
        return receipt


@pytest.fixture(params=SCHEMES)
def archive(request: pytest.FixtureRequest, empty: Callable[[str], Settings]) -> Archive:
    return Archive(request.param, empty(request.param))


@pytest.mark.parametrize("url", ["", "gopher://archive", "/var/archive", "FILES:///x", "ftp://archive/x"])
def test_an_archive_of_an_unknown_kind_is_refused_with_the_known_ones(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"file:.*s3:.*sftp:.*webdavs:"):
        open_destination(Settings(url))


def test_other_content_under_the_same_reference_is_a_conflict_and_changes_nothing(archive: Archive) -> None:
    first = archive.deliver(package(), NOW)
    for other in (package(pdf=PDF + b"%"), package(evidence=EVIDENCE + b"%"), package(title="Iets anders")):
        with pytest.raises(ArchiveConflict, match="Nothing was changed") as refusal:
            archive.deliver(other, NOW)
        assert refusal.value.reference == "MTR-0012345678-BGO01-C"
        assert refusal.value.reference not in str(refusal.value)
        assert refusal.value.differences
    assert archive.deliver(package(), NOW) == first


def test_the_receipt_says_what_is_there_and_how_that_was_seen(archive: Archive) -> None:
    receipt = archive.deliver(package(), NOW)
    sent = {Received(file.name, len(file.data), file.sha256) for file in package().files}
    assert set(receipt.files) == sent
    assert len(receipt.files) == 9
    if archive.scheme in OWN_CLOCK:
        assert abs(receipt.delivered_at - datetime.now(UTC)) < timedelta(minutes=1)
    else:
        assert receipt.delivered_at == NOW.replace(microsecond=0)
    assert receipt.proof == ("answer" if archive.scheme in BY_ANSWER else "read-back")
    assert "MTR-0012345678-BGO01-C" in receipt.destination


def test_the_same_package_again_gives_the_same_receipt_also_much_later(archive: Archive) -> None:
    first = archive.deliver(package(), NOW)
    again = open_destination(archive.settings)
    assert again.deliver(package(), NOW + timedelta(days=3)) == first


def test_two_documents_of_one_lease_do_not_touch_each_other(archive: Archive) -> None:
    one = archive.deliver(package(), NOW)
    other = archive.deliver(package(reference="MTR-0012345678-OVD01-4", code="OVD"), NOW)
    assert one.destination != other.destination
    assert archive.deliver(package(), NOW) == one


def test_deliveries_at_once_leave_one_whole_package(archive: Archive) -> None:
    """Some may be told to try again; none shows or proves less than the whole."""
    receipts: list[Receipt] = []
    failures: list[BaseException] = []

    def one() -> None:
        try:
            receipts.append(open_destination(archive.settings).deliver(package(), NOW))  # type: ignore[arg-type]
        except ArchiveUnavailable:
            pass
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    receipts.append(archive.deliver(package(), NOW))
    assert {receipt.files for receipt in receipts} == {receipts[0].files}
    if isinstance(archive.destination, Readable):
        assert archive.destination.listing("MTR") == ("MTR-0012345678-BGO01-C",)


def test_a_renewal_stands_beside_what_it_renews_and_changes_nothing_of_it(archive: Archive) -> None:
    first = archive.deliver(package(), NOW)
    later = archive.deliver(renewed(), NOW + timedelta(days=3000))
    assert archive.deliver(package(), NOW + timedelta(days=3001)) == first
    assert archive.deliver(renewed(), NOW + timedelta(days=3001)) == later
    assert later.destination.endswith("-renewal-1")


def test_another_renewal_under_the_same_number_is_a_conflict(archive: Archive) -> None:
    archive.deliver(renewed(), NOW)
    other = renewed()
    with pytest.raises(ArchiveConflict, match="Nothing was changed"):
        archive.deliver(replace(other, evidence=replace(other.evidence, pdf=EVIDENCE + b"%%")), NOW)


def test_what_was_delivered_can_be_listed_and_read_back_unless_only_an_answer_proves_it(
    archive: Archive,
) -> None:
    if archive.scheme in BY_ANSWER:
        assert not isinstance(archive.destination, Readable)
        return
    assert isinstance(archive.destination, Readable)
    assert archive.destination.listing("MTR") == ()
    first = archive.deliver(package(), NOW)
    archive.deliver(renewed(), NOW)
    names = ("MTR-0012345678-BGO01-C", "MTR-0012345678-BGO01-C-renewal-1")
    assert archive.destination.listing("MTR") == names
    assert archive.destination.listing("PRTL") == ()
    assert archive.destination.read_back("MTR", names[0]) == first.files
    assert archive.destination.read_back("MTR", "MTR-0012345678-OVD01-4") == ()


def test_a_bag_is_delivered_like_any_package(archive: Archive) -> None:
    bagged = open_destination(replace(archive.settings, layout="bagit"))
    first = bagged.deliver(package(), NOW)
    assert isinstance(first, Receipt)
    names = {file.name for file in first.files}
    assert {"bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"} < names
    assert "data/leaflets/MTR-0012345678-BGO01-C.lease-clause.pdf" in names
    assert bagged.deliver(package(), NOW + timedelta(days=1)) == first


def test_a_destination_shows_no_secret_and_no_path(archive: Archive) -> None:
    for shown in (repr(archive.settings), repr(archive.destination)):
        assert "secret-" not in shown
        assert "dav-secret" not in shown
        assert "whsec_" not in shown


def test_no_log_line_of_any_library_holds_the_reference(
    archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    archive.deliver(package(), NOW)
    assert "0012345678" not in caplog.text


def test_where_no_machine_takes_packages_there_is_no_receipt_yet() -> None:
    handover = open_destination(Settings("contact:")).deliver(package(), NOW)
    assert isinstance(handover, Handover)
    assert len(handover.files) == 9
    with pytest.raises(ConfigurationError, match="more than contact:"):
        open_destination(Settings("contact:somebody@voorbeeld.nl"))
