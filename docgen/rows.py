"""Reads many leases: JSON lines, a JSON array, a CSV file of a spreadsheet, or a folder of JSON files."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn

from docgen.errors import UnreadableRows
from docgen.manifest import Field, Manifest
from docgen.tables import closest

REFERENCE = "reference"  # may stand next to the values of a row; no field of a manifest
LARGEST_ROW = 10 * 1024 * 1024  # bytes
LARGEST_ARRAY = 200 * 1024 * 1024  # bytes; a JSON array is read as a whole
DEEPEST = 20  # levels in one row; the documents need four
MOST_TOLD = 50
YES, NO = ("ja", "true", "waar", "1"), ("nee", "false", "onwaar", "0")
INTEGER = re.compile(r"[0-9]{1,15}")
LINES, ARRAY, SPREADSHEET = (".jsonl", ".ndjson"), (".json",), (".csv",)


@dataclass(frozen=True)
class Row:
    """The values of one packet as they were given, and where: ``number`` is what an editor or Excel shows."""

    number: int
    place: str
    data: Mapping[str, object]
    reference: str | None


@dataclass(frozen=True)
class _Fault:
    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class Rows:
    """The rows of a file or folder, in order; read anew every time, so that a large file takes no memory.

    Raises:
        UnreadableRows: with everything that cannot be read, before any row is given.
    """

    def __init__(self, source: Path, manifest: Manifest) -> None:
        self._source = source
        self._manifest = manifest
        self._count = 0
        faults: list[_Fault] = []
        for found in self._scan():
            if isinstance(found, _Fault):
                faults.append(found)
            else:
                self._count += 1
        if not faults and not self._count:
            faults.append(_Fault(source.name, "It holds no rows: give at least one."))
        if faults:
            raise UnreadableRows(_told(faults))

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Row]:
        for found in self._scan():
            if isinstance(found, _Fault):
                raise UnreadableRows([f"{found} It was not so a moment ago."])
            yield found

    def _scan(self) -> Iterator[Row | _Fault]:
        source = self._source
        if source.is_dir():
            return _folder(source)
        suffix = source.suffix.lower()
        if suffix in LINES:
            return _lines(source)
        if suffix in ARRAY:
            return _array(source)
        if suffix in SPREADSHEET:
            return _spreadsheet(source, self._manifest)
        names = ", ".join((*LINES, *ARRAY, *SPREADSHEET))
        raise UnreadableRows(
            [f"{source.name}: Its name tells no format: give a folder, or a file in {names}."]
        )


def _told(faults: list[_Fault]) -> list[str]:
    more = len(faults) - MOST_TOLD
    return [*map(str, faults[:MOST_TOLD]), *([f"{more} more."] if more > 0 else [])]


def _lines(source: Path) -> Iterator[Row | _Fault]:
    with source.open("rb") as file:
        number = 0
        while line := file.readline(LARGEST_ROW + 1):
            number += 1
            place = f"{source.name} line {number}"
            if len(line) > LARGEST_ROW:
                yield _Fault(place, f"It is longer than {LARGEST_ROW >> 20} MB; what follows was not read.")
                return
            if line.strip():
                yield _object(number, place, line)


def _folder(source: Path) -> Iterator[Row | _Fault]:
    for number, path in enumerate(sorted(source.glob("*.json")), 1):
        if path.stat().st_size > LARGEST_ROW:
            yield _Fault(path.name, f"It is larger than {LARGEST_ROW >> 20} MB.")
        else:
            yield _object(number, path.name, path.read_bytes())


def _array(source: Path) -> Iterator[Row | _Fault]:
    if source.stat().st_size > LARGEST_ARRAY:
        yield _Fault(source.name, f"It is larger than {LARGEST_ARRAY >> 20} MB: write it as JSON lines.")
        return
    found = _json(source.read_bytes())
    if isinstance(found, str):
        yield _Fault(source.name, found)
    elif not isinstance(found.value, list):
        yield _Fault(
            source.name, "It is no JSON array: write [ {...}, {...} ], or one object per line in .jsonl."
        )
    else:
        for number, value in enumerate(found.value, 1):
            yield _row(number, f"{source.name} item {number}", value)


@dataclass(frozen=True)
class _Parsed:
    value: object


def _json(text: bytes) -> _Parsed | str:
    """What the text says, or why it says nothing."""
    try:
        return _Parsed(
            json.loads(text.decode("utf-8-sig"), parse_constant=_no_constant, object_pairs_hook=_unique)
        )
    except UnicodeDecodeError:
        return "It is not UTF-8: save it as UTF-8."
    except (ValueError, RecursionError) as error:
        return f"It is not JSON ({error})."


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    twice = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
    if twice:
        raise ValueError(f"{twice[0][:60]!r} is there twice")
    return dict(pairs)


def _object(number: int, place: str, text: bytes) -> Row | _Fault:
    found = _json(text)
    return _Fault(place, found) if isinstance(found, str) else _row(number, place, found.value)


def _row(number: int, place: str, value: object) -> Row | _Fault:
    if not isinstance(value, dict):
        return _Fault(place, 'It is no JSON object: write {"lease_number": ...}.')
    if _is_deep(value):
        return _Fault(place, f"It is nested deeper than {DEEPEST} levels.")
    data = {key: each for key, each in value.items() if key != REFERENCE}
    reference = value.get(REFERENCE)
    if reference is not None and not isinstance(reference, str):
        return _Fault(place, "Its reference is not a text: write it between quotes.")
    return Row(number, place, data, reference)


def _is_deep(value: object) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [each for one in level for each in _inside(one)]
    return bool(level)


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _spreadsheet(source: Path, manifest: Manifest) -> Iterator[Row | _Fault]:
    try:
        with source.open(encoding="utf-8-sig", newline="") as file:
            yield from _cells(source.name, file, {field.key: field for field in manifest.fields})
    except UnicodeDecodeError:
        yield _Fault(source.name, "It is not UTF-8: save it as CSV UTF-8.")
    except csv.Error as error:
        yield _Fault(source.name, f"It is not CSV ({error}).")


def _cells(name: str, file: IO[str], fields: Mapping[str, Field]) -> Iterator[Row | _Fault]:
    first = file.readline(LARGEST_ROW)
    file.seek(0)
    # Excel writes what the country uses between cells; in the Netherlands a semicolon.
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    header = _trimmed(next(reader, []))
    faults = list(_header_faults(name, header, fields))
    yield from faults
    for number, line in enumerate(reader, 2):
        cells = _trimmed(line)
        place = f"{name} row {number}"
        if len(cells) > len(header):
            yield _Fault(place, f"It has {len(cells)} cells, and the first row {len(header)}.")
        elif cells and not faults:
            pairs = zip(header, cells, strict=False)  # empty cells at the end may be left out
            yield _row(number, place, {key: _cell(fields.get(key), cell) for key, cell in pairs if cell})


def _trimmed(cells: list[str]) -> list[str]:
    """Without space around them, and without the empty ones that a spreadsheet adds at the end."""
    found = [cell.strip() for cell in cells]
    while found and not found[-1]:
        found.pop()
    return found


def _header_faults(name: str, header: list[str], fields: Mapping[str, Field]) -> Iterator[_Fault]:
    given = [key for key, field in fields.items() if not field.derive]
    for key, count in Counter(header).items():
        if count > 1:
            yield _Fault(f"{name} row 1", f"The column {key[:60]!r} is there {count} times: keep one.")
        if key not in given and key != REFERENCE:
            advice = f"take it out{closest(key[:200], given)}"
            yield _Fault(f"{name} row 1", f"No field is called {key[:60]!r}: {advice}.")


def _cell(field: Field | None, cell: str) -> object:
    """The cell as its field wants it; what does not look so stays text, and is refused with the row."""
    kind = field.type if field is not None else "text"
    if kind == "boolean" and cell.lower() in (*YES, *NO):
        return cell.lower() in YES
    if kind == "integer" and INTEGER.fullmatch(cell):
        return int(cell)
    if kind == "rows":
        found = _json(cell.encode())
        return cell if isinstance(found, str) else found.value
    return cell
