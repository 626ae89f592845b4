"""A stranger's DOCX is made without losing a word, or is refused with the reason and the place."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm

import docgen
from docgen.checkup import checkup
from docgen.reading import read_aloud
from docgen.sameness import words
from tests.docgen import samples, strangers
from tests.docgen.strangers import (
    A4,
    HEADER_ROW,
    LYING,
    TRACKED,
    cell,
    control,
    field,
    made,
    old_text_box,
    par,
    row,
    run,
    section,
    simple_field,
    table,
    text_box,
    words_of,
)
from tests.docgen.test_every_letter import MANIFEST, TYPE

DATA = {"name": "Jansen", "email": "j@voorbeeld.nl", "rows": [{"text": "x"}]}
HEAD = row("Kop een", "Kop twee", "Kop drie", properties=HEADER_ROW)
BOLD = '<w:pStyle w:val="Heading1"/>'
BULLET = '<w:pStyle w:val="ListBullet"/>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A packet type of one document, which each test puts there."""
    place = tmp_path / TYPE
    place.mkdir()
    (place / "manifest.toml").write_text(MANIFEST, encoding="utf-8")
    (place / "sample.json").write_text(json.dumps(DATA), encoding="utf-8")
    return place


def told(folder: Path, docx_bytes: bytes, office: docgen.Office) -> list[str]:
    (folder / "list.docx").write_bytes(docx_bytes)
    found = checkup(folder, office, samples.TODAY)
    return [str(problem) for problem in found if problem.severity == "error"]


def document(folder: Path, office: docgen.Office) -> docgen.Document:
    catalog = docgen.Catalog(folder.parent)
    values = docgen.complete(catalog.manifest(TYPE), DATA, samples.TODAY)
    return docgen.Generator(catalog, office, test=False).generate(TYPE, "list", values, samples.REFERENCE)


def lost(docx_bytes: bytes, pdf: bytes) -> Counter[str]:
    """Words of the DOCX that the PDF does not have; capitals and labels of lists do not count."""
    wanted = Counter(words(" ".join(words_of(docx_bytes)).casefold()))
    return wanted - Counter(words(" ".join(read_aloud(pdf)).casefold()))


DROPPED = '<w:framePr w:dropCap="drop" w:lines="3" w:wrap="around" w:vAnchor="text" w:hAnchor="text"/>'
FRAME = '<w:framePr w:w="2000" w:wrap="around" w:vAnchor="text" w:hAnchor="page" w:x="6000" w:y="1"/>'
CHOICE = '<w:dropDownList><w:listItem w:displayText="een" w:value="1"/></w:dropDownList>'
CHECK = '<w14:checkbox><w14:checked w14:val="0"/></w14:checkbox>'
FORM = '<w:ffData><w:name w:val="T"/><w:enabled/><w:textInput/></w:ffData>'
RIGHT = '<w:ptab w:relativeTo="margin" w:alignment="right" w:leader="dot"/>'
HYPHENS = "<w:t>begelei</w:t><w:softHyphen/><w:t>ding a</w:t><w:noBreakHyphen/><w:t>b</w:t>"
CUT = "<w:r><w:instrText> DA</w:instrText></w:r><w:r><w:instrText>TE </w:instrText></w:r>"
BEGIN, END = (f'<w:r><w:fldChar w:fldCharType="{each}"/></w:r>' for each in ("begin", "end"))
INSIDE = table(HEAD, row("x", "y", "z"), widths=(900, 900, 900)) + par("")
TOO_WIDE = table(HEAD, row("in1", "in2", "in3")) + par("")

