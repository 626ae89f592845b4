"""The main job as its users do it: over HTTP and mail, against a service of its own on loopback."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

import docgen
from signing import development, visitor
from signing.config import TEMPLATES
from signing.errors import SigningError
from signing.pades import TrustRoots, validate
from signing.services import utc_now

PATIENCE = 120.0  # seconds for any one thing to happen
MARK = ".huurzegel-demo"  # only a folder with this file is ever emptied


class DemoFailed(SigningError):
    """A step of the demo did not happen; says which, and what was seen."""


@dataclass(frozen=True)
class Job:
    """One packet of the demo."""

    type: str
    data: dict[str, Any]


def run(folder: Path, console: Console) -> None:
    """Plays the whole job in ``folder`` and prints what came of it. Raises DemoFailed."""
    folder = folder.resolve()
    _empty(folder)
    agreements = [Job("guidance-agreement", dict(d)) for d in _samples("guidance-agreement")]
    transfers = [Job("transfer-form", dict(d)) for d in _samples("transfer-form")]
    with _service(folder) as (client, log), Progress(console=console) as progress:
        users = Users(folder, client, progress)
        done = [users.play(job) for job in agreements]
        done += [users.play(job) for job in transfers]
        first = done[0]
        agreement = users.follow(first)
        rows = [row for reference in done for row in users.judge(reference)]
    console.print(_table(rows, folder))
    console.print(f"{first} is guided by {agreement['guiding']}")
    for transfer in agreement["transfers"]:
        console.print(f"  and from {transfer['on']} by {transfer['organisation']} ({transfer['reference']})")
    console.print(f"Root certificate: {folder / 'trust' / 'root.pem'}   Mail: {folder / 'mail'}   Log: {log}")


class Users:
    """The referrer, the parties and the corporation, each with what it really has: a key, or a mail."""

    def __init__(self, folder: Path, client: httpx.Client, progress: Progress) -> None:
        self._folder = folder
        self._client = client
        self._post = visitor.Post(folder / "mail", folder / "sms")
        self._progress = progress
        self._key = (folder / development.API_KEY).read_text(encoding="ascii").strip()

    def play(self, job: Job) -> str:
        """One packet from data to archive; returns its reference."""
        made = self._api("POST", "/api/v1/packets", json={"type": job.type, "data": job.data})
        reference = str(made["reference"])
        parties = ("sent", "signed", "delivered")
        bar = self._progress.add_task(reference, total=len(parties) + 4)
        self._tell(bar, f"{reference}: made")
        self._until(reference, lambda p: p["status"] == "sent", "its documents to be made and sent")
        self._tell(bar, f"{reference}: documents made, invitations under way")
        answered = 0
        while answered < len(self.follow(reference)["recipients"]):
            link = self._post.next_link("/s/", PATIENCE)
            visitor.sign(self._client, link, self._post, PATIENCE)
            answered += 1
            self._tell(bar, f"{reference}: {answered} answered")
        self._until(reference, lambda p: p["status"] == "delivered", "seal, archive and delivery")
        for _ in range(answered):
            copy = self._post.next_link("/k/", PATIENCE)
            visitor.fetch_copies(self._client, copy)
        self._progress.update(
            bar, description=f"{reference}: delivered, copies fetched", completed=7, total=7
        )
        return reference

    def follow(self, reference: str) -> dict[str, Any]:
        """The packet as the referrer sees it."""
        return self._api("GET", f"/api/v1/packets/{reference}")

    def judge(self, reference: str) -> list[tuple[str, ...]]:
        """A row for each document: from the archive or, for an annex, from the referrer's copy."""
        rows = []
        for document in self.follow(reference)["documents"]:
            path = f"/api/v1/packets/{reference}/documents/{document['name']}.pdf"
            private = None if document["archive"] else self._call("GET", path).content
            rows.append(_row(self._folder, reference, document, private))
        return rows

    def _until(self, reference: str, holds: Callable[[dict[str, Any]], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            packet = self.follow(reference)
            if packet["stuck"]:
                raise DemoFailed(f"{reference} waits for a human: {packet['stuck']}")
            if holds(packet):
                return
            time.sleep(0.2)
        raise DemoFailed(
            f"{reference} was still {packet['status']} after {PATIENCE:.0f} s of waiting for {what}."
        )

    def _api(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        told: dict[str, Any] = self._call(method, path, **more).json()
        return told

    def _call(self, method: str, path: str, **more: Any) -> httpx.Response:
        answer = self._client.request(method, path, headers={"Authorization": f"Bearer {self._key}"}, **more)
        if answer.is_error:
            raise DemoFailed(f"{method} {path} answered {answer.status_code}: {answer.text}")
        return answer

    def _tell(self, bar: Any, text: str) -> None:
        self._progress.update(bar, description=text, advance=1)


@contextmanager
def _service(folder: Path) -> Iterator[tuple[httpx.Client, Path]]:
    """The real service in a process of its own, ended by its own pid."""
    bind = f"127.0.0.1:{_free_port()}"
    log = folder / "service.log"
    command = [sys.executable, "-m", "signing", "serve", "--development", str(folder), "--bind", bind]
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)  # noqa: S603  # our own
    try:
        with httpx.Client(base_url=f"http://{bind}", timeout=30, follow_redirects=True) as client:
            _wait_for(process, client, log)
            yield client, log
    finally:
        process.terminate()
        process.wait(timeout=60)


def _wait_for(process: subprocess.Popen[bytes], client: httpx.Client, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if client.get("/healthz").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise DemoFailed(f"The service did not start. The end of {log}:\n{log.read_text()[-2000:]}")


def _row(folder: Path, reference: str, document: dict[str, Any], private: bytes | None) -> tuple[str, ...]:
    """One document, judged from its file alone; ``private``: the file, when no archive may have it."""
    place = "not for the corporation"
    pdf = private
    if pdf is None:
        found = list((folder / "archive").glob(f"*/{reference}/{reference}.pdf"))
        if len(found) != 1:
            raise DemoFailed(f"The archive holds {len(found)} files for {reference}, not one.")
        pdf = found[0].read_bytes()
        place = str(found[0].parent.relative_to(folder))
    report = validate(pdf, TrustRoots.read([folder / "trust" / "root.pem"]), at=utc_now())
    form = docgen.conformance(pdf)
    if not (report.valid and form.pdfa and form.pdfua):
        raise DemoFailed(f"{document['title']} does not validate: {report.problems} {form.failures}")
    return (
        reference,
        str(document["title"]),
        str(document["pages"]),
        f"{len(report.signatures)} valid",
        str(report.level),
        f"{form.flavour}, PDF/UA-1: pass",
        place,
    )


def _table(rows: list[tuple[str, ...]], folder: Path) -> Table:
    columns = ("Reference", "Document", "Pages", "Signatures", "PAdES", "PDF/A", "Archive")
    table = Table(*columns, title=f"Delivered in {folder}")
    for row in rows:
        table.add_row(*row)
    return table


def _samples(packet_type: str) -> list[dict[str, object]]:
    return list(development.samples(TEMPLATES, packet_type, utc_now().date()))


def _empty(folder: Path) -> None:
    """A fresh start. Raises DemoFailed for a folder that this demo did not make."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise DemoFailed(f"{folder} holds something else. Name another folder with --folder.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
