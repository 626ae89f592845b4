from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path

import pypdfium2
import pytest
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject

import docgen
from docgen.reading import _marked_text, read_aloud
from docgen.sameness import difference, spoken, words


def test_what_is_no_pdf_cannot_be_read() -> None:
    with pytest.raises(docgen.UnusablePdf):
        read_aloud(b"no PDF")


@pytest.mark.parametrize(
    ("changed", "to", "told"),
    [
        ("Van 1 december", "Vanaf 1 december", "the PDF says “Van 1 december"),
        ("Gesproken: ja.", "Gesproken: ja. Niet.", "and the screen “Niet. Contingent"),
        ("<p>Huurder: Samen, 24 december 2026</p>", "", "the PDF says “Huurder: Samen,"),
        ("tot en met", "met tot en", "the screen “met tot en"),
    ],
)
def test_other_missing_added_or_moved_words_are_told_with_those_before_them(
    core: docgen.Document, changed: str, to: str, told: str
) -> None:
    assert changed in core.html
    found = difference(core.pdf, core.html.replace(changed, to))
    assert found is not None
    assert told in found


def test_words_after_the_end_are_told(core: docgen.Document) -> None:
    assert "the PDF says nothing more and the screen “En nog iets.”" in str(
        difference(core.pdf, core.html + "<p>En nog iets.</p>")
    )


def test_capitals_pictures_spaces_and_the_test_mark_do_not_count(core: docgen.Document) -> None:
    assert "test-mark" in core.html
    other = core.html.replace("Gesproken", "GESPROKEN").replace("tot en met", "tot  en\n met")
    other = f'{other}<span class="picture">[een logo]</span>'
    assert difference(core.pdf, other) is None


def test_a_list_is_read_with_its_labels() -> None:
    page = "<ul><li>a<ol start='3'><li>b</li><li>c</li></ol></li></ul><p>d<br/>e</p>"
    assert words(spoken(page)) == ["•", "a", "3.", "b", "4.", "c", "d", "e"]


def test_a_line_end_after_a_hyphen_begins_no_word() -> None:
    assert words("MTR-0012- BGO01 begelei\u00adding a\u2011 b") == ["MTR-0012-BGO01", "begeleiding", "a-b"]


def test_another_reader_takes_the_same_letters_from_the_tags(core: docgen.Document, tmp_path: Path) -> None:
    path = tmp_path / "core.pdf"
    path.write_bytes(core.pdf)
    command = ["pdfinfo", "-enc", "UTF-8", "-struct-text", str(path)]
    listed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    poppler = "".join(re.findall(r'^ *"(.*)"$', listed, flags=re.MULTILINE))
    assert "".join(poppler.split()) == "".join("".join(read_aloud(core.pdf)).split())


def test_text_in_a_form_on_the_page_is_read_too() -> None:
    """ISO 32000-1, 8.10: a page may draw another stream, with marks of its own."""
    writer = PdfWriter()
    page = writer.add_blank_page(300, 300)
    helvetica = DictionaryObject(
        {NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1")}
        | {NameObject("/BaseFont"): NameObject("/Helvetica")}
    )
    fonts = DictionaryObject({NameObject("/F"): writer._add_object(helvetica)})
    resources = DictionaryObject({NameObject("/Font"): fonts})

    form = DecodedStreamObject()
    form.set_data(b"/P <</MCID 7>> BDC BT /F 12 Tf 10 50 Td (binnen) Tj ET EMC")
    form[NameObject("/Subtype")] = NameObject("/Form")
    form[NameObject("/BBox")] = ArrayObject([NumberObject(side) for side in (0, 0, 300, 300)])
    form[NameObject("/Resources")] = resources

    content = DecodedStreamObject()
    content.set_data(b"/P <</MCID 3>> BDC BT /F 12 Tf 10 100 Td (voor) Tj ET EMC /Fm Do")
    page[NameObject("/Contents")] = writer._add_object(content)
    forms = DictionaryObject({NameObject("/Fm"): writer._add_object(form)})
    page[NameObject("/Resources")] = DictionaryObject({**resources, NameObject("/XObject"): forms})

    made = io.BytesIO()
    writer.write(made)
    with pypdfium2.PdfDocument(made.getvalue()) as document:
        found = _marked_text(document[0])
    assert {mark: text.strip() for mark, text in found.items()} == {3: "voor", 7: "binnen"}
