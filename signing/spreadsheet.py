"""Owner of openpyxl and of CSV: the cells of an uploaded file as texts, and files for people to open.

Only values count: nothing that a cell would calculate is calculated, here or in a file that we give back.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from typing import Any
from warnings import catch_warnings, simplefilter

from openpyxl import Workbook, load_workbook  # type: ignore[import-untyped]  # it ships no types
from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]
from openpyxl.styles import Alignment, Font  # type: ignore[import-untyped]
from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

from signing.errors import SigningError

LARGEST = 2 * 1024 * 1024  # bytes of a file
LARGEST_UNPACKED = 20 * 1024 * 1024  # bytes of an XLSX without its compression
MOST_LINES = 500  # that hold something, below the headings
MOST_COLUMNS = 500
MOST_LOOKED_AT = 2_000_000  # cells, also empty ones: a file may claim that one stands far away
# What a spreadsheet would take for the beginning of one (OWASP, CSV injection); also in wide characters.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_DATE_FORMAT_NEEDS_TEXT = "@"  # Excel then keeps zeros at the start and takes nothing for a date
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([^\"']*)")
_SEPARATOR = re.compile(r"sep=(.)\r?\n", re.I)  # a line of Excel's own


class UnreadableFile(SigningError):
    """The file cannot be read as a list. ``reason``: a word for which the desk has Dutch."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The file cannot be read as a list: {reason}.")


@dataclass(frozen=True)
class Cell:
    """What a cell says. ``odd``: ``formula`` (without a value) or ``error``, for one that says nothing;
    ``number``: the program that wrote it took it for a number, so zeros at its start are gone.
    """

    text: str = ""
    odd: str | None = None
    number: bool = False


@dataclass(frozen=True)
class Line:
    """A row that holds something; ``number``: what a spreadsheet shows beside it."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Sheet:
    """A first row of headings, and what stands below it."""

    headings: tuple[str, ...]
    lines: tuple[Line, ...]


def read(content: bytes) -> Sheet:
    """The first sheet of an XLSX, or a CSV in UTF-8. Raises UnreadableFile."""
    if len(content) > LARGEST:
        raise UnreadableFile("too_large")
    if content.startswith(_OLE):
        raise UnreadableFile("old_excel")
    lines = _of_xlsx(content) if content.startswith(_ZIP) else _of_csv(content)
    first = next(lines, None)
    if first is None:
        raise UnreadableFile("empty")
    headings = tuple(cell.text for cell in first.cells)
    if len(headings) > MOST_COLUMNS:
        raise UnreadableFile("too_many_columns")
    found = []
    for line in lines:
        if len(line.cells) > len(headings):
            raise UnreadableFile("more_cells")
        found.append(line)
        if len(found) > MOST_LINES:
            raise UnreadableFile("too_many_rows")
    return Sheet(headings, tuple(found))


def as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """As a Dutch Excel reads it; no cell of it is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([[harmless(cell) for cell in row] for row in rows])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(headings: Sequence[str], rows: Iterable[Sequence[str]], title: str) -> bytes:
    """With every cell as text, so that Excel keeps what is typed in it; also where nothing stands yet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for place, heading in enumerate(headings):
        dimension = sheet.column_dimensions[letters(place)]
        dimension.width = min(max(len(heading) + 2, 14), 40)
        dimension.number_format = _DATE_FORMAT_NEEDS_TEXT
    sheet.append([_written(sheet, heading, bold=True) for heading in headings])
    for row in rows:
        sheet.append([_written(sheet, cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula; `read` gives the text itself back."""
    return f"'{text}" if text.startswith(FORMULA) else text


def letters(place: int) -> str:
    """What a spreadsheet calls a column: ``A`` for 0, ``AA`` for 26."""
    return str(get_column_letter(place + 1))


def _plain(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def _of_csv(content: bytes) -> Iterator[Line]:
    if content.startswith(_UTF16) or b"\x00" in content:
        raise UnreadableFile("not_utf8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Windows-1252 gives every byte some letter, so guessing would put wrong names into contracts.
        raise UnreadableFile("not_utf8") from None
    told = _SEPARATOR.match(text)
    skipped = told.end() if told else 0
    first = text[skipped:].partition("\n")[0]
    delimiter = told[1] if told else max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text[skipped:], newline=""), delimiter=delimiter, strict=True)
    try:
        for number, row in enumerate(reader, 2 if told else 1):
            cells = _trimmed([_of_text(cell.strip()) for cell in row])
            if cells:
                yield Line(number, cells)
    except csv.Error:
        raise UnreadableFile("broken") from None


def _of_text(text: str) -> Cell:
    return Cell(odd="formula") if text.startswith("=") else Cell(_plain(text))


def _of_xlsx(content: bytes) -> Iterator[Line]:
    _look_inside(content)
    try:
        # Twice, because a formula and the value that it had are read in different ways.
        values, formulas = _rows(content, data_only=True), _rows(content, data_only=False)
        looked_at = 0
        for number, (row, written) in enumerate(zip_longest(values, formulas, fillvalue=()), 1):
            looked_at += len(row)
            if looked_at > MOST_LOOKED_AT:
                raise UnreadableFile("too_large")
            cells = _trimmed([_of_cell(*pair) for pair in zip_longest(row, written)])
            if cells:
                yield Line(number, cells)
    except UnreadableFile:
        raise
    except Exception:  # openpyxl raises whatever a broken file leads it to
        raise UnreadableFile("broken") from None


def _rows(content: bytes, *, data_only: bool) -> Iterator[tuple[Any, ...]]:
    with catch_warnings():
        simplefilter("ignore")  # of what it leaves out: styles, rules, pictures
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=data_only)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says about its own size need not be true
        yield from sheet.iter_rows()


def _of_cell(cell: Any, written: Any) -> Cell:
    value = getattr(cell, "value", None)
    if getattr(cell, "data_type", "") == "e":
        return Cell(odd="error")
    if value is None:
        return Cell(odd="formula" if getattr(written, "data_type", "") == "f" else None)
    if isinstance(value, bool):
        return Cell("ja" if value else "nee")
    if isinstance(value, datetime):
        return Cell(value.date().isoformat())
    if isinstance(value, date):
        return Cell(value.isoformat())
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return Cell(_plain(str(value).strip()), number=isinstance(value, int | float))


def _look_inside(content: bytes) -> None:
    """Before it is read: how large it gets, that it is a workbook, and that its XML is plain."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > LARGEST_UNPACKED:
                raise UnreadableFile("too_large")
            if "xl/workbook.xml" not in packed.namelist():
                raise UnreadableFile("not_a_list")
            for name in packed.namelist():
                if not _is_plain(packed.read(name), xml=name.endswith((".xml", ".rels"))):
                    raise UnreadableFile("broken")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error):
        raise UnreadableFile("broken") from None


def _is_plain(part: bytes, *, xml: bool) -> bool:
    """No document type: entities, which can grow without end, are declared in one. XML is in UTF-8."""
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        return False
    told = _ENCODING.search(part[:200])
    return not xml or (b"\x00" not in part and (told is None or told[1].lower() in (b"utf-8", b"us-ascii")))


def _trimmed(cells: list[Cell]) -> tuple[Cell, ...]:
    """Without the empty ones that a spreadsheet adds at the end."""
    while cells and cells[-1] == Cell():
        cells.pop()
    return tuple(cells)


def _written(sheet: Any, text: str, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"  # a text, whatever it begins with
    cell.number_format = _DATE_FORMAT_NEEDS_TEXT
    cell.font = Font(bold=bold)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
