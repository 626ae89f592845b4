"""Owner of lxml here: the two MDTO files of a document, valid in MDTO-XML 1.0 to 1.0.21 (domain 4.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from lxml import etree

from signing.archive.notation import moment
from signing.archive.record import ArchiveRecord

NAMESPACE = "https://www.nationaalarchief.nl/mdto"
SCHEMA = "https://www.nationaalarchief.nl/mdto/MDTO-XML1.0.1.xsd"
LONGEST_NAME = 80  # characters; MDTO's advice for naam

# Where an identifier or a term comes from: our own, or one of MDTO's lists of terms.
OWN = "Huurzegel"
OWN_TERMS = "Begrippen Huurzegel"
LEVELS = "Begrippenlijst Aggregatieniveaus MDTO"
APPRAISALS = "Begrippenlijst Waarderingen MDTO"
EVENTS = "Begrippenlijst EventTypeLijst MDTO"
RELATIONS = "Begrippenlijst Relatietypen (informatieobject) MDTO"
RESTRICTIONS = "Begrippenlijst BeperkingGebruikTypeLijst MDTO"
CHECKSUMS = "Begrippenlijst ChecksumAlgoritme MDTO"
FORMATS = "PRONOM-register"
TRADE_REGISTER = "Handelsregister KvK"
ADDRESS_REGISTER = "Basisregistratie Adressen en Gebouwen"

APPRAISAL_LABELS = {"B": "Blijvend te bewaren", "V": "Tijdelijk te bewaren", "N": "Nader te bepalen"}
_SCHEMA_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"


@dataclass(frozen=True)
class _Term:
    """begripGegevens."""

    label: str
    list: str
    code: str | None = None


@dataclass(frozen=True)
class _Pointer:
    """verwijzingGegevens, with the identifier and its source when there is one."""

    name: str
    identifier: str | None = None
    source: str = OWN


def informatieobject(record: ArchiveRecord) -> bytes:
    """The document itself. The order of the elements is the schema's; raadpleeglocatie is never written."""
    root, top = _document("informatieobject")
    _identify(top, record.reference, OWN)
    _identify(top, record.uuid, f"{OWN} (UUID)")
    _text(top, "naam", _name(record))
    _term(top, "aggregatieniveau", _Term("Archiefstuk", LEVELS))
    # A retention that starts when the lease ends has no dates yet, and a bewaartermijn needs them.
    _text(top, "omschrijving", f"Bewaartermijn: {record.retention_rule}")
    _text(top, "omschrijving", _template(record))
    _coverage(top, record)
    _text(top, "taal", record.language)
    _events(top, record)
    _term(top, "waardering", _Term(APPRAISAL_LABELS[record.appraisal], APPRAISALS, record.appraisal))
    _pointer(top, "heeftRepresentatie", _Pointer(record.file_name, record.file_name))
    for suffix in ("json", "validation.json", "evidence.pdf", "evidence.validation.json"):
        name = f"{record.name}.{suffix}"
        _pointer(top, "aanvullendeMetagegevens", _Pointer(name, name))
    _relations(top, record)
    _pointer(top, "archiefvormer", _corporation(record))
    _people(top, record)
    _restriction(top)
    return _bytes(root)


def bestand(record: ArchiveRecord) -> bytes:
    """The PDF: size, format and one checksum."""
    root, top = _document("bestand")
    _identify(top, record.file_name, OWN)
    _text(top, "naam", record.file_name)
    _text(top, "omvang", str(record.size))
    label = f"Acrobat {record.flavour[:5]} - Portable Document Format {record.flavour[6:]}"
    _term(top, "bestandsformaat", _Term(label, FORMATS, record.format))
    checksum = _inside(top, "checksum")
    _term(checksum, "checksumAlgoritme", _Term("SHA-256", CHECKSUMS))
    _text(checksum, "checksumWaarde", record.sha256)
    _text(checksum, "checksumDatum", moment(record.renewed.at if record.renewed else record.sealed_at))
    _pointer(top, "isRepresentatieVan", _Pointer(_name(record), record.reference))
    return _bytes(root)


def _name(record: ArchiveRecord) -> str:
    """Title and reference, at most 80 characters; the reference stays whole."""
    title = f"TEST {record.title}" if record.test else record.title
    room = LONGEST_NAME - len(record.reference) - 1
    short = title if len(title) <= room else title[: room - 1].rstrip() + "…"
    return f"{short} {record.reference}"


def _template(record: ArchiveRecord) -> str:
    return f"Sjabloon: {record.type}, versie {record.template_version}, sha256 {record.template_sha256}"


def _coverage(top: etree._Element, record: ArchiveRecord) -> None:
    if record.start_date:
        _period(top, "Looptijd", record.start_date, record.end_date)
    if record.transfer_date:
        _period(top, "Overdracht", record.transfer_date, None)
    if record.bag_vbo_id:
        name = f"BAG-verblijfsobject {record.bag_vbo_id}"
        _pointer(top, "dekkingInRuimte", _Pointer(name, record.bag_vbo_id, ADDRESS_REGISTER))
    if record.unit_code:
        name = f"Eenheid {record.unit_code}"
        _pointer(top, "dekkingInRuimte", _Pointer(name, record.unit_code, record.corporation.name))


