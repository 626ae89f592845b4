"""The audit trail of a packet: facts in a hash chain, kept as long as the contract."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from signing.errors import ChainBroken

START = "0" * 64

# Grammar `subject[:part]:happened`; the Dutch words are what a judge reads in the evidence.
EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "packet:created": "Gegevens ontvangen en gecontroleerd",
        "packet:generated": "Documenten gemaakt",
        "packet:sending:asked": "Gevraagd om het pakket te versturen",
        "packet:sending:planned": "Afgesproken wanneer het pakket wordt verstuurd",
        "packet:sent": "Pakket verstuurd",
        "recipient:invited": "Uitnodiging met persoonlijke link verstuurd",
        "recipient:link:opened": "Persoonlijke link geopend",
        "recipient:code:sent": "Eenmalige code verstuurd",
        "recipient:code:refused": "Verkeerde of verlopen code ingevuld",
        "recipient:identity:proven": "Gecontroleerd wie de link opende",
        "recipient:identity:attested": "Identiteit vastgesteld door een medewerker, in persoon",
        "recipient:person:stated": "Naam en functie opgegeven door wie tekent",
        "recipient:page:shown": "Pagina getoond",
        "recipient:document:shown": "Documenten getoond",
        "recipient:question:asked": "Vraag gesteld",
        "recipient:question:told": "Vraag doorgestuurd aan de contactpersoon",
        "recipient:reminder:asked": "Gevraagd om een herinnering te sturen",
        "recipient:reminded": "Herinnering verstuurd",
        "recipient:message:refused": "Bericht kon niet worden bezorgd",
        "recipient:message:told": "Contactpersoon gehoord dat een bericht niet aankwam",
        "recipient:link:renewed": "Nieuwe link verstuurd; de oude werkt niet meer",
        "recipient:link:revoked": "Link ingetrokken",
        "recipient:address:corrected": "Adres van de partij verbeterd",
        "recipient:reassigned": "Vraag overgedragen aan een collega",
        "recipient:hosted": "Afgesproken om samen te tekenen, op het toestel van een medewerker",
        "recipient:letter:made": "Brief met persoonlijke code gemaakt",
        "recipient:paper:received": "Handtekening op papier ontvangen en als scan bewaard",
        "recipient:signed": "Ondertekend met de knop",
        "recipient:acknowledged": "Ontvangst bevestigd met de knop",
        "recipient:declined": "Niet getekend: geweigerd",
        "recipient:signature:applied": "Handtekening in het document gezet",
        "packet:signed": "Alle partijen hebben getekend",
        "packet:acknowledgement:lapsed": "Termijn voor bevestiging van ontvangst voorbij",
        "packet:sealed": "Document verzegeld en gecontroleerd",
        "packet:archived": "Archiefpakket gemaakt",
        "packet:handed:over": "Archiefpakket klaargezet voor de contactpersoon van de corporatie",
        "recipient:receipt:confirmed": "Ontvangst van het archiefpakket bevestigd met de knop",
        "packet:delivered": "Afgeleverd in het archief van de corporatie",
        "packet:declined": "Pakket gestopt: niet iedereen tekent",
        "packet:declined:told": "Bericht over de weigering verstuurd",
        "packet:withdrawn": "Pakket ingetrokken",
        "packet:reopened": "Nieuwe versie van een gestopt pakket",
        "packet:expired": "Pakket verlopen",
        "packet:renewed": "Tijdstempel van de documenten vernieuwd en gecontroleerd",
        "packet:renewal:delivered": "Vernieuwde documenten afgeleverd in het archief van de corporatie",
        "packet:documents:erased": "Documenten gewist bij de dienst: de bewaartermijn is voorbij",
        "packet:work:abandoned": "Een stap is opgegeven door de beheerder van de dienst",
        "recipient:copy:sent": "Link naar het verzegelde document verstuurd",
    }
)

Value = str | int | bool | None | list["Value"] | dict[str, "Value"]


@dataclass(frozen=True)
class Event:
    """One fact. ``actor``: a recipient's role, ``requester`` or ``service``; ``data``: plain JSON values."""

    packet_id: str
    sequence: int
    at: datetime
    name: str
    actor: str
    data: Mapping[str, Value]
    previous: str
    sha256: str

    def as_dict(self) -> dict[str, Value]:
        """The event as it stands in the evidence, hash included."""
        return {**_content(self), "sha256": self.sha256}


def append(
    last: Event | None, packet_id: str, name: str, actor: str, data: Mapping[str, Value], now: datetime
) -> Event:
    """The next event of the chain. ``now``: aware; kept in UTC with milliseconds.

    Raises ValueError for a name outside EVENTS or a naive time (a programming error).
    """
    if name not in EVENTS:
        raise ValueError(f"{name} is not an event of the audit trail")
    if now.tzinfo is None:
        raise ValueError("the time of an event needs a zone")
    at = now.astimezone(UTC)
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    sequence = 1 if last is None else last.sequence + 1
    previous = START if last is None else last.sha256
    event = Event(packet_id, sequence, at, name, actor, dict(data), previous, "")
    return Event(packet_id, sequence, at, name, actor, dict(data), previous, _digest(event))


def check(events: Iterable[Event]) -> str:
    """Walks the chain from its start; returns the hash of its head (START when empty).

    Raises ChainBroken with the first event that was changed, moved, added or removed in between.
    """
    head, expected = START, 1
    for event in events:
        if event.sequence != expected:
            raise ChainBroken(expected, f"found number {event.sequence} in its place")
        if event.previous != head:
            raise ChainBroken(expected, "it does not follow the event before it")
        if _digest(event) != event.sha256:
            raise ChainBroken(expected, "its content does not fit its hash")
        head, expected = event.sha256, expected + 1
    return head


def _content(event: Event) -> dict[str, Value]:
    return {
        "packet": event.packet_id,
        "sequence": event.sequence,
        "at": event.at.isoformat(timespec="milliseconds"),
        "name": event.name,
        "actor": event.actor,
        "data": dict(event.data),
        "previous": event.previous,
    }


def _digest(event: Event) -> str:
    # Sorted keys and no spaces, so that anyone can recompute the hash from the evidence.
    text = json.dumps(_content(event), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def handed_over(trail: Iterable[Event]) -> Event | None:
    """That the package waits for a person of the corporation to confirm it; None when it does not."""
    return next((event for event in trail if event.name == "packet:handed:over"), None)


def confirmation(trail: Iterable[Event]) -> Event | None:
    """That a person of the corporation confirmed the package; None before that."""
    return next((event for event in trail if event.name == "recipient:receipt:confirmed"), None)
