"""What really occurs: who else signs, minors, no lease number yet, no e-mail, two tenants, long names."""

import pytest

import docgen
from tests.template_samples import TODAY, Case, Maker, page_of, page_texts, sample_data
from tests.template_text import TEMPLATES

AGREEMENT = Case("guidance-agreement", "core", "sample")
FORM = Case("transfer-form", "form", "sample")
SPECIAL = AGREEMENT._replace(sample="sample-4")  # a mentor signs along; no lease number, no e-mail
SPECIAL_FORM = FORM._replace(sample="sample-3")
DOSSIER = "D00004822"
CONSENT = "legal_representative.consent_on"
ORGANISATION = "Stichting Samenwerkende Instellingen voor Wonen en Dagopvang"  # 60 characters
PERSON = "Maximiliaan Alexander van Wolfeschlegelsteinhausenbergerdorff-van Limburg Stirum"
TENANT = {"given_names": "Maximiliana Wilhelmina", "prefix": "van den", "family_name": PERSON.split()[3]}
LATER = "Deze overeenkomst geldt pas als ook uw {kind} heeft getekend."
SIGNING_ALONG = {
    "mentor": "Een mentor gaat over zorg en begeleiding.",
    "curator": "Een curator gaat over geld, en ook over zorg en begeleiding.",
    "bewindvoerder": "Dat is alleen voor de afspraken over geld.",
    "ouder_voogd": "Dat is nodig zolang u nog geen 18 jaar bent.",
    "gemachtigde": "U heeft deze persoon daarvoor zelf een machtiging gegeven.",
}


@pytest.fixture(scope="module")
def catalog() -> docgen.Catalog:
    return docgen.Catalog(TEMPLATES)


@pytest.fixture(scope="module")
def maker(catalog: docgen.Catalog, office: docgen.Office) -> Maker:
    return Maker(catalog, office)


@pytest.mark.parametrize("case", [AGREEMENT, FORM], ids=str)
def test_a_representative_who_signs_along_needs_a_kind_a_name_and_an_address(
    case: Case, catalog: docgen.Catalog
) -> None:
    data = sample_data(case.type, "sample") | {"legal_representative": {"co_signs": True}}
    problems = docgen.check(catalog.manifest(case.type), data, TODAY)

    assert {problem.field for problem in problems} == {
        f"legal_representative.{key}" for key in ("kind", "name", "email")
    }


@pytest.mark.parametrize("case", [AGREEMENT, FORM], ids=str)
def test_without_lease_number_and_without_dossier_number_nothing_is_made(
    case: Case, catalog: docgen.Catalog
) -> None:
    data = sample_data(case.type, "sample")
    del data["lease_number"]
    problems = docgen.check(catalog.manifest(case.type), data, TODAY)

    assert problems
    assert {problem.field for problem in problems} <= {"lease_number", "dossier_number", "lease"}


