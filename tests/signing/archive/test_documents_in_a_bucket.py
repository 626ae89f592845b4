"""Documents in S3, against SeaweedFS: the same promises as in a folder."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime
from pathlib import Path

import pytest

from signing import development
from signing.backup import backup, restore
from signing.blobs import (
    BlobDamaged,
    BlobKeyWrong,
    BlobMissing,
    Blobs,
    BlobsUnavailable,
    Bucket,
    BucketSettings,
)
from signing.config import Config, Documents
from signing.errors import ConfigurationError
from signing.services import open_blobs
from signing.store import Store
from tests.signing.archive import servers

DATA = b"%PDF-1.7 a sealed document"
KEY = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def prefix() -> str:
    """A place in the bucket that nothing lies in yet."""
    return secrets.token_hex(6)


def bucket(weed: servers.Weed, prefix: str, username: str = "owner") -> Blobs:
    url, secret = f"s3://plain/{prefix}", f"{username}-secret"
    return Blobs(Bucket(BucketSettings(url, username, secret, weed.endpoint, timeout=5)))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"url": "https://bucket"}, "s3://bucket"),
        ({"username": ""}, "username"),
        ({"secret": ""}, "secret_file"),
        ({"endpoint": "http://s3.example"}, "https://"),
    ],
)
def test_settings_that_do_not_fit_are_refused(wrong: dict[str, str], told: str) -> None:
    fine = {"url": "s3://bucket", "username": "a", "secret": "b"}
    with pytest.raises(ConfigurationError, match=told):
        Bucket(BucketSettings(**{**fine, **wrong}))


def test_a_key_that_is_no_hash_is_refused(weed: servers.Weed, prefix: str) -> None:
    with pytest.raises(BlobKeyWrong):
        bucket(weed, prefix).get("../../etc/passwd")


def test_who_may_only_look_cannot_put(weed: servers.Weed, prefix: str) -> None:
    with pytest.raises(BlobsUnavailable, match="AccessDenied"):
        bucket(weed, prefix, "reader").put(DATA)


def test_a_bucket_that_does_not_answer_is_unavailable() -> None:
    nowhere = Blobs(Bucket(BucketSettings("s3://plain", "a", "b", "http://127.0.0.1:1", timeout=1)))
    for use in (lambda: nowhere.put(DATA), lambda: nowhere.get(KEY), lambda: nowhere.exists(KEY)):
        with pytest.raises(BlobsUnavailable, match="does not answer"):
            use()


def test_a_document_that_is_not_there_is_missing(weed: servers.Weed, prefix: str) -> None:
    blobs = bucket(weed, prefix)
    assert not blobs.exists(KEY)
    with pytest.raises(BlobMissing):
        blobs.get(KEY)


def test_a_document_that_changed_is_never_handed_out_and_never_written_over(
    weed: servers.Weed, prefix: str
) -> None:
    blobs = bucket(weed, prefix)
    name = f"{prefix}/{KEY[:2]}/{KEY}"
    weed.client.put_object(Bucket="plain", Key=name, Body=b"something else")
    for use in (lambda: blobs.get(KEY), lambda: blobs.put(DATA)):
        with pytest.raises(BlobDamaged):
            use()
    assert weed.objects("plain", prefix) == {name: b"something else"}


@pytest.mark.parametrize("data", [DATA, b"", bytes(range(256)) * 5000])
def test_what_was_put_comes_back_once(weed: servers.Weed, prefix: str, data: bytes) -> None:
    blobs = bucket(weed, prefix)
    key = blobs.put(data)
    assert blobs.put(data) == key == hashlib.sha256(data).hexdigest()
    assert blobs.exists(key)
    assert blobs.get(key) == data
    assert list(blobs.keys()) == [key]


def test_a_backup_of_a_bucket_goes_back_into_another(weed: servers.Weed, prefix: str, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    here = _config(weed, tmp_path, f"{prefix}-here", now)
    Store(here.registry_url).close()
    open_blobs(here).put(DATA)
    assert backup(here, tmp_path / "kept", now).documents == 1
    there = _config(weed, tmp_path, f"{prefix}-there", now).model_copy(update={"data": tmp_path / "there"})
    restore(there, tmp_path / "kept")
    assert list(open_blobs(there).keys()) == [KEY]
    assert open_blobs(there).get(KEY) == DATA


def _config(weed: servers.Weed, folder: Path, prefix: str, now: datetime) -> Config:
    (folder / "secret").write_text("owner-secret")
    documents = Documents(
        url=f"s3://plain/{prefix}", username="owner", secret_file=folder / "secret", endpoint=weed.endpoint
    )
    config = development.prepare(folder / "service", "127.0.0.1:8000", now)
    return config.model_copy(update={"documents": documents})
