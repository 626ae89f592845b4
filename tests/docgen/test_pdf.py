from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    TextStringObject,
)

import docgen
from docgen import pdf
from docgen.guards import PRINTABLE
from tests.docgen import samples

SEAL = pdf.Place("seal", "sigseal", "Zegel", locks_all=True)


def converted(office: docgen.Office, lines: list[str], *, indent: float = 0, **more: Any) -> bytes:
    """A PDF with hand-made bookmarks where a line names one: ``@seal``."""
    document = docx.Document(io.BytesIO(samples.word([], **more)))
    document.core_properties.title = "T"
    for number, line in enumerate(lines):
        paragraph = document.add_paragraph("\u00a0" if line.startswith("@") else line)
        paragraph.paragraph_format.left_indent = Pt(indent)
        if line.startswith("@"):
            for kind in ("bookmarkStart", "bookmarkEnd"):
                element = OxmlElement(f"w:{kind}")
                element.set(qn("w:id"), str(number + 100))
                element.set(qn("w:name"), f"sig{line[1:]}")
                paragraph._p.append(element)
    return office.convert(samples.saved(document))


def prepare(source: bytes, *places: pdf.Place, language: str = "nl-NL") -> pdf.Prepared:
    return pdf.prepare(
        source, places or (SEAL,), title="Titel & <zo>", language=language, reference="MTR-1-BGO01-C"
    )


def root(content: bytes) -> Any:
    return PdfReader(io.BytesIO(content)).trailer["/Root"]


@pytest.mark.parametrize("content", [b"", b"text", b"%PDF-1.7\n%%EOF\n"])
def test_what_is_no_pdf_is_refused(content: bytes) -> None:
    with pytest.raises(docgen.UnusablePdf):
        prepare(content)


def test_an_untagged_pdf_is_refused() -> None:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.root_object[NameObject("/Lang")] = TextStringObject("nl-NL")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(docgen.UnusablePdf, match="no tags"):
        prepare(out.getvalue())


def test_another_language_than_the_manifests_is_refused(office: docgen.Office) -> None:
    with pytest.raises(docgen.TemplateFault, match="language is en-US, not nl-NL"):
        prepare(converted(office, ["@seal"], language="en-US"))


def test_a_pdf_that_was_changed_after_it_was_made_is_refused(office: docgen.Office) -> None:
    source = converted(office, ["@seal"])
    writer = PdfWriter(io.BytesIO(source), incremental=True)
    writer.add_metadata({"/Title": "Later"})
    out = io.BytesIO()
    writer.write(out)
    assert out.getvalue().startswith(source)
    with pytest.raises(docgen.UnusablePdf, match="not laid out as LibreOffice does"):
        prepare(out.getvalue())


@pytest.mark.parametrize("cut", [1, 200, 2000])
def test_a_pdf_that_lacks_its_end_is_refused(office: docgen.Office, cut: int) -> None:
    source = converted(office, ["@seal"]).rstrip()
    with pytest.raises(docgen.UnusablePdf):
        prepare(source[:-cut])


def test_a_pdf_whose_table_points_elsewhere_is_refused(office: docgen.Office) -> None:
    source = converted(office, ["@seal"])
    table = source.rindex(b"\nxref\n")
    rows = re.findall(rb"\d{10} 00000 n", source[table:])
    swapped = source[:table] + source[table:].replace(rows[2], rows[3], 1)
    with pytest.raises(docgen.UnusablePdf):
        prepare(swapped)


def test_a_pdf_with_an_object_that_cannot_be_read_is_refused(office: docgen.Office) -> None:
    source = converted(office, ["@seal"])
    with pytest.raises(docgen.UnusablePdf, match="cannot be read"):
        prepare(source.replace(b"/Type/StructTreeRoot", b"/Type<StructTreeRoot"))


