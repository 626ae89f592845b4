"""A service to measure: packets go through it whole, and their work is done by processes that come and go."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from signing import ceremony, development, intake
from signing.config import read_config
from signing.intake import NewPacket
from signing.links import Purpose
from signing.packet import Packet, Status
from signing.pades import development_server
from signing.services import Services, open_services
from signing.store import tables
from signing.work import DurableAgenda
from tests import people, short_templates

PATIENCE = 600.0  # seconds for a round; a worker of its own needs some to start its LibreOffice and Java


@dataclass(frozen=True)
class House:
    """``settings``: the environment of a working process."""

    services: Services
    settings: dict[str, str]
    log: Path


@contextmanager
def opened(folder: Path, database: str) -> Iterator[House]:
    """A service with short documents on a database, without any working process."""
    templates = short_templates.write(folder / "templates")
    pki = development.development_pki(folder, datetime.now(UTC))
    made = development.prepare(folder, "127.0.0.1:8000", datetime.now(UTC), templates)
    config = read_config(**{**made.model_dump(), "database_url": database})
    key = config.seal_keys[0]
    settings = {
        "data": str(config.data), "base_url": config.base_url, "bind": config.bind, "database_url": database,
        "templates": str(templates), "organisation": config.organisation, "development": "true",
        "secrets": f'["{config.secrets[0].get_secret_value()}"]',
        "mail_url": config.mail_url, "mail_sender": config.mail_sender,
        "seal_keys": f'[{{"url": "{key.url}", "secret_file": "{key.secret_file}"}}]',
        "trust_roots": f'["{config.trust_roots[0]}"]', "tsas": f'[{{"url": "{pki.tsa_url}"}}]',
        "archives": json.dumps({code: {"url": archive.url} for code, archive in config.archives.items()}),
    }  # fmt: skip
    with (
        development_server.serve(pki, lambda: datetime.now(UTC)),
        open_services(config, DurableAgenda) as services,
    ):
        environment = {f"HUURZEGEL_{name.upper()}": value for name, value in settings.items()}
        yield House(services, {**os.environ, **environment}, folder / "work.log")


def packets_a_minute(house: House, workers: int, packets: int) -> float:
    """Of packets that come in at once and are pressed as soon as they can be, until the last is delivered.

    The processes have done one packet before, so their start and first use is not in it.
    """
    with _working(house, workers):
        _through(house.services, workers)
        begun = time.monotonic()
        _through(house.services, packets)
        return packets / (time.monotonic() - begun) * 60


@contextmanager
def _working(house: House, workers: int) -> Iterator[None]:
    command = [sys.executable, "-m", "signing", "work"]
    with house.log.open("ab") as log:
        running = [
            subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, env=house.settings)
            for _ in range(workers)
        ]
    try:
        _wait(lambda: _holders(house.services) == workers, "every worker to hold a slot")
        yield
        assert [process.poll() for process in running] == [None] * workers, house.log.read_text()[-3000:]
    finally:
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _through(services: Services, packets: int) -> None:
    """These packets from their data to the archive, in all the working processes there are."""
    sample = people.sample(people.GUIDANCE, services.clock().date())
    start = _count(services) + 1
    made = [
        intake.create(
            services,
            people.REFERRER,
            NewPacket(people.GUIDANCE, people.changed(sample, lease_number=f"{number:010d}")),
        )
        for number in range(start, start + packets)
    ]
    waiting = {packet.id for packet in made}

    def done() -> bool:
        for packet_id in tuple(waiting):
            with services.store.read() as tx:
                packet = tx.packets.get(packet_id)
                stuck = tx.attention.all(packet_id)
            assert not stuck, stuck
            if packet.status is Status.DELIVERED:
                waiting.remove(packet_id)
            _press_what_can_be(services, packet)
        return not waiting

    _wait(done, "all packets to be delivered")


def _press_what_can_be(services: Services, packet: Packet) -> None:
    for recipient in packet.recipients:
        if packet.status not in (Status.SENT, Status.SIGNED) or recipient.invited_at is None:
            continue
        if recipient.answer is None:
            link = services.links.make(
                Purpose.SIGN, packet.id, recipient.role, recipient.link_serial, services.clock()
            )
            ceremony.open_link(services, link, people.BROWSER)
            ceremony.show(services, link, people.BROWSER)
            on_screen = tuple(document.sha256 for document in ceremony.view(services, link).documents)
            ceremony.sign(services, link, people.BROWSER, agreed=True, on_screen=on_screen)


def _count(services: Services) -> int:
    with services.store.read() as tx:
        return tx.connection.execute(sa.select(sa.func.count()).select_from(tables.packet)).scalar_one()


def _holders(services: Services) -> int:
    with services.store.read() as tx:
        return len(tx.slots.all())


def _wait(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"waited {PATIENCE:.0f} s for {what}"
        time.sleep(0.05)