FINE = {
    "text box": par(text_box("Kader een", "Kader twee"), "Naast het kader."),
    "text box of before 2010": par(old_text_box("Oud kader"), "Naast het kader."),
    "merged cells": table(
        row(cell("Breed", '<w:gridSpan w:val="2"/>'), "Rechts", properties=HEADER_ROW),
        row(cell("Hoog", '<w:vMerge w:val="restart"/>'), "a", "b"),
        row(cell("", "<w:vMerge/>"), "c", "d"),
    ),
    "nested table": table(HEAD, row(cell(INSIDE), "naast", "rechts"), widths=(4000, 2000, 2000)),
    "several paragraphs in a cell": table(HEAD, row(cell(par("een") + par("twee")), "x", "y")),
    "landscape": par("Staand") + section(A4) + par("Liggend") + section(LYING) + par("Weer staand"),
    "columns": par("Kolom " * 80) + section(A4, '<w:cols w:num="2" w:space="400"/>'),
    "capitals": par(run("hoofdletters", "<w:caps/>"), run(" klein kapitaal", "<w:smallCaps/>")),
    "hyphens": par(f"<w:r>{HYPHENS}</w:r>"),
    "tabs": par(f"<w:r><w:t>Naam</w:t><w:tab/><w:t>A</w:t>{RIGHT}<w:t>B</w:t></w:r>"),
    "page break": par('<w:r><w:t>voor</w:t><w:br w:type="page"/><w:t>na</w:t></w:r>'),
    "table of contents": par(field('TOC \\o "1-3"', "Deel een", "<w:r><w:tab/></w:r>", "1"))
    + par("Deel een", properties=BOLD),
    "hyperlink field": par(field('HYPERLINK "https://voorbeeld.nl"', "voorbeeld.nl")),
    "content controls": control(par("Blok")) + par("voor ", control(run("binnen")), " na"),
    "choice control": par(control(run("een"), CHOICE)),
    "drop cap": par("D", properties=DROPPED) + par("it is een initiaal."),
    "smart tag": par(f'<w:smartTag w:uri="x" w:element="y">{run("slim")}</w:smartTag>'),
    "link inside the document": par(f'<w:hyperlink w:anchor="doel">{run("spring")}</w:hyperlink>'),
    "list": "".join(par(f"punt {number}", properties=BULLET) for number in range(3)),
    "a word in two runs": par(run("bestel"), "<w:proofErr w:type='spellEnd'/>", run("naam")),
}
REFUSED = {
    "inserted text": (
        par("Dit ", f'<w:ins w:id="1" {TRACKED}>{run("nieuw")}</w:ins>'),
        "paragraph 2 (Dit nieuw): It holds a change that was tracked",
    ),
    "deleted text": (
        par("Dit ", f'<w:del w:id="1" {TRACKED}><w:r><w:delText>weg</w:delText></w:r></w:del>'),
        "paragraph 2 (Dit): It holds a change",
    ),
    "moved text": (par(f'<w:moveFrom w:id="1" {TRACKED}>{run("oud")}</w:moveFrom>'), "It holds a change"),
    "deleted row": (
        table(HEAD, row("a", "b", "c", properties=f'<w:trPr><w:del w:id="4" {TRACKED}/></w:trPr>')),
        "(a): It holds a change",
    ),
    "deleted line end": (
        par("een", properties=f'<w:rPr><w:del w:id="8" {TRACKED}/></w:rPr>'),
        "(een): It holds a change",
    ),
    "hidden text": (
        par("Zichtbaar ", run("geheim", "<w:vanish/>")),
        "(Zichtbaar geheim): Some text is hidden",
    ),
    "hidden on the web": (par("Zichtbaar", run("x", "<w:webHidden/>")), "Some text is hidden"),
    "formula": (par("<m:oMath><m:r><m:t>a+b=c</m:t></m:r></m:oMath>"), "A formula is neither"),
    "symbol": (par('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'), "A symbol has no meaning"),
    "ruby": (
        par(f"<w:r><w:ruby><w:rt>{run('op')}</w:rt><w:rubyBase>{run('x')}</w:rubyBase></w:ruby></w:r>"),
        "ruby",
    ),
    "turned text": (par(f'<w:bdo w:val="rtl">{run("tekst")}</w:bdo>'), "a direction of its own"),
    "check box": (par(control(run("☐"), CHECK)), "check box or form field"),
    "form field": (par(field("FORMTEXT", "invullen", data=FORM)), "check box or form field"),
    "date field": (par("Op ", simple_field("DATE", "1 januari 2020")), "The field DATE changes by itself"),
    "date field in pieces": (par(BEGIN, CUT, END), "The field DATE"),
    "page number in the text": (par("Bladzijde ", simple_field("PAGE", "1")), "The field PAGE"),
    "counter": (par("Tabel ", simple_field("SEQ Tabel", "7")), "The field SEQ"),
    "condition": (par(field('IF 1 = 1 "waar" "onwaar"', "waar")), "The field IF"),
    "group of shapes": (par(strangers.group("In groep")), "A chart, diagram or group of shapes"),
    "chart": (par(strangers.chart()), "A chart, diagram"),
    "control": (par("<w:r><w:object/></w:r>"), "embedded object or a control"),
    "text box without a text": (par(text_box("Kader", alt="")), "A picture has no alternative text"),
    "table without a header": (
        table(row("a", "b", "c")),
        "(a): The first row of this table is not marked as its header",
    ),
    "table wider than its cell": (
        table(HEAD, row(cell(TOO_WIDE), "u", "v"), widths=(2000, 2000, 2000)),
        "the screen “Kop twee Kop drie in1 in2",
    ),
    "frame beside the text": (
        par("In een raam", properties=FRAME) + par("Naast het raam."),
        "the PDF says “Naast het raam.",
    ),
}
ONLY_WHEN_MADE = ("table wider than its cell", "frame beside the text")


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_lose_or_change_words_is_refused_with_its_reason(
    name: str, folder: Path, office: docgen.Office
) -> None:
    block, reason = REFUSED[name]
    problems = told(folder, made(block), office)
    assert problems
    assert all(problem.startswith("list.docx") for problem in problems)
    assert any(reason in problem for problem in problems), problems


