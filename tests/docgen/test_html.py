from __future__ import annotations

import io

import docx
import pytest
from bs4 import BeautifulSoup

import docgen
from docgen.html import html
from docgen.render import fill
from tests.docgen import samples

BOOKMARKS = {"tenant": "sigtenant", "seal": "sigseal"}


def shown(lines: list[str], *, test: bool = False, context: dict[str, object] | None = None) -> str:
    word = samples.word([*lines, "{{r sig.tenant }}", "{{r sig.seal }}"], footer="")
    return html(fill(word, context or {}, BOOKMARKS, title="T"), BOOKMARKS, test=test)


def test_what_is_no_docx_is_refused() -> None:
    with pytest.raises(docgen.TemplateFault):
        html(b"no zip", BOOKMARKS)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:x'>x</a>",
        "&lt;b&gt;",
        "</p>",
    ],
)
def test_a_value_cannot_become_markup(text: str) -> None:
    page = BeautifulSoup(shown(["{{ value }}"], context={"value": text}), "html.parser")
    assert page.find(["script", "img", "a", "b"]) is None
    assert text in page.get_text()


def test_a_link_in_a_template_loses_its_address_and_keeps_its_words() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph()
    link = paragraph.part.relate_to(
        "javascript:alert(1)", docx.opc.constants.RELATIONSHIP_TYPE.HYPERLINK, True
    )
    element = docx.oxml.OxmlElement("w:hyperlink")
    element.set(docx.oxml.ns.qn("r:id"), link)
    paragraph.add_run("klik hier")
    element.append(paragraph.runs[0]._r)
    paragraph._p.append(element)
    assert html(samples.saved(document), {}) == "<p>klik hier</p>"


def test_no_attribute_comes_through_but_our_own() -> None:
    page = BeautifulSoup(shown(["# Kop", "tekst"]), "html.parser")
    assert {name for tag in page.find_all() for name in tag.attrs} == {"class", "data-role"}


def test_a_mark_becomes_an_empty_place_with_its_role() -> None:
    page = BeautifulSoup(shown([]), "html.parser")
    assert [tag["data-role"] for tag in page.select("span.signature-mark")] == ["tenant", "seal"]


def test_headings_lists_and_tables_keep_their_meaning() -> None:
    document = docx.Document()
    document.add_heading("Titel", 0)
    document.add_heading("Deel", 1)
    document.add_paragraph("punt", style="List Bullet")
    table = document.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "breed"
    page = html(samples.saved(document), {})
    assert page.startswith("<h1>Titel</h1><h2>Deel</h2><ul><li>punt</li></ul><table>")
    assert '<td colspan="2">' in page


def test_the_test_mark_comes_first_and_only_when_asked() -> None:
    assert shown(["tekst"], test=True).startswith('<p class="test-mark"><strong>TEST</strong></p><p>tekst')
    assert "TEST" not in shown(["tekst"])


def test_html_holds_the_words_of_the_document(core: docgen.Document) -> None:
    text = BeautifulSoup(io.StringIO(core.html), "html.parser").get_text()
    assert "Van 1 december 2026 tot en met 30 november 2028. Gesproken: ja." in text
