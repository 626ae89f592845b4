"""The archive at the desk: what was sealed, by number, address, reference and day; and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from html.parser import HTMLParser
from typing import Any

from signing import finding, following
from signing.account import Permission
from signing.errors import NotFound, UnusableForm
from signing.evidence import Judgement
from signing.finding import Row
from signing.packet import Packet
from signing.services import Services
from signing.staff import Person
from signing.standing import folded
from signing.store import Compared, Erased, Filed, StoredDocument, Transaction
from signing.texts import AMSTERDAM

MOST = 1000  # packets that a search looks through, the last signed first; days lead to older ones


@dataclass(frozen=True)
class Sought:
    """What was filled in to search with; days as a browser writes them, empty for none."""

    words: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class Found:
    """What fits a search: one page of it, and how many there are, or ``cut``: more than that."""

    rows: tuple[Row, ...]
    page: int
    pages: int
    total: int
    cut: bool


@dataclass(frozen=True)
class Clause:
    """One text to take over in the lease; ``label``: what it is, as its leaflet says."""

    label: str
    text: str


@dataclass(frozen=True)
class Kept:
    """What an archivist wants to know of one packet, beside the packet itself.

    ``receipt``: of the corporation's archive; ``compared``: what the last reconciliation found there;
    ``leaflet``: the document that ``clauses`` come from; ``reports``: names of documents that have a report;
    ``erased``: that the service has its content no more.
    """

    receipt: Mapping[str, Any] | None
    delivered_at: datetime | None
    compared: Compared | None
    leaflet: str | None
    clauses: tuple[Clause, ...]
    reports: tuple[str, ...]
    erased: Erased | None


def search(services: Services, person: Person, sought: Sought, page: int) -> Found:
    """A page of the archive, the last signed first. Raises NotAllowed, UnusableForm."""
    person.needs(Permission.SEE_PACKETS)
    first, last = _days(sought)
    words = tuple(folded(sought.words[: finding.LONGEST_SEARCH]).split())
    with services.store.read() as tx:
        near = tx.overview.filed(person.scope, words, _begin(first), _begin(last, days=1), MOST + 1)
        filed = [each for each in near[:MOST] if _fits(each, words)]
        pages = max(1, -(-len(filed) // finding.ON_A_PAGE))
        page = min(max(page, 1), pages)
        shown = filed[(page - 1) * finding.ON_A_PAGE : page * finding.ON_A_PAGE]
        listed = tx.overview.some(person.scope, [each.packet_id for each in shown])
    rows = tuple(finding.row_of(person, each, services.clock()) for each in listed)
    return Found(rows, page, pages, len(filed), cut=len(near) > MOST)


def kept(services: Services, person: Person, packet: Packet) -> Kept:
    """What became of a packet that this person may see, and what the lease takes over of it."""
    with services.store.read() as tx:
        receipt, erased = tx.packets.facts(packet.id)["receipt"], tx.packets.erased(packet.id)
        compared = tx.reconciliations.of(packet.corporation, packet.reference)
        leaflet = None if erased else _about_lease(services, tx, person, packet)
        reports = () if erased else tuple(d.name for d in _judged(tx, person, packet))
    text = services.blobs.get(leaflet.html_sha256).decode() if leaflet else ""
    return Kept(
        receipt,
        datetime.fromisoformat(receipt["delivered_at"]) if receipt else None,
        compared,
        leaflet.name if leaflet else None,
        tuple(clauses(text, packet.reference)),
        reports,
        erased,
    )


def report(services: Services, person: Person, wanted: str, name: str) -> bytes:
    """The report of the validation that let a sealed document pass, as it was written then (JSON).

    Raises NotAllowed, store.ContentErased; NotFound, also for an annex that a corporation asks for.
    """
    person.needs(Permission.DOWNLOAD)
    listed, _ = following.one(services, person, wanted)
    with services.store.read() as tx:
        tx.packets.has_content(listed.packet.id)
        judged = {stored.name: stored for stored in _judged(tx, person, listed.packet)}
    if name not in judged:
        raise NotFound("The packet has no report on such a document.")
    return services.blobs.get(Judgement.read(judged[name].validation).report_sha256)


def clauses(html: str, reference: str) -> Iterator[Clause]:
    """The paragraphs of a leaflet that name the reference: only those are for the lease itself."""
    reader = _Paragraphs()
    reader.feed(html)
    reader.close()
    return (Clause(label, text) for label, text in reader.found if reference in text)


def _about_lease(
    services: Services, tx: Transaction, person: Person, packet: Packet
) -> StoredDocument | None:
    manifest = services.catalog.manifest(packet.type)
    named = {leaflet.name for leaflet in manifest.leaflets if leaflet.reference_of}
    found = (each for each in tx.documents.leaflets(packet.id) if each.name in named)
    return next((each for each in found if each.archive or not person.corporate), None)


def _judged(tx: Transaction, person: Person, packet: Packet) -> list[StoredDocument]:
    """Sealed documents with a report, as far as this person may have them."""
    sealed = (d for d in tx.documents.of(packet.id) if d.sealed_sha256 and d.validation)
    return [d for d in sealed if d.archive or not person.corporate]


def _begin(day: date | None, *, days: int = 0) -> datetime | None:
    """When a day begins in the Netherlands, or another so many days later."""
    return None if day is None else datetime.combine(day + timedelta(days=days), time(), AMSTERDAM)


def _fits(filed: Filed, words: tuple[str, ...]) -> bool:
    """Whether the words are of number, address or reference: nobody searches for a person here."""
    address = " ".join(str(part) for part in filed.address.values() if part is not None)
    text = folded(" ".join((filed.reference, filed.compact, filed.lease, filed.dossier, address)))
    return all(word in text for word in words)


def _days(sought: Sought) -> tuple[date | None, date | None]:
    found, problems = {}, {}
    for field, typed in (("since", sought.since), ("until", sought.until)):
        try:
            found[field] = date.fromisoformat(typed.strip()) if typed.strip() else None
        except ValueError:
            problems[field] = "day"
    if not problems and found["since"] and found["until"] and found["until"] < found["since"]:
        problems["until"] = "order"
    if problems:
        raise UnusableForm(problems)
    return found["since"], found["until"]


class _Paragraphs(HTMLParser):
    """Paragraphs of a document outside its tables, each with the heading above it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self._heading, self._text, self._in = "", "", ""
        self._tables = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tables += tag == "table"
        if tag in ("p", "h1", "h2", "h3"):
            self._in, self._text = tag, ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        self._tables -= tag == "table"
        if tag != self._in or self._tables:
            return
        text = " ".join(self._text.split())
        if tag == "p":
            self.found.append((self._heading, text))
        else:
            self._heading = text.lstrip("0123456789. ")
        self._in = ""
