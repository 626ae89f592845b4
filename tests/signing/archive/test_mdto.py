"""MDTO: valid in every version of the schema, and by the intake rules of a real archive."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from signing.archive import ArchiveRecord, Corporation, Party, Tenant, mdto
from tests.signing.archive.samples import DOSSIER, RECORD, RENEWED, TRANSFER

SCHEMAS = sorted((Path(__file__).parent / "mdto").glob("*.xsd"))
NS = {"m": mdto.NAMESPACE}
LONG = replace(
    RECORD,
    title="Overeenkomst over begeleiding bij het wonen in een woning van een woningcorporatie, lang",
    corporation=Corporation("MTR", "Woningstichting " + "x " * 120 + "Noord", "30123456"),
    tenant=Tenant("ş" * 200),
    parties=tuple(Party(f"org_{n}", f"Organisatie {n}", "Stichting " + "y" * 200) for n in range(5)),
)
RECORDS = pytest.mark.parametrize(
    "record",
    [RECORD, TRANSFER, LONG, RENEWED, DOSSIER],
    ids=["agreement", "transfer", "long", "renewed", "dossier"],
)


def texts(data: bytes, path: str) -> list[str]:
    return [element.text for element in etree.fromstring(data).iterfind(path, NS)]


@pytest.fixture(scope="module", params=SCHEMAS, ids=lambda path: path.stem)
def schema(request: pytest.FixtureRequest) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(request.param))


def test_all_four_versions_of_the_schema_are_here() -> None:
    assert [path.stem[8:] for path in SCHEMAS] == ["1.0.1", "1.0.2", "1.0.21", "1.0"]


@RECORDS
def test_both_files_are_valid_in_every_version(schema: etree.XMLSchema, record: ArchiveRecord) -> None:
    for data in (mdto.informatieobject(record), mdto.bestand(record)):
        schema.validate(etree.fromstring(data))
        assert not schema.error_log


def test_the_schemas_do_refuse_what_is_wrong(schema: etree.XMLSchema) -> None:
    for wrong in (
        mdto.informatieobject(RECORD).replace(b"waardering>", b"waarde>"),
        mdto.bestand(RECORD).replace(b"omvang>", b"omvang2>"),
    ):
        assert not schema.validate(etree.fromstring(wrong))


@RECORDS
def test_the_document_passes_the_intake_rules_of_the_noord_hollands_archief(record: ArchiveRecord) -> None:
    data = mdto.informatieobject(record)
    assert len(texts(data, "m:informatieobject/m:aggregatieniveau")) == 1
    (level,) = texts(data, "m:informatieobject/m:aggregatieniveau/m:begripLabel")
    assert re.fullmatch("Archief|Serie|Dossier|Zaak|Archiefstuk", level)
    restriction = "m:informatieobject/m:beperkingGebruik"
    assert len(texts(data, restriction)) == 1
    assert len(texts(data, f"{restriction}/m:beperkingGebruikType/m:begripLabel")) == 1


@RECORDS
def test_the_file_passes_the_intake_rules_of_the_noord_hollands_archief(record: ArchiveRecord) -> None:
    data = mdto.bestand(record)
    assert texts(data, "m:bestand/m:checksum/m:checksumAlgoritme/m:begripLabel") == ["SHA-256"]
    assert texts(data, "m:bestand/m:checksum/m:checksumWaarde") == [record.sha256]


@RECORDS
def test_there_is_no_viewing_place_no_blank_and_no_long_name(record: ArchiveRecord) -> None:
    for data in (mdto.informatieobject(record), mdto.bestand(record)):
        assert b"raadpleeglocatie" not in data
        for element in etree.fromstring(data).iter():
            assert len(element) or (element.text or "").strip()
    (name,) = texts(mdto.informatieobject(record), "m:informatieobject/m:naam")
    assert len(name) <= 80
    assert name.endswith(record.reference)


def test_the_document_is_known_by_its_reference_and_says_whose_it_is() -> None:
    data = mdto.informatieobject(RECORD)
    top = "m:informatieobject"
    assert texts(data, f"{top}/m:identificatie/m:identificatieKenmerk") == [RECORD.reference, RECORD.uuid]
    assert texts(data, f"{top}/m:identificatie/m:identificatieBron")[0] == "Huurzegel"
    assert texts(data, f"{top}/m:archiefvormer/m:verwijzingNaam") == ["Woonstichting 't Möhlenbroek & <Zn>"]
    assert texts(data, f"{top}/m:betrokkene/m:betrokkeneActor/m:verwijzingNaam") == [
        "Amina Şahin-Wałęsa van 't O'Neill",
        "Stichting Voorbeeld Opvang",
    ]
    assert texts(data, f"{top}/m:taal") == ["nl"]
    assert texts(data, f"{top}/m:waardering/m:begripCode") == ["V"]
    assert texts(data, f"{top}/m:waardering/m:begripLabel") == ["Tijdelijk te bewaren"]
    assert texts(data, f"{top}/m:bewaartermijn") == []


def test_the_document_says_when_it_holds_and_what_happened_to_it() -> None:
    data = mdto.informatieobject(RECORD)
    period = "m:informatieobject/m:dekkingInTijd"
    assert texts(data, f"{period}/m:dekkingInTijdBegindatum") == ["2026-12-01"]
    assert texts(data, f"{period}/m:dekkingInTijdEinddatum") == ["2028-11-30"]
    event = "m:informatieobject/m:event"
    assert texts(data, f"{event}/m:eventType/m:begripLabel") == [
        "Accordering",
        "Accordering",
        "Ontvangst",
        "Bevriezing",
    ]
    assert texts(data, f"{event}/m:eventTijd")[-1] == "2026-11-24T09:00:00Z"


def test_a_transfer_form_points_to_the_lease_and_to_its_agreement() -> None:
    data = mdto.informatieobject(TRANSFER)
    pointer = "m:informatieobject/m:gerelateerdInformatieobject/m:gerelateerdInformatieobjectVerwijzing"
    assert texts(data, f"{pointer}/m:verwijzingNaam") == [
        "Huurovereenkomst 00.1234.5678",
        "MTR-0012345678-BGO01-C",
    ]
    assert texts(data, "m:informatieobject/m:dekkingInTijd/m:dekkingInTijdBegindatum") == ["2027-06-01"]
    assert texts(data, "m:informatieobject/m:naam") == ["TEST Overdrachtsformulier MTR-0012345678-OVD01-4"]


def test_the_file_says_size_format_and_what_it_represents() -> None:
    data = mdto.bestand(TRANSFER)
    assert texts(data, "m:bestand/m:omvang") == [str(TRANSFER.size)]
    assert texts(data, "m:bestand/m:bestandsformaat/m:begripCode") == ["fmt/478"]
    assert texts(data, "m:bestand/m:bestandsformaat/m:begripLabel") == [
        "Acrobat PDF/A - Portable Document Format 2u"
    ]
    represents = "m:bestand/m:isRepresentatieVan/m:verwijzingIdentificatie/m:identificatieKenmerk"
    assert texts(data, represents) == [TRANSFER.reference]


def test_equal_records_are_equal_bytes() -> None:
    assert mdto.informatieobject(RECORD) == mdto.informatieobject(replace(RECORD))
    assert mdto.bestand(RECORD) == mdto.bestand(replace(RECORD))


def test_the_template_is_named_with_its_version_and_hash() -> None:
    said = texts(mdto.informatieobject(RECORD), "m:informatieobject/m:omschrijving")
    assert f"Sjabloon: guidance-agreement, versie 1.0.0, sha256 {RECORD.template_sha256}" in said


def test_a_renewal_is_an_event_of_the_same_document_with_a_file_of_its_own() -> None:
    data = mdto.informatieobject(RENEWED)
    assert texts(data, "m:informatieobject/m:identificatie/m:identificatieKenmerk")[0] == RECORD.reference
    assert texts(data, "m:informatieobject/m:event/m:eventTijd")[-1] == "2035-11-01T03:00:00Z"
    assert texts(data, "m:informatieobject/m:heeftRepresentatie/m:verwijzingNaam") == [
        f"{RECORD.reference}-renewal-1.pdf"
    ]
    file = mdto.bestand(RENEWED)
    assert texts(file, "m:bestand/m:checksum/m:checksumDatum") == ["2035-11-01T03:00:00Z"]
