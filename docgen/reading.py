"""What a PDF says when it is read aloud: its tagged text, in the order of the tags."""

import ctypes
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from docgen.errors import UnusablePdf
from docgen.pictures import one_at_a_time

INLINE = (
    "Span",
    "Link",
    "Quote",
    "Note",
    "Reference",
    "Lbl",
    "Figure",
    "Form",
)  # inside a block, not a block
LINE_HYPHEN = "\x02"  # how pdfium gives a hyphen at the end of a line
LIST_ITEM = "LBody"
_NO_MARK = -1


def read_aloud(pdf: bytes) -> list[str]:
    """The text of every block (paragraph, heading, cell) in reading order; headers and footers are not in it.

    Raises:
        UnusablePdf: the bytes are no PDF.
    """
    with one_at_a_time:
        try:
            with pypdfium2.PdfDocument(pdf) as document:
                return [text for page in document for text in _blocks(page)]
        except pypdfium2.PdfiumError as error:
            raise UnusablePdf(f"The PDF cannot be read ({error}): make it again.") from error


def _blocks(page: Any) -> Iterator[str]:
    marked = _marked_text(page)
    tree = pdfium.FPDF_StructTree_GetForPage(page)
    blocks: list[list[str]] = [[]]
    try:
        for number in range(pdfium.FPDF_StructTree_CountChildren(tree)):
            _collect(pdfium.FPDF_StructTree_GetChildAtIndex(tree, number), marked, blocks)
    finally:
        pdfium.FPDF_StructTree_Close(tree)
        page.close()
    for block in blocks:
        if text := " ".join("".join(block).split()):
            yield text


def _collect(element: Any, marked: dict[int, str], blocks: list[list[str]], item: bool = False) -> None:
    if not element:
        return
    kind = _utf16(pdfium.FPDF_StructElement_GetType, element)
    block = kind not in INLINE
    if block:
        blocks.append([])
    if kind == "Figure" and (instead := _utf16(pdfium.FPDF_StructElement_GetAltText, element)):
        blocks[-1].append(f"[{instead}]")
    for number in range(pdfium.FPDF_StructElement_CountChildren(element)):
        child = pdfium.FPDF_StructElement_GetChildAtIndex(element, number)
        mark = pdfium.FPDF_StructElement_GetChildMarkedContentID(element, number)
        if child:
            _collect(child, marked, blocks, kind == LIST_ITEM)
        elif mark != _NO_MARK:
            blocks[-1].append(marked.get(mark, ""))
            if item and number == 0:
                blocks[-1].append(" ")  # after the label, which has a mark of its own
    if block:
        blocks.append([])


def _marked_text(page: Any) -> dict[int, str]:
    """The letters of the page by the number of their marked content.

    Asked for each piece of text that is drawn: asking pdfium about every letter takes twice as long.
    """
    text = page.get_textpage()
    found: dict[int, list[str]] = {}
    line: float | None = None
    for piece in _pieces(page.raw, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject):
        parts = found.setdefault(pdfium.FPDFPageObj_GetMarkedContentID(piece), [])
        before, line = line, _baseline(piece)
        if line != before:
            parts.append(" ")
        parts.append(_utf16(pdfium.FPDFTextObj_GetText, piece, text.raw))
    text.close()
    return {mark: "".join(parts).replace(LINE_HYPHEN, "-") for mark, parts in found.items()}


def _pieces(holder: Any, count: Callable[[Any], int], get: Callable[[Any, int], Any]) -> Iterator[Any]:
    """The text objects of a page, and of the forms on it (ISO 32000-1, 8.10), as they are drawn."""
    for number in range(count(holder)):
        drawn = get(holder, number)
        kind = pdfium.FPDFPageObj_GetType(drawn)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            yield drawn
        elif kind == pdfium.FPDF_PAGEOBJ_FORM:
            yield from _pieces(drawn, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject)


def _baseline(piece: Any) -> float:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(piece, matrix)
    height: float = matrix.f
    return height


def _utf16(getter: Callable[..., int], *about: Any) -> str:
    length = getter(*about, None, 0)
    buffer = (ctypes.c_ushort * (length // 2))()
    getter(*about, buffer, length)
    return bytes(buffer)[: max(0, length - 2)].decode("utf-16-le")
