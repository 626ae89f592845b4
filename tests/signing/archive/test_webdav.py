"""WebDAV against WsgiDAV: who may write, and a line or disk that gives up in the middle."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

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
PASSED_ON = ("authorization", "depth", "destination", "overwrite", "content-type")
LARGE = package(pdf=PDF + b"%" * 600_000)


@pytest.fixture
def archive(empty: Callable[[str], Settings]) -> Settings:
    return empty("webdav")


@pytest.fixture
def folder(archive: Settings, dav: servers.Dav) -> Path:
    """What the archive holds, on the server's disk."""
    return dav.root / Path(archive.root).name


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def deliver(settings: Settings, made: object = None) -> Receipt:
    receipt = open_destination(settings).deliver(made or package(), NOW)  # type: ignore[arg-type]
    assert isinstance(receipt, Receipt)
    return receipt


@pytest.mark.parametrize("changes", [{"secret": "wrong"}, {"username": "nobody"}, {"username": None}])
def test_a_wrong_name_or_password_is_final_and_the_reference_is_not_told(
    archive: Settings, changes: dict[str, str]
) -> None:
    with pytest.raises(ArchiveRefused, match=r"for good \(401\)") as refusal:
        deliver(replace(archive, **changes))  # type: ignore[arg-type]
    assert REFERENCE not in str(refusal.value)


def test_a_server_that_is_down_is_tried_again(archive: Settings) -> None:
    gone = replace(archive, url=f"webdav://127.0.0.1:{servers.free_port()}/in")
    with pytest.raises(ArchiveUnavailable, match="ConnectError"):
        deliver(gone)


def test_a_folder_that_is_not_there_is_not_made_because_it_may_be_a_lost_mount(
    archive: Settings, folder: Path
) -> None:
    with pytest.raises(ArchiveUnavailable, match="Mount or make it"):
        deliver(replace(archive, url=f"{archive.url}/lost"))
    assert list(folder.iterdir()) == []


def test_a_certificate_that_nobody_vouches_for_gets_nothing(davs: servers.Dav) -> None:
    with pytest.raises(ArchiveUnavailable, match="does not answer"):
        deliver(replace(davs.settings, ca=None))


def test_a_share_that_only_lets_read_is_final(tmp_path: Path) -> None:
    with servers.webdav(tmp_path, read_only=True) as server:
        with pytest.raises(ArchiveRefused, match=r"for good \(403\)"):
            deliver(server.settings)
        assert everything(server.root) == {}


def test_a_full_disk_is_tried_again_and_shows_nothing_under_the_final_name(tmp_path: Path) -> None:
    with servers.webdav(tmp_path, largest_file=100_000) as server:
        with pytest.raises(ArchiveUnavailable, match="tried again"):
            deliver(server.settings, LARGE)
        assert not (server.root / "MTR" / REFERENCE).exists()
    with servers.webdav(tmp_path) as server:
        assert deliver(server.settings, LARGE).proof == "read-back"
        assert [path.name for path in (server.root / "MTR").iterdir()] == [REFERENCE]


def test_a_server_that_speaks_no_webdav_is_told_apart(archive: Settings) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_PROPFIND(self) -> None:
            self.send_response(207)
            self.end_headers()
            self.wfile.write(b"<html><p>Welcome")

        do_MKCOL = do_PROPFIND

        def log_message(self, *arguments: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            strange = open_destination(replace(archive, url=f"webdav://127.0.0.1:{server.server_port}/in"))
            with pytest.raises(ArchiveUnavailable, match="no WebDAV"):
                strange.listing("MTR")  # type: ignore[attr-defined]
        finally:
            server.shutdown()


def test_a_line_that_fails_leaves_one_whole_package_in_the_end(archive: Settings, folder: Path) -> None:
    target = ("127.0.0.1", archive.parts.port or 0)
    with FlakyLine(target, Odds(0.1, 0, 0.5, 0.4), seed=3) as line:
        flaky = replace(archive, url=f"webdav://127.0.0.1:{line.port}{archive.root}", timeout=3)
        for _ in range(12):
            with contextlib.suppress(ArchiveUnavailable):
                deliver(flaky, LARGE)
            shown = {name for name in everything(folder) if "/.incoming-" not in name}
            assert shown in (set(), {f"MTR/{REFERENCE}/{file.name}" for file in LARGE.files})
    assert line.counts["well"] == 0
    deliver(archive, LARGE)
    assert [path.name for path in (folder / "MTR").iterdir()] == [REFERENCE]


def test_half_a_file_that_the_server_says_it_took_never_gets_the_final_name(
    archive: Settings, folder: Path
) -> None:
    """A line that is cut while a file goes there looks to some servers like the end of the file: 201."""
    halved: list[str] = []

    class Half(BaseHTTPRequestHandler):
        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.command == "PUT" and self.path.endswith(".pdf") and not halved:
                halved.append(self.path)
                body = body[: len(body) // 2]
            kept = {name: value for name, value in self.headers.items() if name.lower() in PASSED_ON}
            if "Destination" in kept:
                kept["Destination"] = f"http://127.0.0.1:{port}{urlsplit(kept['Destination']).path}"
            answer = httpx.request(
                self.command, f"http://127.0.0.1:{port}{self.path}", headers=kept, content=body
            )
            self.send_response(answer.status_code)
            for name in ("Content-Type", "Last-Modified"):
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            if answer.status_code != 204:
                self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.content)

        do_GET = do_HEAD = do_PUT = do_MOVE = do_DELETE = do_MKCOL = do_PROPFIND = _pass_on

        def log_message(self, *arguments: object) -> None:
            pass

    port = archive.parts.port
    with HTTPServer(("127.0.0.1", 0), Half) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        between = replace(archive, url=f"webdav://127.0.0.1:{server.server_port}{archive.root}")
        try:
            with pytest.raises(ArchiveUnavailable, match="whole"):
                deliver(between)
            assert everything(folder) == {}
            assert deliver(between).proof == "read-back"
        finally:
            server.shutdown()
    assert len(halved) == 1


def test_left_overs_of_this_reference_are_removed_and_those_of_others_stay(
    archive: Settings, folder: Path
) -> None:
    (folder / "MTR" / f".incoming-{REFERENCE}.abc").mkdir(parents=True)
    (folder / "MTR" / f".incoming-{REFERENCE}.abc" / "half.pdf").write_bytes(b"%PDF")
    (folder / "MTR" / ".incoming-MTR-0012345678-OVD01-4.abc").mkdir()
    deliver(archive)
    names = {path.name for path in (folder / "MTR").iterdir()}
    assert names == {REFERENCE, ".incoming-MTR-0012345678-OVD01-4.abc"}


@pytest.mark.parametrize("damage", ["changed", "missing", "added", "empty folder"])
def test_a_delivered_folder_that_was_tampered_with_is_a_conflict_and_stays_as_it_is(
    archive: Settings, folder: Path, damage: str
) -> None:
    deliver(archive)
    final = folder / "MTR" / REFERENCE
    if damage == "changed":
        (final / f"{REFERENCE}.pdf").write_bytes(PDF.replace(b"sealed", b"SEALED"))
    if damage == "missing":
        (final / f"{REFERENCE}.json").unlink()
    if damage == "added":
        (final / "annex.pdf").write_bytes(b"%PDF-1.7")
    if damage == "empty folder":
        (final / "renewals").mkdir()
    before = everything(folder)
    with pytest.raises(ArchiveConflict) as refusal:
        deliver(archive)
    assert len(refusal.value.differences) == 1
    assert everything(folder) == before
