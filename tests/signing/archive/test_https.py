"""HTTPS POST: signed as the convention says; only an answer that names what was stored is a receipt."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from signing.archive import (
    ArchiveConflict,
    ArchiveRefused,
    ArchiveUnavailable,
    DeliveryUnproven,
    Receipt,
    open_destination,
)
from tests.chaos.flaky import FlakyLine, Odds
from tests.signing.archive import servers
from tests.signing.archive.samples import NOW, package
from tests.signing.archive.servers import Receiver, receipt_of

REFERENCE = "MTR-0012345678-BGO01-C"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Receiver]:
    with servers.receiver(tmp_path) as running:
        yield running


def deliver(archive: Receiver, **changes: Any) -> Receipt:
    receipt = open_destination(replace(archive.settings, **changes)).deliver(package(), NOW)
    assert isinstance(receipt, Receipt)
    return receipt


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 403, 404, 410, 413, 422])
def test_a_refusal_for_good_is_final_a_redirect_too_and_it_is_not_followed(
    archive: Receiver, status: int
) -> None:
    archive.instead = lambda told: (status, b"{}")
    with pytest.raises(ArchiveRefused, match=rf"for good \({status}\)") as refusal:
        deliver(archive)
    assert REFERENCE not in str(refusal.value)
    assert len(archive.bodies) == 1


@pytest.mark.parametrize("status", [202, 408, 425, 429, 500, 502, 503, 504, 507])
def test_an_answer_of_the_moment_is_tried_again(archive: Receiver, status: int) -> None:
    archive.instead = lambda told: (status, b"{}")
    with pytest.raises(ArchiveUnavailable, match=rf"\({status}\).*tried again"):
        deliver(archive)


def test_a_conflict_is_the_receivers_word(archive: Receiver) -> None:
    archive.instead = lambda told: (409, b"{}")
    with pytest.raises(ArchiveConflict):
        deliver(archive)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"OK",
        b"{}",
        b'{"receipt": "DMS-1"}',
        b'{"receipt": "", "received_at": "2026-11-24T09:30:15Z", "files": []}',
        b'{"receipt": "DMS-1", "received_at": "2026-11-24T09:30:15", "files": []}',
        b'{"receipt": "DMS-1", "received_at": "2026-11-24T09:30:15Z", "files": [{"name": "x"}]}',
    ],
)
def test_success_without_a_receipt_is_no_delivery(archive: Receiver, answer: bytes) -> None:
    archive.instead = lambda told: (200, answer)
    with pytest.raises(DeliveryUnproven, match="without a receipt"):
        deliver(archive)


@pytest.mark.parametrize("lie", ["other hash", "other size", "one less", "one more"])
def test_a_receipt_for_other_files_is_no_delivery(archive: Receiver, lie: str) -> None:
    def answer(told: dict[str, Any]) -> tuple[int, bytes]:
        receipt = receipt_of(told)
        if lie == "other hash":
            receipt["files"][0]["sha256"] = "0" * 64
        if lie == "other size":
            receipt["files"][0]["size"] += 1
        if lie == "one less":
            receipt["files"].pop()
        if lie == "one more":
            receipt["files"].append({"name": "annex.pdf", "size": 1, "sha256": "0" * 64})
        return 200, json.dumps(receipt).encode()

    archive.instead = answer
    with pytest.raises(DeliveryUnproven, match="other files"):
        deliver(archive)


def test_another_secret_is_refused_by_the_library_of_the_convention(archive: Receiver) -> None:
    other = "whsec_" + base64.b64encode(b"another secret of 32 bytes, yes!").decode()
    with pytest.raises(ArchiveRefused, match=r"\(401\)"):
        deliver(archive, secret=other)
    assert archive.bodies == []


def test_nobody_at_the_address_and_nobody_who_answers_are_tried_again(archive: Receiver) -> None:
    with pytest.raises(ArchiveUnavailable, match="ConnectError"):
        deliver(archive, url=f"http://127.0.0.1:{servers.free_port()}/in")
    target = ("127.0.0.1", archive.settings.parts.port or 0)
    silent = FlakyLine(target, Odds(0, 1.0, 0, 0), seed=1)
    with silent as line, pytest.raises(ArchiveUnavailable, match="ReadTimeout"):
        deliver(archive, url=f"http://127.0.0.1:{line.port}/in", timeout=0.3)


def test_a_certificate_that_nobody_vouches_for_gets_nothing(tmp_path: Path) -> None:
    with servers.receiver(tmp_path, tls=True) as running:
        with pytest.raises(ArchiveUnavailable, match="ConnectError"):
            deliver(running, ca=None)
        assert running.bodies == []
        assert deliver(running).proof == "answer"


def test_a_lost_answer_is_the_same_message_again_and_gives_the_first_receipt(archive: Receiver) -> None:
    target = ("127.0.0.1", archive.settings.parts.port or 0)
    with FlakyLine(target, Odds(0, 0, 0, 1.0), seed=2) as line, pytest.raises(ArchiveUnavailable):
        deliver(archive, url=f"http://127.0.0.1:{line.port}/in")
    first = deliver(archive)
    later = open_destination(archive.settings).deliver(package(), NOW + timedelta(days=3))
    assert first == later
    assert len(archive.ids) >= 2
    assert len(set(archive.ids)) == 1
    assert REFERENCE not in archive.ids[0]
    assert list(archive.stored) == [REFERENCE]


def test_the_message_holds_every_file_as_it_is(archive: Receiver) -> None:
    receipt = deliver(archive)
    assert receipt.destination == f"{archive.url}#DMS-{REFERENCE}"
    assert archive.stored[REFERENCE] == {file.name: file.data for file in package().files}
    told = json.loads(archive.bodies[0])
    assert told["type"] == "package.delivered"
    assert (told["data"]["reference"], told["data"]["corporation"]) == (REFERENCE, "MTR")
