"""S3 against SeaweedFS: rights, object lock, and a line that gives up between two objects."""

from __future__ import annotations

import contextlib
import secrets
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from signing.archive import (
    ArchiveConflict,
    ArchiveRefused,
    ArchiveUnavailable,
    Receipt,
    Settings,
    open_destination,
)
from tests.chaos.flaky import FlakyLine, Odds
from tests.signing.archive import servers
from tests.signing.archive.samples import NOW, PDF, package

REFERENCE = "MTR-0012345678-BGO01-C"


def fresh(weed: servers.Weed, bucket: str = "plain", username: str = "owner", **more: object) -> Settings:
    """A place in the bucket that nothing lies in yet."""
    return weed.settings(f"s3://{bucket}/{secrets.token_hex(6)}", username, **more)


def deliver(settings: Settings, now: datetime = NOW) -> Receipt:
    receipt = open_destination(settings).deliver(package(), now)
    assert isinstance(receipt, Receipt)
    return receipt


def objects(weed: servers.Weed, settings: Settings) -> dict[str, bytes]:
    start = f"{settings.root.lstrip('/')}/MTR/{REFERENCE}/"
    found = weed.objects(settings.parts.netloc, start)
    return {key.removeprefix(start): data for key, data in found.items()}


def test_a_key_that_may_only_read_is_final(weed: servers.Weed) -> None:
    settings = fresh(weed, username="reader")
    with pytest.raises(ArchiveRefused, match="AccessDenied") as refusal:
        deliver(settings)
    assert REFERENCE not in str(refusal.value)
    assert objects(weed, settings) == {}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"secret": "wrong"}, "SignatureDoesNotMatch"),
        ({"username": "nobody"}, "InvalidAccessKeyId"),
        ({"url": "s3://no-such-bucket/x"}, "NoSuchBucket"),
    ],
)
def test_a_wrong_key_or_bucket_is_final(weed: servers.Weed, changes: dict[str, str], reason: str) -> None:
    with pytest.raises(ArchiveRefused, match=reason):
        deliver(replace(fresh(weed), **changes))  # type: ignore[arg-type]


def test_a_bucket_without_object_lock_takes_nothing_that_must_be_locked(weed: servers.Weed) -> None:
    settings = fresh(weed, retain_days=2)
    with pytest.raises(ArchiveRefused, match="no object lock"):
        deliver(settings)
    assert objects(weed, settings) == {}


def test_a_service_that_is_down_is_tried_again(weed: servers.Weed) -> None:
    gone = replace(fresh(weed), endpoint=f"http://127.0.0.1:{servers.free_port()}", timeout=1)
    with pytest.raises(ArchiveUnavailable, match="tried again"):
        deliver(gone)


def test_a_service_that_says_nothing_is_given_up_in_time(weed: servers.Weed) -> None:
    target = ("127.0.0.1", int(weed.endpoint.rpartition(":")[2]))
    with FlakyLine(target, Odds(0, 1.0, 0, 0), seed=1) as line:
        began = time.monotonic()
        with pytest.raises(ArchiveUnavailable, match="tried again"):
            deliver(replace(fresh(weed), endpoint=f"http://127.0.0.1:{line.port}", timeout=0.5))
        assert time.monotonic() - began < 10


@pytest.mark.parametrize("damage", ["missing", "added"])
def test_a_package_that_was_tampered_with_is_a_conflict_and_stays_as_it_is(
    weed: servers.Weed, damage: str
) -> None:
    settings = fresh(weed)
    deliver(settings)
    place = f"{settings.root.lstrip('/')}/MTR/{REFERENCE}"
    if damage == "missing":
        weed.client.delete_object(Bucket="plain", Key=f"{place}/{REFERENCE}.json")
    else:
        weed.client.put_object(Bucket="plain", Key=f"{place}/annex.pdf", Body=b"%PDF-1.7")
    before = objects(weed, settings)
    with pytest.raises(ArchiveConflict) as refusal:
        deliver(settings)
    assert len(refusal.value.differences) == 1
    assert objects(weed, settings) == before


def test_another_object_under_one_of_its_names_stops_the_delivery_before_anything_is_put(
    weed: servers.Weed,
) -> None:
    settings = fresh(weed)
    place = f"{settings.root.lstrip('/')}/MTR/{REFERENCE}"
    weed.client.put_object(Bucket="plain", Key=f"{place}/{REFERENCE}.json", Body=b"{}")
    with pytest.raises(ArchiveConflict):
        deliver(settings)
    assert objects(weed, settings) == {f"{REFERENCE}.json": b"{}"}


def test_a_delivery_that_was_cut_off_goes_on_with_the_object_where_it_was(weed: servers.Weed) -> None:
    settings = fresh(weed)
    place = f"{settings.root.lstrip('/')}/MTR/{REFERENCE}"
    for file in package().files[:3]:
        weed.client.put_object(Bucket="plain", Key=f"{place}/{file.name}", Body=file.data)
    deliver(settings)
    assert objects(weed, settings) == {file.name: file.data for file in package().files}
    first = weed.client.head_object(Bucket="plain", Key=f"{place}/{REFERENCE}.pdf")
    assert first["Metadata"] == {}, "what was there is still the same object"


def test_a_line_that_fails_leaves_one_whole_package_in_the_end(weed: servers.Weed) -> None:
    settings, target = fresh(weed), ("127.0.0.1", int(weed.endpoint.rpartition(":")[2]))
    with FlakyLine(target, Odds(0.1, 0, 0.5, 0.4), seed=5) as line:
        flaky = replace(settings, endpoint=f"http://127.0.0.1:{line.port}", timeout=3)
        for _ in range(8):
            with contextlib.suppress(ArchiveUnavailable):
                deliver(flaky)
    deliver(settings)
    assert objects(weed, settings) == {file.name: file.data for file in package().files}


def test_the_lock_of_the_bucket_is_in_the_receipt_and_holds(weed: servers.Weed) -> None:
    settings = fresh(weed, "locked")
    receipt = deliver(settings)
    assert receipt.locked_until is not None
    assert abs(receipt.locked_until - datetime.now(UTC) - timedelta(days=1)) < timedelta(minutes=2)
    place = f"{settings.root.lstrip('/')}/MTR/{REFERENCE}"
    listed = weed.client.list_object_versions(Bucket="locked", Prefix=f"{place}/")["Versions"]
    for version in listed:
        with pytest.raises(ClientError, match="AccessDenied"):
            weed.client.delete_object(
                Bucket="locked",
                Key=version["Key"],
                VersionId=version["VersionId"],
                BypassGovernanceRetention=True,
            )
    assert len(listed) == 9
    assert deliver(settings) == receipt


def test_the_days_of_the_settings_lock_where_the_bucket_has_none_of_its_own(weed: servers.Weed) -> None:
    weed.bucket("lockable", lock=True)
    now = datetime.now(UTC)
    assert deliver(fresh(weed, "lockable"), now).locked_until is None
    until = deliver(fresh(weed, "lockable", retain_days=3), now).locked_until
    assert until is not None
    assert abs(until - now - timedelta(days=3)) < timedelta(minutes=1)


def test_what_is_put_says_its_own_hash(weed: servers.Weed) -> None:
    settings = fresh(weed)
    deliver(settings)
    key = f"{settings.root.lstrip('/')}/MTR/{REFERENCE}/{REFERENCE}.pdf"
    told = weed.client.head_object(Bucket="plain", Key=key, ChecksumMode="ENABLED")
    assert told["Metadata"]["delivered-at"] == "2026-11-24T09:30:15+00:00"
    assert told["ContentLength"] == len(PDF)