def test_a_heading_without_the_one_above_it_is_refused(folder: Path, office: docgen.Office) -> None:
    stranger = made(par("Diep", properties='<w:pStyle w:val="Heading2"/>'), first="Begin")
    assert any("PDF/UA-1 7.4.2-1" in problem for problem in told(folder, stranger, office))


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_a_note_is_refused_with_its_paragraph(kind: str, folder: Path, office: docgen.Office) -> None:
    block = par("Tekst met noot", f'<w:r><w:{kind}Reference w:id="2"/></w:r>')
    problems = told(folder, made(block, parts=[strangers.notes(kind, "Noot")]), office)
    assert len(problems) == 1
    assert "paragraph 2 (Tekst met noot): A footnote or endnote" in problems[0]


def test_a_comment_is_refused_with_its_paragraph(folder: Path, office: docgen.Office) -> None:
    block = par("Tekst", '<w:r><w:commentReference w:id="3"/></w:r>')
    problems = told(folder, made(block, parts=[strangers.comments("Klopt dit?")]), office)
    assert len(problems) == 1
    assert "paragraph 2 (Tekst): It holds a comment" in problems[0]


def test_every_reason_of_a_document_is_told_at_once(folder: Path, office: docgen.Office) -> None:
    static = [name for name in REFUSED if name not in ONLY_WHEN_MADE]
    problems = told(folder, made(*(REFUSED[name][0] for name in static)), office)
    for name in static:
        reason = REFUSED[name][1].rpartition("): ")[2]
        assert any(reason in problem for problem in problems), name


@pytest.mark.parametrize("name", FINE)
def test_what_word_can_do_and_paper_and_screen_can_too_is_made_without_losing_a_word(
    name: str, folder: Path, office: docgen.Office
) -> None:
    stranger = made(FINE[name])
    assert told(folder, stranger, office) == []
    assert lost(stranger, document(folder, office).pdf) == Counter()