def test_a_pdf_with_packed_objects_comes_out_with_plain_ones_and_conforms(
    office: docgen.Office, tmp_path: Path
) -> None:
    """Newer offices pack objects into streams; a file that is signed later is better off without."""
    plain, packed = tmp_path / "plain.pdf", tmp_path / "packed.pdf"
    plain.write_bytes(converted(office, ["# Kop", "@seal"]))
    pack = ["qpdf", "--object-streams=generate", "--newline-before-endstream"]
    subprocess.run([*pack, plain, packed], check=True)
    assert b"/ObjStm" in packed.read_bytes()
    prepared = prepare(packed.read_bytes()).pdf
    assert b"/ObjStm" not in prepared
    assert len(re.findall(rb"\nstartxref\n", prepared)) == 1
    assert docgen.conformance(prepared).failures == ()


def test_a_link_on_the_page_of_a_field_stays(office: docgen.Office) -> None:
    source = converted(office, ["@seal"])
    with_link = source.replace(b"/StructParents 0", b"/Annots[1 0 R]/StructParents 0", 1)
    assert with_link != source
    moved = with_link[: with_link.rindex(b"\nxref\n") + 1]
    rows = {int(found[1]): found.start() for found in re.finditer(rb"(?m)^(\d+) 0 obj", moved)}
    trailer = source[source.rindex(b"trailer") : source.rindex(b"startxref")]
    table = b"".join(b"%010d 00000 n \n" % rows[number] for number in sorted(rows))
    rebuilt = b"%bxref\n0 %d\n0000000000 65535 f \n%b%bstartxref\n%d\n%%%%EOF\n" % (
        moved, len(rows) + 1, table, trailer, len(moved),
    )  # fmt: skip
    page = PdfReader(io.BytesIO(prepare(rebuilt).pdf)).pages[0]
    assert [entry.get_object().get("/T") for entry in page["/Annots"]] == [None, "seal"]


def test_a_mark_without_a_destination_is_refused(office: docgen.Office) -> None:
    with pytest.raises(docgen.TemplateFault, match=r"sig\.seal did not reach the PDF"):
        prepare(converted(office, ["text"]))


def test_a_box_that_runs_off_the_page_is_refused(office: docgen.Office) -> None:
    with pytest.raises(docgen.TemplateFault, match="runs off the page"):
        prepare(converted(office, ["@seal"], indent=300))


def test_boxes_that_overlap_are_refused(office: docgen.Office) -> None:
    tenant = pdf.Place("tenant", "sigtenant", "Handtekening")
    with pytest.raises(docgen.TemplateFault, match=r"sig\.seal and sig\.tenant overlap"):
        prepare(converted(office, ["@tenant", "@seal"]), tenant, SEAL)


def test_the_file_has_one_contiguous_xref_and_ends_with_a_newline(core: docgen.Document) -> None:
    assert core.pdf.startswith(b"%PDF-1.7\n")
    assert core.pdf.endswith(b"%%EOF\n")
    assert len(re.findall(rb"\nstartxref\n", core.pdf)) == 1
    table = core.pdf[core.pdf.rindex(b"\nxref\n") + 6 :]
    assert re.match(rb"0 \d+\n0{10} 65535 f \n(?:\d{10} 00000 n \n)+trailer\n", table)


def test_other_programs_find_nothing_wrong_with_the_file(core: docgen.Document, tmp_path: Path) -> None:
    path = tmp_path / "core.pdf"
    path.write_bytes(core.pdf)
    checked = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    told = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False)
    assert told.stdout.count("The signature form field is not signed.") == len(core.fields)


def test_what_libreoffice_wrote_stays_byte_for_byte(office: docgen.Office) -> None:
    source = converted(office, ["# Kop", "Tekst", "@seal"])
    before, after = (
        dict(re.findall(rb"(?ms)^(\d+) 0 obj\s(.*?)\sendobj$", content))
        for content in (source, prepare(source).pdf)
    )
    changed = {number for number, body in before.items() if after[number] != body}
    # Pages, root, metadata, information, the root of the tags, its document and its parent tree.
    assert len(changed) == 7


