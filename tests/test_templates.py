"""The templates keep their promises: samples fit, documents are complete, readable and conforming."""

import re
import zipfile
from io import BytesIO
from pathlib import Path

import docx
import pypdf
import pytest
from lxml import etree

import docgen
from tests import template_text
from tests.template_samples import (
    CASES,
    REFERENCE,
    SAMPLES,
    SHEETS,
    TODAY,
    TYPES,
    Case,
    Maker,
    page_of,
    page_texts,
    sample_data,
)
from tests.template_text import TEMPLATES, W

CONTEXT = {"reference", "test", "validation_url"}  # what every template is given besides the fields
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
# They only decide what is printed: which moments are whose, who signs along, who else is guided.
CONNECTING = {"parties[].role", "moments[].role", "legal_representative.co_signs", "co_tenant_guided"}
BOX_TWIPS = 66 * 20  # 62 pt of box and its padding
LONGEST_SENTENCE = 17  # words, for B1


every_case = pytest.mark.parametrize("case", CASES, ids=str)
every_type = pytest.mark.parametrize("type", TYPES)


@pytest.fixture(scope="module")
def catalog() -> docgen.Catalog:
    return docgen.Catalog(TEMPLATES)


@pytest.fixture(scope="module")
def maker(catalog: docgen.Catalog, office: docgen.Office) -> Maker:
    return Maker(catalog, office)


@pytest.mark.parametrize(("type", "sample"), SAMPLES)
def test_a_sample_has_no_problem_and_no_warning(type: str, sample: str, catalog: docgen.Catalog) -> None:
    assert docgen.check(catalog.manifest(type), sample_data(type, sample), TODAY) == []


def test_the_transfer_sample_continues_the_agreement_sample() -> None:
    agreement, transfer = sample_data("guidance-agreement", "sample"), sample_data("transfer-form", "sample")

    assert transfer["related_agreement_reference"] == REFERENCE
    for key in ("corporation", "lease_number", "address"):
        assert transfer[key] == agreement[key]
    for key in ("referring_org.name", "referring_org.kvk"):
        assert docgen.value_at(transfer, key) == docgen.value_at(agreement, key)
        assert docgen.value_at(transfer, key.replace("referring", "transferring")) == docgen.value_at(
            agreement, key
        )


@every_type
def test_every_placeholder_is_in_the_manifest(type: str, catalog: docgen.Catalog) -> None:
    manifest = catalog.manifest(type)
    known = CONTEXT | template_text.printable(manifest) | {"sig.seal"}
    for part in manifest.documents:
        marks = {f"sig.{recipient.role}" for recipient in manifest.roles(part.name)}

        assert template_text.keys(type, part.name) - known - marks == set(), part.name
        assert marks | {"sig.seal"} <= template_text.keys(type, part.name, shown=True), part.name


@every_type
def test_every_field_is_printed_and_private_ones_only_where_they_may_be(
    type: str, catalog: docgen.Catalog
) -> None:
    manifest = catalog.manifest(type)
    private = {
        key
        for key in template_text.printable(manifest)
        if template_text.field(manifest, key).visibility == "parties"
    }
    printed: set[str] = set()
    for part in manifest.documents:
        shown = template_text.with_sources(manifest, template_text.keys(type, part.name, shown=True))
        printed |= shown

        assert not (part.archive and shown & private), part.name
    assert template_text.printable(manifest) - printed - CONNECTING == set()


@every_case
def test_a_document_is_pdf_a_and_pdf_ua(case: Case, maker: Maker) -> None:
    verdict = docgen.conformance(maker.make(case, test=True).pdf)

    assert verdict == docgen.Conformance("PDF/A-2a", True, True, ())


@every_case
def test_every_mark_becomes_one_signature_field(case: Case, maker: Maker) -> None:
    made = maker.make(case)
    taking_part = docgen.recipients(*maker.values(case))
    roles = [recipient.role for recipient in taking_part if case.document in recipient.documents]
    fields = pypdf.PdfReader(BytesIO(made.pdf)).get_fields() or {}

    assert made.fields == (*roles, "seal")
    assert sorted(fields) == sorted(made.fields)
    assert all(field["/FT"] == "/Sig" for field in fields.values())


@every_case
def test_a_test_document_says_so_on_every_page_and_a_real_one_nowhere(case: Case, maker: Maker) -> None:
    assert all("TEST" in page for page in page_texts(maker.make(case, test=True)))
    assert not any("TEST" in page for page in page_texts(maker.make(case)))


@every_case
def test_every_page_has_the_reference_and_its_number(case: Case, maker: Maker) -> None:
    pages = page_texts(maker.make(case))

    for number, page in enumerate(pages, 1):
        assert f"Kenmerk {REFERENCE}" in page
        assert f"pagina {number} van {len(pages)}" in page


def test_what_is_private_does_not_reach_a_document_for_the_corporation(maker: Maker) -> None:
    for type, document in (("guidance-agreement", "core"), ("transfer-form", "form")):
        text = " ".join(page_texts(maker.make(Case(type, document, "sample"))))
        words = str(sample_data(type, "sample")["help_request"])

        assert words not in text
        assert words in " ".join(page_texts(maker.make(Case(type, "annex", "sample"))))