def _period(top: etree._Element, kind: str, begin: date, end: date | None) -> None:
    period = _inside(top, "dekkingInTijd")
    _term(period, "dekkingInTijdType", _Term(kind, OWN_TERMS))
    _text(period, "dekkingInTijdBegindatum", begin.isoformat())
    if end:
        _text(period, "dekkingInTijdEinddatum", end.isoformat())


def _events(top: etree._Element, record: ArchiveRecord) -> None:
    for signed_at in record.signed_at:
        _event(top, "Accordering", signed_at, None, "Ondertekend door een partij")
    if record.acknowledged_at:
        _event(top, "Ontvangst", record.acknowledged_at, _corporation(record), "Getekend voor ontvangst")
    sealed = "Verzegeld met een elektronisch zegel en een tijdstempel (PAdES)"
    _event(top, "Bevriezing", record.sealed_at, None, sealed)
    if record.renewed:
        again = (
            f"Tijdstempel vernieuwd, voor de {record.renewed.number}e keer; de inhoud is dezelfde gebleven"
        )
        _event(top, "Vernieuwing van het tijdstempel", record.renewed.at, None, again, OWN_TERMS)


def _event(
    top: etree._Element, kind: str, at: datetime, actor: _Pointer | None, result: str, terms: str = EVENTS
) -> None:
    event = _inside(top, "event")
    _term(event, "eventType", _Term(kind, terms))
    _text(event, "eventTijd", moment(at))
    if actor:
        _pointer(event, "eventVerantwoordelijkeActor", actor)
    _text(event, "eventResultaat", result)


def _relations(top: etree._Element, record: ArchiveRecord) -> None:
    for kind, said, number in (
        ("Huurovereenkomst", record.lease_number_raw, record.lease_number_norm),
        ("Dossier", record.dossier_number, record.dossier_number),
    ):
        if said:
            _relation(top, "Refereert aan", _Pointer(f"{kind} {said}", number, record.corporation.name))
    if record.related_reference:
        related = _Pointer(record.related_reference, record.related_reference)
        _relation(top, "Refereert aan", related)
    if record.supersedes:
        _relation(top, "Vervangt", _Pointer(record.supersedes, record.supersedes))


def _relation(top: etree._Element, kind: str, other: _Pointer) -> None:
    relation = _inside(top, "gerelateerdInformatieobject")
    _pointer(relation, "gerelateerdInformatieobjectVerwijzing", other)
    _term(relation, "gerelateerdInformatieobjectTypeRelatie", _Term(kind, RELATIONS))


def _people(top: etree._Element, record: ArchiveRecord) -> None:
    _person(top, "Huurder", _Pointer(record.tenant.name))
    for party in record.parties:
        _person(top, party.label, _Pointer(party.organisation, party.kvk, TRADE_REGISTER))


def _person(top: etree._Element, role: str, actor: _Pointer) -> None:
    person = _inside(top, "betrokkene")
    _term(person, "betrokkeneTypeRelatie", _Term(role, OWN_TERMS))
    _pointer(person, "betrokkeneActor", actor)


def _restriction(top: etree._Element) -> None:
    restriction = _inside(top, "beperkingGebruik")
    _term(restriction, "beperkingGebruikType", _Term("Overig", RESTRICTIONS))
    _text(
        restriction,
        "beperkingGebruikNadereBeschrijving",
        "Bevat persoonsgegevens; alleen voor medewerkers die er voor hun taak bij moeten",
    )


def _corporation(record: ArchiveRecord) -> _Pointer:
    return _Pointer(record.corporation.name, record.corporation.kvk, TRADE_REGISTER)


def _document(kind: str) -> tuple[etree._Element, etree._Element]:
    root = etree.Element(f"{{{NAMESPACE}}}MDTO", nsmap={None: NAMESPACE})  # type: ignore[dict-item]  # its stubs lack the default
    root.set(_SCHEMA_LOCATION, f"{NAMESPACE} {SCHEMA}")
    return root, _inside(root, kind)


def _identify(parent: etree._Element, identifier: str, source: str, name: str = "identificatie") -> None:
    element = _inside(parent, name)
    _text(element, "identificatieKenmerk", identifier)
    _text(element, "identificatieBron", source)


def _term(parent: etree._Element, name: str, term: _Term) -> None:
    element = _inside(parent, name)
    _text(element, "begripLabel", term.label)
    if term.code:
        _text(element, "begripCode", term.code)
    _pointer(element, "begripBegrippenlijst", _Pointer(term.list))


def _pointer(parent: etree._Element, name: str, pointer: _Pointer) -> None:
    element = _inside(parent, name)
    _text(element, "verwijzingNaam", pointer.name)
    if pointer.identifier:
        _identify(element, pointer.identifier, pointer.source, "verwijzingIdentificatie")


def _text(parent: etree._Element, name: str, text: str) -> None:
    _inside(parent, name).text = text


def _inside(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
