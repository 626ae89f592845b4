"""Every byte that every kind of archive receives: the annex is never among them."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest

from signing import ceremony
from signing.archive import LAYOUTS, Settings, open_destination
from signing.links import Purpose
from signing.packet import Status
from signing.services import Services
from signing.steps import STEPS
from signing.store import StoredDocument
from tests import people
from tests.conftest import Case
from tests.signing.archive import servers


@pytest.fixture
def archived(signed: Case) -> Case:
    """Sealed and packed, one step before the delivery."""
    people.press(signed.services, signed.packet, "corporation")
    people.run_due(signed.services, until="deliver")
    assert people.now(signed.services, signed.packet).status is Status.ARCHIVED
    return signed


def deliver(case: Case, settings: Settings) -> Services:
    """By the real step, as if it were the only archive of this corporation."""
    services = replace(case.services, archives={"MTR": open_destination(settings)})
    with services.store.write() as tx:
        tx.packets.save(replace(tx.packets.get(case.packet.id), status=Status.ARCHIVED))
    STEPS["deliver"](services, case.packet.id, "")
    return services


def on_disk(folder: Path) -> Iterator[bytes]:
    """All files, and what is hidden or half as well."""
    for path in folder.rglob("*"):
        yield str(path.relative_to(folder)).encode()
        if path.is_file():
            yield path.read_bytes()


@lru_cache(maxsize=100)
def unpacked(data: bytes) -> str:
    """A file as it is and, of a PDF, with all its streams unpacked, and its text."""
    if not data.startswith(b"%PDF"):
        return data.decode("latin-1")
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        command = ["qpdf", "--qdf", "--object-streams=disable", "--warning-exit-0", file.name, "-"]
        done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    return people.text_of(data) + data.decode("latin-1") + done.stdout.decode("latin-1")


def private(services: Services, case: Case) -> list[StoredDocument]:
    with services.store.read() as tx:
        documents = tx.documents.of(case.packet.id) + tx.documents.leaflets(case.packet.id)
    found = [document for document in documents if not document.archive]
    assert {document.name for document in found} >= {"annex", "summary"}
    return found


def assert_nothing_private(case: Case, received: list[bytes]) -> None:
    everything = " ".join(unpacked(data) for data in received)
    assert "Begeleidingsovereenkomst" in everything, "the package itself came"
    for word in people.ANNEX_WORDS[people.GUIDANCE]:
        assert word not in everything, word
    hashes = {hashlib.sha256(data).hexdigest() for data in received}
    for document in private(case.services, case):
        keys = {document.shown_sha256, document.html_sha256, document.revision_sha256, document.sealed_sha256}
        for key in keys - {None}:
            assert key not in hashes, document.name
            assert str(key) not in everything, document.name


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_no_byte_that_any_archive_receives_is_of_the_annex(
    archived: Case,
    empty: Callable[[str], Settings],
    sshd: servers.Sshd,
    dav: servers.Dav,
    weed: servers.Weed,
    tmp_path: Path,
    layout: str,
) -> None:
    received: dict[str, list[bytes]] = {}
    for scheme in ("file", "sftp", "webdav", "s3"):
        settings = replace(empty(scheme), layout=layout)
        deliver(archived, settings)
        place = settings.root.rpartition("/")[2]
        if scheme == "s3":
            held = weed.objects("plain", place)
            received[scheme] = [*held.values(), *(key.encode() for key in held)]
        else:
            root = {"file": tmp_path, "sftp": sshd.root, "webdav": dav.root}[scheme]
            received[scheme] = list(on_disk(root / place))
    with servers.receiver(tmp_path / "posted") as running:
        deliver(archived, replace(running.settings, layout=layout))
        (body,) = running.bodies
        contents = [base64.b64decode(file["content"]) for file in json.loads(body)["data"]["files"]]
        received["https"] = [body, *contents]
    for scheme, data in received.items():
        assert len(data) >= 9, scheme
        assert_nothing_private(archived, data)


def test_no_byte_that_the_contact_fetches_is_of_the_annex(archived: Case) -> None:
    services = deliver(archived, Settings("contact:"))
    recipient = archived.packet.recipient("corporation")
    link = services.links.make(
        Purpose.COPY, archived.packet.id, recipient.role, recipient.link_serial, services.clock()
    )
    _, packed = ceremony.package_zip(services, link)
    with zipfile.ZipFile(io.BytesIO(packed)) as held:
        received = [packed, *(held.read(name) for name in held.namelist())]
    assert len(received) == 10
    assert_nothing_private(archived, received)
