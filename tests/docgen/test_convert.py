from __future__ import annotations

import io
import os
import struct
import threading
import zipfile
import zlib
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader

import docgen
from docgen import convert, worker
from docgen.container import HYPERLINK
from tests.docgen import samples

RELATIONSHIPS = "word/_rels/document.xml.rels"


@pytest.fixture
def own(tmp_path: Path):
    """An office of the test's own, to be broken."""
    with docgen.Office(tmp_path / "profiles") as opened:
        yield opened


def small(text: str = "Dag") -> bytes:
    return samples.word([text])


def with_member(docx_bytes: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx_bytes)) as source, zipfile.ZipFile(out, "w") as target:
        for member in source.namelist():
            if member != name:
                target.writestr(member, source.read(member))
        target.writestr(name, content)
    return out.getvalue()


def with_relationship(kind: str, target: str) -> bytes:
    plain = small()
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        xml = archive.read(RELATIONSHIPS).decode()
    added = (
        f'<Relationship Id="rId99" Type="{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    )
    return with_member(plain, RELATIONSHIPS, xml.replace("</Relationships>", added).encode())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no readable DOCX"),
        (b"plain text", "no readable DOCX"),
        (os.urandom(5000), "no readable DOCX"),
        (b"<html><p>page</p></html>", "no readable DOCX"),
        (b"%PDF-1.7 already", "no readable DOCX"),
    ],
)
def test_what_is_no_docx_is_refused_before_libreoffice_sees_it(
    office: docgen.Office, content: bytes, reason: str
) -> None:
    with pytest.raises(docgen.UnusableDocx, match=reason):
        office.convert(content)


def test_a_zip_without_a_word_document_is_refused(office: docgen.Office) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("content.xml", "<x/>")
    with pytest.raises(docgen.UnusableDocx, match=r"word/document\.xml"):
        office.convert(out.getvalue())


def test_a_docx_whose_text_is_broken_is_refused_and_the_next_one_still_works(own: docgen.Office) -> None:
    broken = with_member(small(), "word/document.xml", b"<w:document")
    with pytest.raises(docgen.ConversionFault):
        own.convert(broken)
    assert own.convert(small()).startswith(b"%PDF-")


def test_a_docx_that_unpacks_to_too_much_is_refused(office: docgen.Office) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"word/document{number or ''}.xml", bytes(80 * 1024 * 1024))
    with pytest.raises(docgen.UnusableDocx, match="unpacks"):
        office.convert(out.getvalue())


@pytest.mark.parametrize("kind", ["image", "attachedTemplate", "oleObject", "subDocument"])
def test_a_docx_that_points_outside_itself_is_refused(office: docgen.Office, kind: str) -> None:
    name = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
    with pytest.raises(docgen.UnusableDocx, match=f"points to a {kind}"):
        office.convert(with_relationship(name, "file:///etc/hostname"))


def test_a_relationship_part_that_is_not_plain_xml_is_refused(office: docgen.Office) -> None:
    declared = b'<!DOCTYPE x [<!ENTITY e "e">]><Relationships/>'
    with pytest.raises(docgen.UnusableDocx, match="not plain UTF-8"):
        office.convert(with_member(small(), RELATIONSHIPS, declared))
    with pytest.raises(docgen.UnusableDocx, match="not plain UTF-8"):
        office.convert(with_member(small(), RELATIONSHIPS, "<Relationships/>".encode("utf-16")))


def test_a_hyperlink_may_point_outside(office: docgen.Office) -> None:
    assert office.convert(with_relationship(HYPERLINK, "https://voorbeeld.nl")).startswith(b"%PDF-")


def test_the_document_leaves_no_copy_in_the_profile(own: docgen.Office, tmp_path: Path) -> None:
    own.convert(small("Geheimnummer"))
    left = [
        path for path in (tmp_path / "profiles" / "1" / "tmp").rglob("*") if path.suffix in (".docx", ".pdf")
    ]
    assert left == []


def test_without_libreoffice_the_message_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "SOFFICE", tmp_path / "soffice.bin")
    with (
        docgen.Office(tmp_path) as own,
        pytest.raises(docgen.OfficeMissing, match="libreoffice-writer-nogui and python3-uno"),
    ):
        own.convert(small())


def test_a_linked_picture_is_not_fetched_even_when_the_check_in_front_is_gone(
    own: docgen.Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    with HTTPServer(("127.0.0.1", 0), Site) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        linked = with_linked_picture(f"http://127.0.0.1:{site.server_port}/logo.png")
        with pytest.raises(docgen.UnusableDocx, match="points to a image"):
            own.convert(linked)
        monkeypatch.setattr(convert, "check_docx", lambda docx: None)
        assert own.convert(linked).startswith(b"%PDF-")
        site.shutdown()
    assert asked == []


def test_an_embedded_picture_reaches_the_pdf(own: docgen.Office) -> None:
    [page] = PdfReader(io.BytesIO(own.convert(with_picture()))).pages
    drawn = [each.get_object()["/Subtype"] for each in page["/Resources"]["/XObject"].values()]
    assert drawn == ["/Image"]


def with_picture() -> bytes:
    row = b"\x00" + b"\xff\x00\x00" * 4
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(row * 4)),
        (b"IEND", b""),
    ]
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )
    document = docx.Document()
    document.add_picture(io.BytesIO(png))
    return samples.saved(document)


def with_linked_picture(url: str) -> bytes:
    plain = with_picture()
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        text = archive.read("word/document.xml").decode().replace("r:embed=", "r:link=")
        links = archive.read(RELATIONSHIPS).decode()
    links = links.replace('Target="media/image1.png"', f'Target="{url}" TargetMode="External"')
    return with_member(with_member(plain, "word/document.xml", text.encode()), RELATIONSHIPS, links.encode())