def test_a_tenant_under_eighteen_needs_a_representative_who_consented(catalog: docgen.Catalog) -> None:
    data = sample_data("guidance-agreement", "sample-3")
    alone = {key: value for key, value in data.items() if key != "legal_representative"}
    manifest = catalog.manifest("guidance-agreement")

    assert {problem.field for problem in docgen.check(manifest, alone, TODAY)} >= {
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
    assert "Is toestemming van uw bewindvoerder nodig?" in unknown
    assert "toestemming gegeven" not in unknown
    assert "tekent niet in dit document" not in nobody


def test_half_a_representative_is_printed_as_far_as_it_is_known(maker: Maker) -> None:
    data = sample_data("guidance-agreement", "sample")
    no_name = _text(maker.make_from(AGREEMENT, data | {"legal_representative": {"kind": "mentor"}}))
    no_kind = _text(
        maker.make_from(AGREEMENT, data | {"legal_representative": {"name": "Anneke in 't Veld"}})
    )

    assert "Vertegenwoordiger mentor, naam nog niet bekend" in no_name
    assert "Is toestemming van uw mentor nodig?" in no_name
    assert "Vertegenwoordiger Anneke in 't Veld" in no_kind
    assert "Uw  " not in no_kind
    assert "tekent niet in dit document" not in no_kind


@pytest.mark.parametrize("kind", SIGNING_ALONG)
def test_the_agreement_says_why_a_representative_signs_along(kind: str, maker: Maker) -> None:
    data = sample_data("guidance-agreement", "sample-4")
    representative = data["legal_representative"]
    assert isinstance(representative, dict)
    text = _text(maker.make_from(SPECIAL, data | {"legal_representative": {**representative, "kind": kind}}))

    assert SIGNING_ALONG[kind] in text
    assert LATER.format(kind=kind.replace("_", " of ")) in text
    assert "tekent niet in dit document" not in text
    assert not any(words in text for other, words in SIGNING_ALONG.items() if other != kind)


@pytest.mark.parametrize("case", [SPECIAL, SPECIAL_FORM], ids=str)
def test_a_representative_has_a_block_of_its_own_in_both_documents(case: Case, maker: Maker) -> None:
    for made in (maker.make(case), maker.make(case._replace(document="annex"))):
        block = page_texts(made)[page_of(made, "representative")]

        assert "Geert-Jan op 't Hof mentor voor Nguyễn Thị Ánh-Vermeulen" in block


@pytest.mark.parametrize("case", [AGREEMENT, FORM], ids=str)
def test_without_a_co_signing_representative_there_is_no_block_for_one(case: Case, maker: Maker) -> None:
    for made in (maker.make(case), maker.make(case._replace(document="annex"))):
        assert "representative" not in made.fields
        assert "Vertegenwoordiger van de huurder" not in _text(made)


@pytest.mark.parametrize("case", [SPECIAL, SPECIAL_FORM], ids=str)
def test_without_an_address_the_link_has_a_host_whose_address_is_known(case: Case, maker: Maker) -> None:
    manifest, values = maker.values(case)
    tenant = next(role for role in docgen.recipients(manifest, values) if role.role == "tenant")

    assert docgen.value_at(values, tenant.email) is None
    assert docgen.value_at(values, str(tenant.host_name)) == "Fatma Yılmaz"
    assert docgen.value_at(values, str(tenant.host_email)) == "f.yilmaz@tussenthuis.example.nl"


def test_two_guided_tenants_each_have_an_agreement_of_their_own(maker: Maker) -> None:
    both = "De medehuurder krijgt ook begeleiding en heeft daarvoor een eigen overeenkomst"

    assert both in _text(maker.make(SPECIAL))
    assert both not in _text(maker.make(AGREEMENT))
    assert "De medehuurder is geen partij bij deze overeenkomst." in _text(maker.make(AGREEMENT))


def test_the_kind_of_lease_is_printed_where_it_matters(maker: Maker) -> None:
    endless, fixed, young = (
        _text(maker.make(AGREEMENT._replace(sample=sample))) for sample in ("sample", "sample-2", "sample-3")
    )
    clause = _text(maker.make(AGREEMENT._replace(document="lease-clause")))

    assert "Soort huur onbepaalde tijd" in endless
    assert "Uw huurcontract is voor onbepaalde tijd." in endless
    assert "Uw huurcontract is voor bepaalde tijd. De einddatum staat in dat contract." in fixed
    assert "Heeft u een huurcontract voor bepaalde tijd?" in young
    assert "0012345678, onbepaalde tijd, ingangsdatum 1 december 2026" in clause


def test_every_arrangement_about_information_is_printed(maker: Maker) -> None:
    text = _text(maker.make(AGREEMENT._replace(sample="sample-3")))
    rows = sample_data("guidance-agreement", "sample-3")["info_exchange"]
    assert isinstance(rows, list)

    assert len(rows) == 6
    for row in rows:
        assert " ".join(str(row["how"]).split()) in text


def test_without_a_lease_number_the_dossier_number_is_printed(maker: Maker) -> None:
    agreement = _text(maker.make(SPECIAL))

    assert f"uw huurcontract bij Bosch & Exel Wonen, dossier {DOSSIER}" in agreement
    assert "Huurcontractnummer nog niet bekend" in agreement
    assert f"Daarom staat in het kenmerk het dossiernummer {DOSSIER}." in agreement
    assert f"Huurcontract dossier {DOSSIER}" in _text(maker.make(SPECIAL._replace(document="lease-clause")))
    assert f"Het dossiernummer is {DOSSIER}." in _text(maker.make(SPECIAL_FORM))


@pytest.mark.parametrize("case", [AGREEMENT, FORM], ids=str)
def test_with_a_lease_number_nothing_is_said_about_it_being_unknown(case: Case, maker: Maker) -> None:
    assert "nog niet bekend" not in _text(maker.make(case))


def test_a_request_for_help_that_was_not_discussed_is_not_said_to_be_discussed(maker: Maker) -> None:
    discussed, not_yet = _text(maker.make(FORM)), _text(maker.make(SPECIAL_FORM))

    assert "Uw oude begeleider heeft u geholpen om uw hulpvraag te vertellen." in discussed
    assert "Uw oude begeleider heeft u geholpen" not in not_yet
    assert "Uw hulpvraag is nog niet helemaal besproken." in not_yet


@pytest.mark.parametrize("case", [SPECIAL, SPECIAL_FORM], ids=str)
def test_a_signature_block_stays_whole_with_very_long_names(case: Case, maker: Maker) -> None:
    data = sample_data(case.type, case.sample)
    for key in ("referring_org", "transferring_org", "receiving_org", "corporation"):
        _rename(data.get(key), ORGANISATION)
    for key in ("corporation_contact", "legal_representative"):
        _rename(data[key], PERSON)
    tenant = data["tenant"]
    assert isinstance(tenant, dict)
    made = maker.make_from(case, data | {"tenant": tenant | TENANT})
    pages = page_texts(made)

    for field in set(made.fields) - {"tenant", "seal"}:
        block = pages[page_of(made, field)]
        assert " ".join(PERSON.split()[:2]) in block, field
        assert field == "representative" or f"namens {ORGANISATION[:30]}" in block, field
    assert f"{PERSON.split()[3]} huurder" in pages[page_of(made, "tenant")].replace("- ", "-")


def _rename(table: object, name: str) -> None:
    if isinstance(table, dict):
        table["name"] = name
        _rename(table.get("signatory"), PERSON)


def _text(made: docgen.Document) -> str:
    return " ".join(page_texts(made))
