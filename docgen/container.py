"""A look at a DOCX as a container, before anything opens it."""

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from html import unescape
from xml.etree import ElementTree

from docgen.errors import UnusableDocx

MAX_DOCX = 20 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024
MAX_PART = 16 * 1024 * 1024  # of XML, which takes some ten times its size in memory
MAX_MEMBERS = 2000
CHUNK = 1 << 18
HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
UNREADABLE = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, ElementTree.ParseError, NotImplementedError,
    RuntimeError, EOFError, OSError, ValueError,
)  # fmt: skip
XML = (".xml", ".rels", ".vml")

# Relationships to parts that run, or that another program would open.
ACTIVE = {
    "vbaProject": "a macro",
    "wordVbaData": "a macro",
    "oleObject": "an embedded object (OLE)",
    "package": "an embedded file",
    "control": "an ActiveX control",
    "activeXControlBinary": "an ActiveX control",
    "aFChunk": "another document that is read in",
    "subDocument": "another document that is read in",
}
ACTIVE_FILES = re.compile(r"(?i)(?:^|/)(?:vbaProject\.bin|vbaData\.xml|embeddings/.|activeX/.)")
# Fields that fetch what is not in the document, or start a program; ECMA-376 1 17.16.5.
FETCHING = re.compile(
    r"(?i)(?:^|[\s{])(INCLUDEPICTURE|INCLUDETEXT|INCLUDE|IMPORT|DDEAUTO|DDE|LINK|RD|DATABASE|MACROBUTTON)\s"
)
INSTRUCTION = re.compile(r'<\w*:?instrText\b[^>]*>([^<]*)<|\binstr\s*=\s*(?:"([^"]*)"|\'([^\']*)\')')


def check_docx(docx: bytes) -> None:
    """Raise ``UnusableDocx`` unless these bytes are a Word document that points to nothing outside itself."""
    found = faults(docx)
    if found:
        raise UnusableDocx(" ".join(found))


def faults(docx: bytes) -> list[str]:
    """Why this DOCX may not be opened, as sentences; all at once as far as it can be read without harm."""
    if len(docx) > MAX_DOCX:
        return [f"The DOCX is larger than {MAX_DOCX >> 20} MB: make its pictures smaller."]
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as archive:
            # Only what the list of contents says; a member that is larger than it says is cut off there.
            return list(_listed(archive)) or list(_read(archive))
    except UNREADABLE as error:
        return [f"The file is no readable DOCX ({error}): save it again in Word."]


def _listed(archive: zipfile.ZipFile) -> Iterator[str]:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        yield f"The DOCX holds more than {MAX_MEMBERS} parts: refused."
        return
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        yield f"The DOCX unpacks to more than {MAX_UNPACKED >> 20} MB: refused."
    if any(member.file_size > MAX_PART for member in members if member.filename.endswith(XML)):
        yield f"A part of the DOCX unpacks to more than {MAX_PART >> 20} MB of XML: refused."
    names = [member.filename for member in members]
    if any(_strays(member.orig_filename) for member in members):
        yield "A part of the DOCX has a name that leaves the document: save it again in Word."
    if max(Counter(name.lower() for name in names).values(), default=0) > 1:
        yield "Two parts of the DOCX have the same name: save it again in Word."
    if "word/document.xml" not in names:
        yield "The file holds no word/document.xml: save it as a Word document (.docx)."


def _strays(name: str) -> bool:
    return (
        name.startswith(("/", "\\"))
        or re.match(r"[A-Za-z]:", name) is not None
        or "\x00" in name
        or ".." in re.split(r"[/\\]", name)
    )


def _read(archive: zipfile.ZipFile) -> Iterator[str]:
    names = archive.namelist()
    if any(ACTIVE_FILES.search(name) for name in names):
        yield "The DOCX holds a macro or an embedded object: save it as a plain Word document without them."
    for name in names:
        xml = _unpacked(archive, name)
        if not name.endswith(XML):
            continue
        # A DOCX has no DOCTYPE, so no entities; a reader that knows no entities cannot be misled by them.
        if b"<!DOCTYPE" in xml or b"\x00" in xml:
            yield f"{name} is not plain UTF-8 XML: save the document again in Word."
        elif name.endswith(".rels"):
            yield from _relationships(name, xml)
        else:
            yield from _fields(name, xml)
            if name == "[Content_Types].xml" and b"macroEnabled" in xml:
                yield "The DOCX is made for macros: save it as a plain Word document (.docx)."


def _unpacked(archive: zipfile.ZipFile, name: str) -> bytes:
    """The member; raises ``BadZipFile`` when it is larger than listed: every later reader trusts that."""
    parts = []
    with archive.open(name) as member:
        # Without a size zipfile unpacks all of a member before it looks at how much that is.
        while part := member.read(CHUNK):
            parts.append(part)
    return b"".join(parts)


def _relationships(name: str, xml: bytes) -> Iterator[str]:
    for relationship in ElementTree.fromstring(xml):  # noqa: S314 - without a DOCTYPE
        kind = str(relationship.get("Type")).rsplit("/", 1)[-1]
        if relationship.get("TargetMode") == "External":
            if relationship.get("Type") != HYPERLINK:
                yield f"{name} points to a {kind} outside the document: embed it (Word: Break Link) and save."
        elif kind in ACTIVE:
            yield f"{name} holds {ACTIVE[kind]}: take it out, or put it in as text or as a picture."


def _fields(name: str, xml: bytes) -> Iterator[str]:
    if b"instr" not in xml:
        return
    found = INSTRUCTION.findall(xml.decode("utf-8", "replace"))
    for instruction in ["".join(runs for runs, *_ in found), *("".join(quoted) for _, *quoted in found)]:
        for fetching in FETCHING.finditer(f"{unescape(instruction)} "):
            yield f"{name} holds the field {fetching[1].upper()}: replace it by what it shows."
