from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest

import docgen
from docgen.container import MAX_PART, check_docx, faults
from tests.docgen import samples

DOCUMENT = "word/document.xml"
RELATIONSHIPS = "word/_rels/document.xml.rels"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def with_members(*members: tuple[str, bytes]) -> bytes:
    """A plain document with these members added, or put in the place of its own."""
    out = io.BytesIO()
    names = {name for name, _ in members}
    with (
        zipfile.ZipFile(io.BytesIO(samples.word(["Dag"]))) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            if name not in names:
                target.writestr(name, source.read(name))
        for name, content in members:
            target.writestr(name, content)
    return out.getvalue()


def member(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(samples.word(["Dag"]))) as archive:
        return archive.read(name)


def with_field(xml: str) -> bytes:
    body = member(DOCUMENT).decode().replace("<w:body>", f"<w:body><w:p>{xml}</w:p>")
    return with_members((DOCUMENT, body.encode()))


@pytest.mark.parametrize(
    "name", ["../../etc/cron.d/x", "/etc/passwd", "word/../../x", "C:\\x", "..\\x", "\\\\host\\x"]
)
def test_a_part_whose_name_leaves_the_document_is_refused(name: str) -> None:
    [fault] = faults(with_members((name, b"x")))
    assert "leaves the document" in fault


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused_since_two_readers_would_take_another() -> None:
    [fault] = faults(with_members(("word/extra.xml", b"<a/>"), ("word/EXTRA.xml", b"<b/>")))
    assert "same name" in fault


@pytest.mark.parametrize(
    "name",
    ["word/vbaProject.bin", "word/embeddings/oleObject1.bin", "word/embeddings/x.xlsx", "word/activeX/a.bin"],
)
def test_macros_and_embedded_objects_are_refused(name: str) -> None:
    [fault] = faults(with_members((name, b"x")))
    assert "macro or an embedded object" in fault


@pytest.mark.parametrize("kind", ["oleObject", "vbaProject", "aFChunk", "subDocument", "control", "package"])
def test_a_relationship_to_something_that_runs_is_refused(kind: str) -> None:
    links = member(RELATIONSHIPS).decode()
    added = f'<Relationship Id="rId99" Type="{OFFICE}/{kind}" Target="odd.bin"/></Relationships>'
    [fault] = faults(with_members((RELATIONSHIPS, links.replace("</Relationships>", added).encode())))
    assert RELATIONSHIPS in fault


def test_a_document_made_for_macros_is_refused() -> None:
    types = member("[Content_Types].xml").replace(
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    [fault] = faults(with_members(("[Content_Types].xml", types)))
    assert "made for macros" in fault


@pytest.mark.parametrize(
    "xml",
    [
        "<w:r><w:instrText> DD</w:instrText></w:r><w:r><w:instrText>EAUTO cmd /c calc </w:instrText></w:r>",
        '<w:r><w:instrText xml:space="preserve"> &#73;NCLUDETEXT "file:///etc/passwd" </w:instrText></w:r>',
        '<w:fldSimple w:instr=" INCLUDEPICTURE http://127.0.0.1/x \\d "><w:r/></w:fldSimple>',
        "<w:fldSimple w:instr='link Excel.Sheet x.xlsx'><w:r/></w:fldSimple>",
    ],
)
def test_a_field_that_fetches_or_starts_something_is_refused(xml: str) -> None:
    [fault] = faults(with_field(xml))
    assert "holds the field" in fault


def test_an_ordinary_field_is_fine() -> None:
    fields = (
        '<w:fldSimple w:instr=" PAGE "><w:r/></w:fldSimple>'
        "<w:r><w:instrText> HYPERLINK https://voorbeeld.nl </w:instrText></w:r>"
    )
    assert faults(with_field(fields)) == []


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">',
    ],
)
@pytest.mark.parametrize("name", [DOCUMENT, "word/styles.xml", "docProps/core.xml", "word/odd.vml"])
def test_entities_are_refused_in_every_part(doctype: str, name: str) -> None:
    [fault] = faults(with_members((name, f"{doctype}<x>&e;</x>".encode())))
    assert fault.startswith(f"{name} is not plain UTF-8 XML")


def test_a_zip_bomb_is_refused_in_little_memory() -> None:
    bomb = with_members(("word/bomb.xml", b" " * (MAX_PART + 1)))
    tracemalloc.start()
    [fault] = faults(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "unpacks to more than" in fault
    assert peak < 4 * 1024 * 1024


def test_a_zip_bomb_that_lies_about_its_size_is_cut_off_and_refused() -> None:
    large = 8 * 1024 * 1024
    bomb = with_members(("word/bomb.xml", b" " * large))
    lying = bomb.replace(struct.pack("<I", large), struct.pack("<I", 10))
    tracemalloc.start()
    [fault] = faults(lying)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "no readable DOCX" in fault
    assert peak < 4 * 1024 * 1024


def test_thousands_of_parts_are_refused() -> None:
    [fault] = faults(with_members(*((f"word/{number}.bin", b"") for number in range(2001))))
    assert "more than 2000 parts" in fault


def test_a_truncated_or_encrypted_file_is_refused() -> None:
    whole = samples.word(["Dag"])
    for broken in (b"", b"PK", whole[: len(whole) // 2], whole[:200] + bytes(200) + whole[400:]):
        assert faults(broken)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    docx = with_members(("word/vbaProject.bin", b"x"), ("word/styles.xml", b"<!DOCTYPE x><x/>"))
    with pytest.raises(docgen.UnusableDocx, match=r"macro.*word/styles\.xml"):
        check_docx(docx)


def test_the_templates_of_the_house_are_plain_documents() -> None:
    paths = sorted((Path(__file__).parents[2] / "templates").glob("*/*.docx"))
    assert paths
    assert {path.name: faults(path.read_bytes()) for path in paths if faults(path.read_bytes())} == {}
