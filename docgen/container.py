"""A look at a DOCX as a container, before anything opens it."""

import io
import zipfile
from xml.etree import ElementTree

from docgen.errors import UnusableDocx

MAX_DOCX = 20 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"


def check_docx(docx: bytes) -> None:
    """Raise ``UnusableDocx`` unless these bytes are a Word document that points to nothing outside itself."""
    if len(docx) > MAX_DOCX:
        raise UnusableDocx(f"The DOCX is larger than {MAX_DOCX >> 20} MB: make its pictures smaller.")
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as archive:
            if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED:
                raise UnusableDocx(f"The DOCX unpacks to more than {MAX_UNPACKED >> 20} MB: refused.")
            if "word/document.xml" not in archive.namelist():
                raise UnusableDocx("The file holds no word/document.xml: save it as a Word document (.docx).")
            for name in archive.namelist():
                if name.endswith(".rels"):
                    _check_relationships(name, archive.read(name))
    except (zipfile.BadZipFile, ElementTree.ParseError, NotImplementedError, RuntimeError, EOFError) as error:
        raise UnusableDocx(f"The file is no readable DOCX ({error}): save it again in Word.") from error


def _check_relationships(name: str, xml: bytes) -> None:
    # A DOCX has no DOCTYPE, so no entities; expat would fetch none anyway.
    if b"<!DOCTYPE" in xml or b"\x00" in xml:
        raise UnusableDocx(f"{name} is not plain UTF-8 XML: save the document again in Word.")
    for relationship in ElementTree.fromstring(xml):  # noqa: S314
        if relationship.get("TargetMode") == "External" and relationship.get("Type") != HYPERLINK:
            kind = str(relationship.get("Type")).rsplit("/", 1)[-1]
            raise UnusableDocx(
                f"{name} points to a {kind} outside the document: embed it (Word: Break Link) and save."
            )
