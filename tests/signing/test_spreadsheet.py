"""Files that people made or that somebody made to do harm: what is read of them, and what is given back."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook, load_workbook

from signing import spreadsheet
from signing.spreadsheet import Cell, UnreadableFile
from tests.signing import lists


def texts(content: bytes) -> list[list[str]]:
    return [[cell.text for cell in line.cells] for line in spreadsheet.read(content).lines]


# Excel knows no time zones.
NOON = datetime(2026, 12, 1, 12, 0)  # noqa: DTZ001


def refused(content: bytes) -> str:
    with pytest.raises(UnreadableFile) as error:
        spreadsheet.read(content)
    return error.value.reason


def repacked(content: bytes, name: str, part: bytes) -> bytes:
    """A workbook with another part in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, part)
    return out.getvalue()


BOOK = lists.as_xlsx([["a", "b"], ["1", "2"]])
SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\n;;\n", "empty"),
        ("naam;plaats\nJosé;Delft\n".encode("cp1252"), "not_utf8"),
        ("naam\nJosé\n".encode("utf-16"), "not_utf8"),
        (b"a;b\n1;2\x00\n", "not_utf8"),
        (b'a;b\n"1;2\n', "broken"),
        (b"a;b\n1;2;3\n", "more_cells"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "old_excel"),
        (b"PK\x03\x04 and then nothing", "broken"),
        (b";".join([b"x"] * 501) + b"\n", "too_many_columns"),
        (b"a\n" + b"1\n" * 501, "too_many_rows"),
        (b"a\n" + b"1" * spreadsheet.LARGEST, "too_large"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_reason(content: bytes, reason: str) -> None:
    assert refused(content) == reason


def test_a_zip_file_that_is_no_workbook_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert refused(out.getvalue()) == "not_a_list"


def test_a_workbook_that_unpacks_to_more_than_it_may_is_refused_unread() -> None:
    bomb = repacked(BOOK, SHEET, b" " * (spreadsheet.LARGEST_UNPACKED + 1))
    assert len(bomb) < 100_000
    assert refused(bomb) == "too_large"


@pytest.mark.parametrize("name", [SHEET, "xl/worksheets/somewhere.bin", "[Content_Types].xml"])
def test_a_workbook_that_declares_entities_is_refused_unread(name: str) -> None:
    part = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    assert refused(repacked(BOOK, name, part)) == "broken"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-7"])
def test_a_workbook_in_another_encoding_hides_nothing(encoding: str) -> None:
    part = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a "a">]><x/>'
    assert refused(repacked(BOOK, SHEET, part.encode(encoding))) == "broken"


def test_cells_far_away_cost_no_more_than_they_may() -> None:
    rows = b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (n, n) for n in range(1, 300))
    part = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + rows
        + b"</sheetData></worksheet>"
    )
    assert refused(repacked(BOOK, SHEET, part)) in ("too_large", "too_many_columns")


def test_a_sheet_that_is_broken_inside_is_refused() -> None:
    assert refused(repacked(BOOK, SHEET, b"<worksheet><sheetData><row")) == "broken"


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_csv_is_read_as_programs_write_it(delimiter: str, encoding: str) -> None:
    content = lists.as_csv(
        [["naam", "plaats"], ['Łukasz; "O\'Neill"', "Den Haag, NL\nhier"]], delimiter, encoding
    )
    sheet = spreadsheet.read(content)
    assert sheet.headings == ("naam", "plaats")
    assert [cell.text for cell in sheet.lines[0].cells] == ['Łukasz; "O\'Neill"', "Den Haag, NL\nhier"]


def test_rows_keep_the_number_that_a_spreadsheet_shows() -> None:
    assert [line.number for line in spreadsheet.read(b"a;b\n\n1;2\n;;\n3;4\n").lines] == [3, 5]
    assert [line.number for line in spreadsheet.read(b"sep=,\r\na,b\r\n1,2\r\n").lines] == [3]
    assert [line.number for line in spreadsheet.read(lists.as_xlsx([["a"], [None], ["1"]])).lines] == [3]


def test_of_an_xlsx_only_values_count() -> None:
    content = lists.as_xlsx(
        [
            ["a"] * 8,
            ["0012", 12, 3.0, 3.5, True, NOON, date(2026, 12, 2), " tekst "],
            ["=1+1", "#N/A"],
        ]
    )
    first, second = spreadsheet.read(content).lines
    assert [cell.text for cell in first.cells] == [
        "0012", "12", "3", "3.5", "ja", "2026-12-01", "2026-12-02", "tekst",
    ]  # fmt: skip
    assert [cell.number for cell in first.cells[:3]] == [False, True, True]
    assert second.cells == (Cell(odd="formula"), Cell(odd="error"))


def test_a_formula_that_has_a_value_says_its_value() -> None:
    part = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
        b'<row r="2"><c r="A2" t="str"><f>UPPER("delft")</f><v>DELFT</v></c></row>'
        b"</sheetData></worksheet>"
    )
    assert texts(repacked(BOOK, SHEET, part)) == [["DELFT"]]


def test_only_the_first_sheet_counts() -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["a"])
    book.active.append(["1"])
    book.create_sheet("Kladblad").append(["iets", "anders"])
    out = io.BytesIO()
    book.save(out)
    assert texts(out.getvalue()) == [["1"]]


def test_a_formula_in_a_csv_is_told_and_never_taken() -> None:
    (line,) = spreadsheet.read(b"a;b;c\n=cmd|' /C calc'!A0;=\"0012\";+31612345678\n").lines
    assert line.cells == (Cell(odd="formula"), Cell(odd="formula"), Cell("+31612345678"))


HOSTILE = ["=1+1", "＝1+1", "\n=1", "+31612345678", "-2", "@SUM(A1)", "\t=1", "gewoon", "'s-Hertogenbosch"]


def test_nothing_that_is_given_back_is_a_formula_and_all_of_it_is_read_back() -> None:
    content = spreadsheet.as_csv([["a"] * len(HOSTILE), HOSTILE])
    given = content.decode("utf-8-sig").split("\r\n")[1].split(";")
    assert not any(cell.strip('"').startswith(spreadsheet.FORMULA) for cell in given)
    assert texts(content) == [HOSTILE]


def test_an_xlsx_that_is_given_has_texts_only() -> None:
    content = spreadsheet.as_xlsx(
        ["a"] * len(HOSTILE), [HOSTILE], "Een titel van meer dan 31 tekens, te lang"
    )
    (sheet,) = load_workbook(io.BytesIO(content)).worksheets
    assert [cell.data_type for cell in sheet[2]] == ["s"] * len(HOSTILE)
    assert {cell.number_format for cell in sheet[2]} == {"@"}
    assert sheet.column_dimensions["A"].number_format == "@"
    assert sheet.freeze_panes == "A2"


def test_columns_are_called_as_a_spreadsheet_calls_them() -> None:
    assert [spreadsheet.letters(place) for place in (0, 25, 26, 701)] == ["A", "Z", "AA", "ZZ"]
