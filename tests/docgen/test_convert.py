from __future__ import annotations

import io
import os
import signal
import struct
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader

import docgen
from docgen import convert
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


def alive(group: int) -> bool:
    """Whether a process of this group runs; what ended but was not yet collected does not count."""
    listed = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True, check=True).stdout
    return any(
        line.split()[0] == str(group) and not line.split()[1].startswith("Z") for line in listed.splitlines()
    )


def wait_until_gone(group: int) -> None:
    for _ in range(300):
        if not alive(group):
            return
        time.sleep(0.1)
    pytest.fail(f"process group {group} still runs")


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


def test_an_office_that_does_not_answer_is_stopped_with_all_its_processes(tmp_path: Path) -> None:
    with docgen.Office(tmp_path / "profiles") as own:
        own.convert(small())
        group = own._worker._process.pid
        own._timeout = 1
        os.killpg(group, signal.SIGSTOP)
        with pytest.raises(docgen.ConversionTimeout, match="within 1 s"):
            own.convert(small())
        wait_until_gone(group)
        own._timeout = 60
        assert own.convert(small()).startswith(b"%PDF-")


@pytest.mark.parametrize("victim", ["worker", "soffice"])
def test_a_killed_office_is_replaced_and_the_document_is_made_all_the_same(
    own: docgen.Office, victim: str
) -> None:
    own.convert(small())
    group = own._worker._process.pid
    listed = subprocess.run(["ps", "-eo", "pid=,pgid=,comm="], capture_output=True, text=True, check=True)
    processes = [line.split(maxsplit=2) for line in listed.stdout.splitlines()]
    chosen = [
        int(pid)
        for pid, pgid, name in processes
        if pgid == str(group) and name.startswith("soffice" if victim == "soffice" else "python3")
    ]
    assert chosen
    os.kill(chosen[0], signal.SIGKILL)
    assert own.convert(small()).startswith(b"%PDF-")
    wait_until_gone(group)


def test_closing_ends_libreoffice_and_the_next_document_starts_it_again(own: docgen.Office) -> None:
    own.convert(small())
    group = own._worker._process.pid
    own.close()
    wait_until_gone(group)
    assert own.convert(small()).startswith(b"%PDF-")


def test_libreoffice_ends_when_the_process_that_used_it_is_killed(tmp_path: Path) -> None:
    source = tmp_path / "small.docx"
    source.write_bytes(small())
    program = (
        "import pathlib, sys, time, docgen\n"
        "office = docgen.Office(pathlib.Path(sys.argv[1]))\n"
        "office.convert(pathlib.Path(sys.argv[2]).read_bytes())\n"
        "print(office._worker._process.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "profiles"), str(source)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as user:
        try:
            assert user.stdout is not None
            group = int(user.stdout.readline())
            assert alive(group)
        finally:
            user.kill()
    wait_until_gone(group)


def test_several_threads_may_convert_at_once_and_each_gets_its_own_document(office: docgen.Office) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda number: office.convert(small("woord " * number * 400)), range(1, 5)))
    pages = [len(PdfReader(io.BytesIO(pdf)).pages) for pdf in made]
    assert pages == sorted(pages)
    assert pages[0] < pages[-1]


def test_two_offices_over_one_folder_take_a_profile_each(tmp_path: Path) -> None:
    with docgen.Office(tmp_path) as one, docgen.Office(tmp_path) as two:
        one.convert(small())
        two.convert(small())
        assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == {"1", "2"}


def test_the_document_leaves_no_copy_in_the_profile(own: docgen.Office, tmp_path: Path) -> None:
    own.convert(small("Geheimnummer"))
    left = [
        path for path in (tmp_path / "profiles" / "1" / "tmp").rglob("*") if path.suffix in (".docx", ".pdf")
    ]
    assert left == []


def test_without_libreoffice_the_message_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(convert, "SOFFICE", tmp_path / "soffice.bin")
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
