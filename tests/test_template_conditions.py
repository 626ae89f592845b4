"""What really occurs: a minor, a representative, a co-tenant, no lease number yet, very long names."""

import shutil
from pathlib import Path

import pytest

import docgen
from tests.template_samples import TODAY, Case, Maker, page_of, page_texts, sample_data
from tests.template_text import TEMPLATES

AGREEMENT = Case("guidance-agreement", "core", "sample")
FORM = Case("transfer-form", "form", "sample")
DOSSIER = "D00004821"
CONSENT = "legal_representative.consent_on"
ORGANISATION = "Stichting Samenwerkende Instellingen voor Wonen en Dagopvang"  # 60 characters
PERSON = "Maximiliaan Alexander van Wolfeschlegelsteinhausenbergerdorff-van Limburg Stirum"


@pytest.fixture(scope="module")
def catalog() -> docgen.Catalog:
    return docgen.Catalog(TEMPLATES)


@pytest.fixture(scope="module")
def maker(catalog: docgen.Catalog, office: docgen.Office) -> Maker:
    return Maker(catalog, office)


def test_a_tenant_under_eighteen_needs_a_representative_who_consented(catalog: docgen.Catalog) -> None:
    data = sample_data("guidance-agreement", "sample-3")
    alone = {key: value for key, value in data.items() if key != "legal_representative"}
    manifest = catalog.manifest("guidance-agreement")

    assert {problem.field for problem in docgen.check(manifest, alone, TODAY)} == {
        "legal_representative.kind",
        CONSENT,
    }
    assert docgen.check(manifest, data, TODAY) == []


def test_an_adult_needs_no_representative(catalog: docgen.Catalog) -> None:
    data = sample_data("guidance-agreement", "sample")

    assert "legal_representative" not in data
    assert docgen.check(catalog.manifest("guidance-agreement"), data, TODAY) == []


def test_the_agreement_says_who_represents_and_whether_that_person_consented(maker: Maker) -> None:
    consented = _text(maker.make(AGREEMENT._replace(sample="sample-3")))
    unknown = _text(maker.make(AGREEMENT._replace(sample="sample-2")))
    nobody = _text(maker.make(AGREEMENT))

    assert "Emine Özdemir (ouder of voogd)" in consented
    assert "Uw ouder of voogd heeft op 18 november 2026 toestemming gegeven" in consented
    assert "Is toestemming van uw mentor nodig?" in unknown
    assert "toestemming gegeven" not in unknown
    assert "tekent niet in dit document" not in nobody


def test_every_arrangement_about_information_is_printed(maker: Maker) -> None:
    text = _text(maker.make(AGREEMENT._replace(sample="sample-3")))
    rows = sample_data("guidance-agreement", "sample-3")["info_exchange"]
    assert isinstance(rows, list)

    assert len(rows) == 6
    for row in rows:
        assert " ".join(str(row["how"]).split()) in text


def test_without_a_lease_number_the_dossier_number_is_printed(tmp_path: Path, office: docgen.Office) -> None:
    data = sample_data("guidance-agreement", "sample") | {"dossier_number": DOSSIER}
    del data["lease_number"]
    maker = Maker(docgen.Catalog(_without_lease_number(tmp_path)), office)
    agreement = _text(maker.make_from(AGREEMENT, data))
    clause = _text(maker.make_from(AGREEMENT._replace(document="lease-clause"), data))

    assert f"uw huurcontract bij Woonstichting Maasterras, dossier {DOSSIER}" in agreement
    assert "Huurcontractnummer nog niet bekend" in agreement
    assert f"Daarom staat in het kenmerk het dossiernummer {DOSSIER}." in agreement
    assert f"Huurcontract dossier {DOSSIER}" in clause


def test_with_a_lease_number_nothing_is_said_about_it_being_unknown(maker: Maker) -> None:
    assert "nog niet bekend" not in _text(maker.make(AGREEMENT))


@pytest.mark.parametrize("case", [AGREEMENT, FORM], ids=str)
def test_a_signature_block_stays_whole_with_very_long_names(case: Case, maker: Maker) -> None:
    data = sample_data(case.type, case.sample)
    for key in ("referring_org", "transferring_org", "receiving_org", "corporation"):
        _rename(data.get(key), ORGANISATION)
    _rename(data["corporation_contact"], PERSON)
    made = maker.make_from(case, data)
    pages = page_texts(made)

    for field in set(made.fields) - {"tenant", "seal"}:
        block = pages[page_of(made, field)]
        assert " ".join(PERSON.split()[:2]) in block, field
        assert f"namens {ORGANISATION[:30]}" in block, field


def _without_lease_number(folder: Path) -> Path:
    """The templates as they are when a packet may be made before the lease number is known."""
    copy = shutil.copytree(TEMPLATES, folder / "templates")
    manifest = copy / "guidance-agreement" / "manifest.toml"
    text = manifest.read_text()
    lease = 'key = "lease_number"\n'
    assert text.count(lease) == 1
    manifest.write_text(text.replace(lease, f"{lease}required = false\n"))
    return copy


def _rename(table: object, name: str) -> None:
    if isinstance(table, dict):
        table["name"] = name
        _rename(table.get("signatory"), PERSON)


def _text(made: docgen.Document) -> str:
    return " ".join(page_texts(made))
