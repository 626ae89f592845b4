"""The people of the tests: what a referrer sends, and how each party finds its own link."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

from signing import ceremony, intake
from signing.ceremony import Evidence
from signing.config import TEMPLATES
from signing.intake import NewPacket
from signing.packet import Packet
from signing.services import Services
from signing.store import Stuck
from tests.agenda import PromisedWork

WRITTEN_ON = date(2026, 11, 23)  # the day the samples of the templates speak of as today
REFERRER, MALLORY = "ontwikkeling", "mallory"  # API clients
BROWSER = Evidence("192.0.2.7", "Mozilla/5.0 (Android 9; Mobile)")
GUIDANCE, TRANSFER = "guidance-agreement", "transfer-form"
PARTIES = {
    GUIDANCE: ("tenant", "referring_org"),
    TRANSFER: ("tenant", "transferring_org", "receiving_org"),
}
# Words of the samples that stand in an annex only.
ANNEX_WORDS = {
    GUIDANCE: ("rekeningen", "Trefpunt", "budgetcoach", "automatische betaling", "Noor", "schoonhouden"),
    TRANSFER: ("opleiding", "huisbezoek", "Plan van de begeleiding", "rust in mijn week"),
}

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TOKEN = re.compile(r"https?://[^/\s]+/([sk])/(\S+)")


def sample(packet_type: str, today: date = WRITTEN_ON, name: str = "sample") -> dict[str, Any]:
    """The sample request of a packet type, as if it was written on ``today``."""
    data = json.loads((TEMPLATES / packet_type / f"{name}.json").read_text(encoding="utf-8"))
    moved: dict[str, Any] = _moved(data, today - WRITTEN_ON)
    return moved


def changed(data: dict[str, Any], **values: object) -> dict[str, Any]:
    """A copy with other values; ``tenant__email`` is the key ``tenant.email``; ... takes the key away."""
    result = copy.deepcopy(data)
    for dotted, value in values.items():
        *path, last = dotted.split("__")
        table = result
        for part in path:
            table = table.setdefault(part, {})
        if value is ...:
            table.pop(last, None)
        else:
            table[last] = value
    return result


def mails(services: Services) -> list[EmailMessage]:
    """Every mail that left the house, in the order it did."""
    folder = services.config.data.parent / "mail"
    files = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    parser = BytesParser(policy=policy.default)
    return [parser.parsebytes(file.read_bytes()) for file in files]


def token(services: Services, packet: Packet, role: str, kind: str = "s") -> str:
    """The token in the newest mail of this kind (``s``: sign, ``k``: copy) to this recipient."""
    address = packet.recipient(role).address
    for mail in reversed(mails(services)):
        text = body(mail)
        if address in mail["To"] and packet.reference in text:
            for found in _TOKEN.finditer(text):
                if found[1] == kind:
                    return found[2]
    raise AssertionError(f"{role} has no mail with a link of kind {kind}")


def create(services: Services, packet_type: str = GUIDANCE, **changes: object) -> Packet:
    """A new packet from the sample, sent to its parties."""
    today = services.clock().date()
    packet = intake.create(
        services, REFERRER, NewPacket(packet_type, changed(sample(packet_type, today), **changes))
    )
    run_due(services)
    return now(services, packet)


def press(services: Services, packet: Packet, role: str) -> None:
    """One recipient opens, reads, ticks and presses; no work is done yet."""
    link = token(services, packet, role)
    ceremony.open_link(services, link, BROWSER)
    ceremony.show(services, link, BROWSER)
    on_screen = tuple(document.sha256 for document in ceremony.view(services, link).documents)
    ceremony.sign(services, link, BROWSER, agreed=True, on_screen=on_screen)


def press_all(services: Services, packet: Packet, roles: Iterable[str]) -> Packet:
    """These recipients press one after the other, with all work that follows."""
    for role in roles:
        press(services, packet, role)
        run_due(services)
    return now(services, packet)


def delivered(services: Services, packet_type: str = GUIDANCE, **changes: object) -> Packet:
    """A packet that went the whole way."""
    packet = create(services, packet_type, **changes)
    return press_all(services, packet, (*PARTIES[packet_type], "corporation"))


def now(services: Services, packet: Packet) -> Packet:
    """The packet as it stands in the registry."""
    with services.store.read() as tx:
        return tx.packets.get(packet.id)


def events(services: Services, packet: Packet) -> list[str]:
    """The names of the audit trail, oldest first."""
    with services.store.read() as tx:
        return [event.name for event in tx.trail.of(packet.id)]


def stuck(packet: Packet, step: str, since: datetime) -> Stuck:
    """A first try of a step of this packet that failed."""
    return Stuck(packet.id, step, 0, since, "TimestampUnavailable")


def run_due(services: Services, *, until: str | None = None) -> list[str]:
    """Does the promised work that is due, up to the step ``until``."""
    assert isinstance(services.agenda, PromisedWork)
    return services.agenda.run_due(services, until=until)


def archived(services: Services, packet: Packet) -> Path:
    """The folder of the packet in the corporation's archive."""
    return services.config.data.parent / "archive" / packet.corporation / packet.reference


def text_of(pdf: bytes) -> str:
    """What a reader can copy out of a PDF, as one line."""
    command = ["pdftotext", "-raw", "-enc", "UTF-8", "-", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True, timeout=60)
    return " ".join(done.stdout.decode().split())


def body(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def _moved(value: Any, by: timedelta) -> Any:
    if isinstance(value, dict):
        return {key: _moved(member, by) for key, member in value.items()}
    if isinstance(value, list):
        return [_moved(member, by) for member in value]
    if isinstance(value, str) and _DAY.fullmatch(value):
        return (date.fromisoformat(value) + by).isoformat()
    return value


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """``python -m signing`` with these arguments."""
    line = [sys.executable, "-m", "signing", *arguments]
    return subprocess.run(line, capture_output=True, text=True, timeout=120, check=False)
