"""The organisation that asks for packets, and the mailboxes of everybody in them."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import docgen
from signing import mailbox
from signing.config import TEMPLATES
from tests import people
from tests.service import PATIENCE, Service

CATALOG = docgen.Catalog(TEMPLATES)


@dataclass(frozen=True)
class Packet:
    """A packet of the real service, as its referrer and its recipients see it."""

    service: Service
    reference: str
    addresses: dict[str, str]

    def link(self, role: str, kind: str = "s") -> str:
        """The link of this kind (``s``: sign, ``k``: copy) in its newest mail; waits for it."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for mail in reversed(mailbox.read_folder(self.service.folder / "mail")):
                if self.addresses[role] in mail.to:
                    for link in mail.links:
                        if f"/{kind}/" in link:
                            return link
            time.sleep(0.05)
        raise AssertionError(f"no mail with a link of kind {kind} came to {role}")

    def now(self) -> dict[str, Any]:
        """All that the referrer is told."""
        return self.service.api("GET", f"/packets/{self.reference}")

    def events(self) -> list[tuple[str, str]]:
        """Names and actors of the audit trail, oldest first."""
        return [(event["name"], event["actor"]) for event in self.now()["events"]]

    def wait_for_event(self, name: str, times: int = 1) -> None:
        """Waits until the audit trail has this event so many times."""
        self.service.wait(lambda: [n for n, _ in self.events()].count(name) >= times, f"{times} x {name}")

    def wait_for(self, status: str) -> dict[str, Any]:
        """See Service.wait_for."""
        return self.service.wait_for(self.reference, status)


@dataclass(frozen=True)
class Party:
    """One of the two who sign a packet; the other one may be in another test."""

    packet: Packet
    role: str

    @property
    def link(self) -> str:
        """Its link to sign."""
        return self.packet.link(self.role)

    def presses(self) -> int:
        """How often it signed, by the audit trail."""
        return self.packet.events().count(("recipient:signed", self.role))


class Referrer:
    """Asks for packets of the samples, each for a lease and for people of its own."""

    def __init__(self, service: Service, ahead: int = 1) -> None:
        self._service = service
        self._ahead = ahead
        self._number = 0
        self._asked: deque[Packet] = deque()
        self._other: Party | None = None

    def packet(self) -> Packet:
        """A guidance agreement whose parties have their links; the next ones are made meanwhile."""
        while len(self._asked) <= self._ahead:
            self._asked.append(self.ask(people.GUIDANCE))
        packet = self._asked.popleft()
        packet.wait_for("sent")
        return packet

    def party(self) -> Party:
        """Somebody who was asked to sign and did nothing yet."""
        if self._other is not None:
            other, self._other = self._other, None
            return other
        packet = self.packet()
        self._other = Party(packet, "referring_org")
        return Party(packet, "tenant")

    def tenant(self) -> Party:
        """A tenant who was asked to sign and did nothing yet."""
        return Party(self.packet(), "tenant")

    def ask(self, packet_type: str, sample: str = "sample") -> Packet:
        """Asks for the packet of a sample and does not wait for it."""
        self._number += 1
        data = people.sample(packet_type, datetime.now(UTC).date(), sample)
        lease = "lease_number" if data.get("lease_number") else "dossier_number"
        data[lease] = f"{'D' if lease == 'dossier_number' else ''}{self._number:08d}"
        data = people.changed(data, tenant__mobile=...)  # codes come by mail, unless a test wants another way
        addresses = {}
        for recipient in CATALOG.manifest(packet_type).recipients:
            key = _key_of_address(recipient, data)
            if key is not None:
                addresses[recipient.role] = f"{recipient.role}.{self._number}@post.voorbeeld.nl"
                data = people.changed(data, **{key.replace(".", "__"): addresses[recipient.role]})
        answer = self._service.api("POST", "/packets", json={"type": packet_type, "data": data})
        return Packet(self._service, str(answer["reference"]), addresses)


def _key_of_address(recipient: docgen.RecipientRole, data: dict[str, Any]) -> str | None:
    """Of the address for this recipient's mail: its own, else its host's; None: it takes no part."""
    if recipient.when is not None and not docgen.value_at(data, recipient.when):
        return None
    return recipient.email if docgen.value_at(data, recipient.email) else recipient.host_email
