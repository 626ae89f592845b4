"""The leaflets tell their reader on one page what counts; logo and QR code stand quietly on every page."""

import re
import zipfile
from html import unescape
from io import BytesIO

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as raw  # type: ignore[import-untyped]
import pytest
from lxml import etree

import docgen
from tests import template_text
from tests.template_samples import CASES, LEAFLETS, REFERENCE, SHEETS, Case, Maker, page_texts, sample_data
from tests.template_text import TEMPLATES

A4 = (595, 842)  # points
EDGE = 14  # points; many printers leave out the last 5 mm
SUMMARIES = [case for case in LEAFLETS if case.document == "summary"]
CLAUSES = [case for case in LEAFLETS if case.document == "lease-clause"]
FIRST = [case for case in SHEETS if case.sample == "sample"]
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
LONG = "Samenwerkende Instellingen voor Opvang, Wonen en Begeleiding Wolfeschlegelsteinhausenbergerdorff"
LONGEST = 100  # characters of a name
# The two registers of the reference clause as the partnership wrote them; a lease quotes them word for word.
PLAIN = (
    "Begeleiding hoort bij deze huur. U huurt deze woning met begeleiding. Daarom heeft u ook een "
    "begeleidingsovereenkomst getekend met {organisation}. Het kenmerk is {reference}. De "
    "huurovereenkomst en de begeleidingsovereenkomst horen bij elkaar. U doet mee met de begeleiding "
    "zolang de begeleidingsovereenkomst loopt. Krijgt u begeleiding van een andere organisatie? Dan "
    "blijft deze afspraak gelden. Wij krijgen daarvan een overdrachtsformulier. Houdt u zich niet aan "
    "de afspraken? Dan praten wij eerst met u en uw begeleider. Het kan gevolgen hebben voor uw huur."
)
LEGAL = (
    "Aan deze huurovereenkomst is onlosmakelijk verbonden de begeleidingsovereenkomst met kenmerk "
    "{reference}, gesloten tussen huurder en {organisation} (KvK {kvk}), alsmede de daarbij behorende "
    "addenda en overdrachtsformulieren met hetzelfde huurcontractnummer. Huurder verplicht zich "
    "gedurende de looptijd van de begeleidingsovereenkomst mee te werken aan de begeleiding. Overdracht"
    " van de begeleiding wijzigt deze verplichting niet. Verhuurder betrekt huurder en de begeleidende "
    "organisatie tijdig voordat verhuurder maatregelen neemt die tot ontbinding kunnen leiden."
)


@pytest.fixture(scope="module")
def catalog() -> docgen.Catalog:
    return docgen.Catalog(TEMPLATES)


@pytest.fixture(scope="module")
def maker(catalog: docgen.Catalog, office: docgen.Office) -> Maker:
    return Maker(catalog, office)


@pytest.mark.parametrize("case", LEAFLETS, ids=str)
def test_a_leaflet_is_one_page_that_nobody_signs_and_conforms(case: Case, maker: Maker) -> None:
    made = maker.make(case, test=True)

    assert (made.pages, made.fields) == (1, ())
    assert docgen.conformance(made.pdf) == docgen.Conformance("PDF/A-2a", True, True, ())


@pytest.mark.parametrize("case", [case for case in LEAFLETS if case.sample == "sample"], ids=str)
def test_a_leaflet_asks_only_for_what_everybody_may_see(case: Case, maker: Maker) -> None:
    manifest, _ = maker.values(case)
    shared = {key for key in template_text.printable(manifest) if _visibility(manifest, key) == "all"}

    assert template_text.keys(case.type, case.document) <= shared | {"reference", "test", "validation_url"}


@pytest.mark.parametrize("case", SUMMARIES, ids=str)
def test_a_summary_tells_who_and_when_and_whom_to_call(case: Case, maker: Maker) -> None:
    manifest, values = maker.values(case)
    text = _text(case, maker)
    assert manifest.contact is not None
    for key in (manifest.contact.name, manifest.contact.organisation):
        assert str(docgen.value_at(values, str(key))) in text
    phone = str(docgen.value_at(values, str(manifest.contact.phone)))

    assert docgen.spoken_phone(phone) in text
    assert "Dan kan dat gevolgen hebben voor het wonen in uw woning." in text  # R6


@pytest.mark.parametrize("case", CLAUSES, ids=str)
def test_the_lease_clause_has_both_registers_and_a_line_for_machines(case: Case, maker: Maker) -> None:
    _, values = maker.values(case)
    html = maker.make(case).html
    words = unescape(re.sub(r"<[^>]*>", "", html))
    given = {
        "organisation": docgen.value_at(values, "referring_org.name"),
        "kvk": docgen.value_at(values, "referring_org.kvk"),
        "reference": REFERENCE,
    }

    assert PLAIN.format(**given) in words
    assert LEGAL.format(**given) in words
    assert f"<p>Begeleidingsovereenkomst: {REFERENCE}</p>" in html


@pytest.mark.parametrize("case", [case for case in LEAFLETS if case.sample == "sample"], ids=str)
def test_a_leaflet_stays_one_page_with_the_longest_names(case: Case, maker: Maker) -> None:
    manifest, _ = maker.values(case)
    data = sample_data(case.type, case.sample)
    for field in manifest.fields:
        if field.derive is None and field.key.endswith(".name"):
            _put(data, field.key, LONG[: field.max or LONGEST])

    assert maker.make_from(case, data).pages == 1


@pytest.mark.parametrize("case", FIRST, ids=str)
def test_the_header_has_a_logo_to_replace_and_the_footer_a_place_for_the_code(case: Case) -> None:
    assert _pictures(case, "word/header1.xml") == ["logo"]
    assert _pictures(case, "word/footer1.xml") == ["qr"]


@pytest.mark.parametrize("case", [case for case in (*CASES, *LEAFLETS) if case.sample == "sample"], ids=str)
def test_the_code_stands_clear_of_all_text_and_of_the_edge_on_every_page(case: Case, maker: Maker) -> None:
    with pypdfium2.PdfDocument(BytesIO(maker.make(case).pdf)) as pdf:
        for page in pdf:
            boxes = [each.get_bounds() for each in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE])]
            left, bottom, right, top = min(boxes, key=lambda box: box[1])

            assert bottom > EDGE
            assert right < A4[0] - EDGE
            assert top < A4[1] / 8
            assert page.get_textpage().get_text_bounded(left, bottom, right, top).strip() == ""


def _put(data: dict[str, object], key: str, value: str) -> None:
    *tables, last = key.split(".")
    for table in tables:
        inner = data.setdefault(table, {})
        assert isinstance(inner, dict)
        data = inner
    data[last] = value


def _visibility(manifest: docgen.Manifest, key: str) -> str:
    return template_text.field(manifest, key).visibility


def _text(case: Case, maker: Maker) -> str:
    return " ".join(page_texts(maker.make(case)))


def _pictures(case: Case, part: str) -> list[str]:
    with zipfile.ZipFile(TEMPLATES / case.type / f"{case.document}.docx") as docx:
        root = etree.fromstring(docx.read(part))
    return [str(properties.get("name")) for properties in root.iter(f"{WP}docPr")]
