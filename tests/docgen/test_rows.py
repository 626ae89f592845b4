from __future__ import annotations

import json
from pathlib import Path

import pytest

from docgen import rows
from docgen.errors import UnreadableRows
from docgen.rows import Row, Rows
from docgen.values import check, complete
from tests.docgen import samples


def read(path: Path) -> list[Row]:
    found = Rows(path, samples.manifest())
    listed = list(found)
    assert len(found) == len(listed)
    return listed


def faults(path: Path) -> tuple[str, ...]:
    with pytest.raises(UnreadableRows) as caught:
        Rows(path, samples.manifest())
    assert all(fault in str(caught.value) for fault in caught.value.faults)
    return caught.value.faults


def saved(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def spreadsheet(delimiter: str = ";") -> str:
    """The sample as Excel would save it: dotted columns, Dutch booleans, rows as JSON."""
    flat: dict[str, str] = {}

    def flatten(values: dict[str, object], start: str) -> None:
        for key, value in values.items():
            if isinstance(value, dict):
                flatten(value, f"{start}{key}.")
            elif isinstance(value, bool):
                flat[f"{start}{key}"] = "WAAR" if value else "ONWAAR"
            else:
                flat[f"{start}{key}"] = json.dumps(value) if isinstance(value, list) else str(value)

    flatten(samples.data(), "")
    quoted = ('"' + cell.replace('"', '""') + '"' for cell in flat.values())
    return f"{delimiter.join(flat)}\r\n{delimiter.join(quoted)}\r\n"


def test_every_line_that_is_no_row_is_told_at_once_with_its_number(tmp_path: Path) -> None:
    lines = ['{"a": 1}', "{", "", "[1]", '{"a": NaN}', '{"a": 1, "a": 2}', '{"reference": 7}', "[" * 100_000]
    told = faults(saved(tmp_path, "leases.jsonl", "\n".join(lines)))
    assert [fault.split(":")[0] for fault in told] == [f"leases.jsonl line {n}" for n in (2, 4, 5, 6, 7, 8)]
    assert "is not JSON" in told[0]
    assert "no JSON object" in told[1]
    assert "'a' is there twice" in told[3]
    assert "reference is not a text" in told[4]


def test_rows_nested_without_end_are_told_whatever_their_depth(tmp_path: Path) -> None:
    rows_of = ['{"a": ' + "[" * depth + "]" * depth + "}" for depth in (25, 500, 900, 5000)]
    told = faults(saved(tmp_path, "leases.jsonl", "\n".join(rows_of)))
    assert len(told) == 4
    assert "nested deeper than 20 levels" in told[0]


def test_a_thousand_bad_lines_are_not_all_printed(tmp_path: Path) -> None:
    told = faults(saved(tmp_path, "leases.jsonl", "{\n" * 1000))
    assert len(told) == rows.MOST_TOLD + 1
    assert told[-1] == "950 more."


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("leases.jsonl", b"", "holds no rows"),
        ("leases.jsonl", b"\n\n", "holds no rows"),
        ("leases.jsonl", b'{"a": "\xff"}', "not UTF-8"),
        ("leases.json", b"[]", "holds no rows"),
        ("leases.json", b'{"a": 1}', "no JSON array"),
        ("leases.json", b"[{}, 1]", "item 2: It is no JSON object"),
        ("leases.json", b"[{}", "not JSON"),
        ("leases.csv", b"", "holds no rows"),
        ("leases.csv", b"lease_number\n", "holds no rows"),
        ("leases.csv", b"lease_number\n\xff\n", "not UTF-8"),
        ("leases.csv", b'lease_number\n"a"b\n', "not CSV"),
        ("leases.csv", b"lease_number,lease_number\n1,2\n", "there 2 times"),
        ("leases.csv", b"lease_number,guide\n1,2,3\n", "row 2: It has 3 cells, and the first row 2"),
        ("leases.csv", b"lease_numbr\n1\n", "or write 'lease_number'"),
        ("leases.csv", b"end_date\n2026-12-01\n", "No field is called 'end_date'"),
        ("leases.xlsx", b"PK", "Its name tells no format"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_place_and_the_reason(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    assert reason in "\n".join(faults(saved(tmp_path, name, content)))


def test_a_line_without_end_is_not_read_into_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "LARGEST_ROW", 100)
    told = faults(saved(tmp_path, "leases.jsonl", '{}\n{"a": "' + "x" * 200))
    assert told == ("leases.jsonl line 2: It is longer than 0 MB; what follows was not read.",)


def test_a_folder_tells_which_of_its_files_are_wrong(tmp_path: Path) -> None:
    saved(tmp_path, "a.json", "{}")
    saved(tmp_path, "b.json", "{")
    saved(tmp_path, "c.json", "[]")
    saved(tmp_path, "d.txt", "no row")
    assert [fault.split(":")[0] for fault in faults(tmp_path)] == ["b.json", "c.json"]


def test_lines_an_array_and_a_folder_give_the_same_rows(tmp_path: Path) -> None:
    data = [samples.data(), {**samples.data(), "reference": samples.REFERENCE}]
    texts = [json.dumps(each) for each in data]
    lines = read(saved(tmp_path, "a.jsonl", "\ufeff" + "\n\n".join(texts)))
    array = read(saved(tmp_path, "a.json", json.dumps(data)))
    folder = tmp_path / "folder"
    folder.mkdir()
    for number, text in enumerate(texts):
        saved(folder, f"{number}.json", text)
    for found in (lines, array, read(folder)):
        assert [row.data for row in found] == [samples.data()] * 2
        assert [row.reference for row in found] == [None, samples.REFERENCE]
    assert [row.number for row in lines] == [1, 3]
    assert [row.place for row in array] == ["a.json item 1", "a.json item 2"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_spreadsheet_gives_what_json_gives(tmp_path: Path, delimiter: str) -> None:
    [row] = read(saved(tmp_path, "a.csv", "\ufeff" + spreadsheet(delimiter)))
    assert row.number == 2
    assert check(samples.manifest(), row.data, samples.TODAY) == []
    assert complete(samples.manifest(), row.data, samples.TODAY) == complete(
        samples.manifest(), samples.data(), samples.TODAY
    )


def test_empty_cells_and_rows_are_left_out(tmp_path: Path) -> None:
    text = "lease_number;remark;talked;;\n1; ;nee;;\n;;;;\n2;x\n"
    found = read(saved(tmp_path, "a.csv", text))
    assert [(row.number, row.data) for row in found] == [
        (2, {"lease_number": "1", "talked": False}),
        (4, {"lease_number": "2", "remark": "x"}),
    ]


def test_a_cell_that_does_not_fit_its_field_is_refused_with_its_row(
    tmp_path: Path,
) -> None:
    text = "lease_number,talked,address.number,agreements\n007,misschien,12a,geen\n"
    [row] = read(saved(tmp_path, "a.csv", text))
    assert row.data == {
        "lease_number": "007",
        "talked": "misschien",
        "address.number": "12a",
        "agreements": "geen",
    }
    fields = {problem.field for problem in check(samples.manifest(), row.data, samples.TODAY)}
    assert {"talked", "address.number", "agreements"} <= fields


def test_a_file_that_changes_under_the_reader_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.jsonl", "{}\n{}\n")
    found = Rows(path, samples.manifest())
    path.write_text("{}\n{\n")
    with pytest.raises(UnreadableRows, match="not so a moment ago"):
        list(found)