def test_the_same_file_prepared_twice_is_the_same(office: docgen.Office) -> None:
    source = converted(office, ["@seal"])
    assert prepare(source).pdf == prepare(source).pdf


def test_title_language_and_reference_are_in_the_metadata(office: docgen.Office) -> None:
    prepared = prepare(converted(office, ["@seal"])).pdf
    reader = PdfReader(io.BytesIO(prepared))
    assert reader.metadata is not None
    assert reader.metadata.title == "Titel & <zo>"
    assert reader.metadata.subject == "MTR-1-BGO01-C"
    catalog = root(prepared)
    assert catalog["/Lang"] == "nl-NL"
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    packet = catalog["/Metadata"].get_object().get_data().decode()
    assert "<dc:identifier>MTR-1-BGO01-C</dc:identifier>" in packet
    assert "Titel &amp; &lt;zo&gt;" in packet
    assert b"<pdfaid:conformance>A<" in prepared


def test_each_field_is_tagged_locked_and_empty(core: docgen.Document) -> None:
    catalog = root(core.pdf)
    assert catalog["/AcroForm"]["/SigFlags"] == 1
    numbers = catalog["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    elements = dict(zip(numbers[::2], numbers[1::2], strict=True))
    assert list(elements) == sorted(elements)
    fields = [field.get_object() for field in catalog["/AcroForm"]["/Fields"]]
    assert tuple(field["/T"] for field in fields) == core.fields
    for field in fields:
        x0, y0, x1, y1 = (float(edge) for edge in field["/Rect"])
        assert (round(x1 - x0, 2), round(y1 - y0, 2)) == pdf.BOX
        assert (field["/FT"], field["/F"], "/V" in field) == ("/Sig", 132, False)
        assert field["/AP"]["/N"].get_data() == b""
        element = elements[field["/StructParent"]].get_object()
        assert (element["/S"], element["/K"]["/Type"]) == ("/Form", "/OBJR")
        assert element["/K"]["/Obj"].get_object()["/T"] == field["/T"]
        assert field["/P"]["/Tabs"] == "/S"
        assert field["/TU"] == element["/Alt"]
    assert fields[0]["/TU"] == "Handtekening van: Huurder"
    assert fields[2]["/TU"] == "Handtekening voor ontvangst van: Woningcorporatie"


def test_a_signature_locks_itself_and_the_seal_locks_everything_without_p(core: docgen.Document) -> None:
    *parties, seal = (field.get_object() for field in root(core.pdf)["/AcroForm"]["/Fields"])
    for party in parties:
        assert party["/Lock"]["/Action"] == "/Include"
        assert party["/Lock"]["/Fields"] == [party["/T"]]
    assert set(seal["/Lock"]) == {"/Type", "/Action"}
    assert seal["/Lock"]["/Action"] == "/All"


def test_a_text_drawn_later_with_the_stamp_font_keeps_the_file_conforming(core: docgen.Document) -> None:
    """What signing does: an appearance that only refers to the font that is already there."""
    font = docgen.stamp_font()
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(core.pdf)))
    form = writer.root_object["/AcroForm"].get_object()
    fonts = form["/DR"].get_object()["/Font"].get_object()
    for number, reference in enumerate(form["/Fields"]):
        text = "".join(sorted(PRINTABLE)[number::4])
        stream = DecodedStreamObject()
        stream.set_data(b"BT /HzSans 4 Tf 2 30 Td <" + font.encode(text).hex().encode() + b"> Tj ET")
        stream.update(
            {
                NameObject("/Type"): NameObject("/XObject"),
                NameObject("/Subtype"): NameObject("/Form"),
                NameObject("/BBox"): ArrayObject([FloatObject(edge) for edge in (0, 0, *pdf.BOX)]),
                NameObject("/Resources"): DictionaryObject({NameObject("/Font"): fonts}),
            }
        )
        reference.get_object()["/AP"][NameObject("/N")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    verdict = docgen.conformance(out.getvalue())
    assert verdict.failures == ()
    assert verdict.pdfa
    assert verdict.pdfua