def report() -> bytes:
    """A report from Word's own template: Calibri, a box, merged cells, a lying page, a picture."""
    document = docx.Document()
    document.core_properties.title = "Verslag"
    styles = document.styles.element
    for border in list(styles.iter(qn("w:pBdr"))):
        border.getparent().remove(border)
    styles.find(qn("w:docDefaults")).find(f".//{qn('w:lang')}").set(qn("w:val"), "nl-NL")
    document.add_heading("Verslag van de gemeente", 0)
    document.add_heading("Wat er is besproken", 1)
    document.add_paragraph("Aanwezig waren de huurder en de begeleider.")
    document.paragraphs[-1]._p.append(parse_xml(wrapped(text_box("Let op", "De sleutel is terug."))))
    for text in ("De woning is schoon.", "De tuin is netjes."):
        document.add_paragraph(text, style="List Number")
    numbers = document.add_table(3, 3, style="Table Grid")
    numbers.cell(0, 0).merge(numbers.cell(0, 1)).text = "Ruimte"
    numbers.cell(0, 2).text = "Staat"
    numbers.cell(1, 0).merge(numbers.cell(2, 0)).text = "Boven"
    for place, text in (((1, 1), "Bad"), ((1, 2), "goed"), ((2, 1), "Bed"), ((2, 2), "redelijk")):
        numbers.cell(*place).text = text
    numbers.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
    document.add_paragraph("Ook een foto:")
    document.add_picture(io.BytesIO(strangers.picture()), width=Cm(2))
    next(document.paragraphs[-1]._p.iter(qn("wp:docPr"))).set("descr", "De voordeur")
    lying = document.add_section()
    lying.orientation = WD_ORIENT.LANDSCAPE
    lying.page_width, lying.page_height = lying.page_height, lying.page_width
    document.add_heading("Bijlage over de breedte", 2)
    for mark in strangers.MARKS:
        document.add_paragraph(mark).paragraph_format.space_after = Cm(3)
    footer = document.sections[0].footer.paragraphs[0]
    footer.text = "{{ reference }} bladzijde "
    footer._p.append(parse_xml(wrapped(simple_field("PAGE", "1"))))
    return samples.saved(document)


def wrapped(xml: str) -> str:
    """A piece of a document on its own, with the names it uses."""
    return re.sub(r"^<([\w:]+)", rf"<\1 {strangers.SPACES}", xml, count=1)


def draft() -> bytes:
    """A draft that went round: changes, comments, notes, hidden text, symbols, and a date that moves."""
    document = docx.Document(io.BytesIO(report()))
    document.paragraphs[1].style = "List Bullet"
    for block in (
        par("De huur is ", f'<w:del w:id="1" {TRACKED}><w:r><w:delText>500</w:delText></w:r></w:del>', "600"),
        par("Datum: ", simple_field("DATE", "1 januari 2020")),
        par("Intern", run("geheim", "<w:vanish/>")),
        par("Klaar ", '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'),
    ):
        document.element.body.insert(3, parse_xml(wrapped(block)))
    return samples.saved(document)


def form() -> bytes:
    """A form laid out with nested tables and controls, without any style of its own."""
    inside = table(HEAD, row("naam", "straat", "plaats"), widths=(1500, 1500, 1500)) + par("")
    return made(
        par(control(run("Aanvraag")), " van ", control(run("een woning"), CHOICE)),
        table(HEAD, row(cell(inside), "links", "rechts"), widths=(6000, 1500, 1500)),
        par("Naam", "<w:r><w:tab/></w:r>", "{{ name }}"),
        section(A4),
        par("Toelichting", properties=BOLD),
    )


@pytest.mark.parametrize("stranger", [report, form])
def test_a_strangers_document_is_made_whole_and_conforms(
    stranger: Callable[[], bytes], folder: Path, office: docgen.Office
) -> None:
    assert told(folder, stranger(), office) == []
    pdf = document(folder, office).pdf
    assert docgen.conformance(pdf) == docgen.Conformance("PDF/A-2a", True, True, ())
    assert lost(stranger(), pdf) == Counter({"{{": 1, "name": 1, "}}": 1} if stranger is form else {})


def test_a_strangers_draft_is_refused_with_every_reason_and_place(
    folder: Path, office: docgen.Office
) -> None:
    problems = told(folder, draft(), office)
    for reason in (
        "(De huur is 600): It holds a change that was tracked",
        "(Datum: 1 januari 2020): The field DATE changes by itself",
        "(Interngeheim): Some text is hidden",
        "(Klaar): A symbol has no meaning",
        "lists: A bullet is a sign of Symbol",
    ):
        assert any(reason in problem for problem in problems), problems