def test_conditional_parts_follow_the_values(maker: Maker) -> None:
    contingent = " ".join(page_texts(maker.make(Case("guidance-agreement", "core", "sample"))))
    single = " ".join(page_texts(maker.make(Case("guidance-agreement", "core", "sample-2"))))

    assert "contingent ‘Beter Wonen’" in contingent
    assert "Medehuurder Łukasz Nowak" in contingent
    assert "Vertegenwoordiger" not in contingent
    assert "eenmalige aanbieding" in single
    assert "Vertegenwoordiger Anneke in 't Veld (bewindvoerder)" in single
    assert "Medehuurder" not in single


@pytest.mark.parametrize("rows", [1, 8, 12])
def test_a_signature_block_stays_whole_when_the_text_before_it_grows(rows: int, maker: Maker) -> None:
    data = sample_data("guidance-agreement", "sample")
    arrangements = data["info_exchange"]
    assert isinstance(arrangements, list)
    longer = {**data, "info_exchange": (arrangements * 4)[:rows]}
    made = maker.make_from(Case("guidance-agreement", "core", "sample"), longer)
    pages = page_texts(made)

    for field, below in (("tenant", "teamleider wonen namens"), ("corporation", "woonconsulent namens")):
        assert below in pages[page_of(made, field)]


@pytest.mark.parametrize("case", [case for case in SHEETS if case.sample == "sample"], ids=str)
def test_a_docx_holds_nothing_that_spoils_the_pdf(case: Case) -> None:
    for part in template_text.parts(case.type, case.document):
        assert list(part.iter(f"{W}pBdr")) == [], "a paragraph border is no tagged content in PDF/UA"
        assert list(part.iter(f"{W}sym")) == [], "a symbol has no Unicode character in PDF/A-2a"
        fonts = {font for each in part.iter(f"{W}rFonts") for font in each.attrib.values()}
        assert fonts <= {"Carlito", "default"}, "another typeface is not there when the PDF is made"
        for picture in part.iter(f"{WP}inline", f"{WP}anchor"):
            assert picture.xpath("string(*[local-name()='docPr']/@descr)"), "a picture without a text"
            assert picture.get("distL") == picture.get("distR") == "0", "LibreOffice would shift it"
        for table in part.iter(f"{W}tbl"):
            assert table.find(f"{W}tr/{W}trPr/{W}tblHeader") is not None, "a table without a header row"
    assert template_text.language(case.type, case.document) == "nl-NL"


@pytest.mark.parametrize("case", [case for case in CASES if case.sample == "sample"], ids=str)
def test_a_row_with_a_mark_has_room_for_the_box_and_never_splits(case: Case) -> None:
    body = template_text.parts(case.type, case.document)[0]
    rows = [row for row in body.iter(f"{W}tr") if "sig." in str(row.xpath("string(.)"))]

    assert rows
    for row in rows:
        height = row.find(f"{W}trPr/{W}trHeight")
        assert height is not None
        assert int(height.get(f"{W}val", "0")) >= BOX_TWIPS
        assert height.get(f"{W}hRule") == "exact"
        assert row.find(f"{W}trPr/{W}cantSplit") is not None


@every_type
def test_sentences_are_short_enough_for_b1(type: str) -> None:
    for sentence in template_text.sentences(type):
        assert len(sentence.split()) <= LONGEST_SENTENCE, sentence


@pytest.mark.parametrize("case", [case for case in SHEETS if case.sample == "sample"], ids=str)
def test_a_docx_is_dressed_by_its_styles_and_not_by_hand(case: Case) -> None:
    by_hand = {"keepNext", "pageBreakBefore", "spacing"}  # what holds a page together; no space above a break
    for part in template_text.parts(case.type, case.document):
        runs = {etree.QName(each).localname for run in part.iter(f"{W}rPr") for each in run}
        paragraphs = {etree.QName(each).localname for paragraph in part.iter(f"{W}pPr") for each in paragraph}

        assert runs <= {"rStyle"}
        assert paragraphs <= {"pStyle"} | by_hand


@pytest.mark.parametrize("case", [case for case in SHEETS if case.sample == "sample"], ids=str)
def test_saving_a_docx_again_keeps_every_tag_and_picture(case: Case) -> None:
    path = TEMPLATES / case.type / f"{case.document}.docx"
    saved = BytesIO()
    docx.Document(str(path)).save(saved)

    assert _tags(saved) == _tags(path)


def _tags(file: BytesIO | Path) -> dict[str, list[bytes]]:
    """The tags and the names of the pictures in each part, in order."""
    with zipfile.ZipFile(file) as package:
        parts = [name for name in package.namelist() if re.match(r"word/(document|header|footer)", name)]
        return {
            name: re.findall(rb"\{[{%].*?[%}]\}| name=\"\w+\"", package.read(name)) for name in sorted(parts)
        }
