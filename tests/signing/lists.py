"""Lists with a packet in each row, as somebody makes them in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook

from signing import columns, filling
from signing.columns import Column
from tests import people
from tests.signing.web.desk import Desk

Row = dict[str, str]


def row(desk: Desk, number: int = 1, **changes: str) -> Row:
    """A good row for a lease of its own, by the keys of the columns; ``__`` in a name stands for a dot."""
    manifest = desk.services.catalog.manifest(people.GUIDANCE)
    data = filling.carried(manifest, desk.sample()) | {"lease_number": f"{number:08d}"}
    data.pop("dossier_number", None)
    told = {key_of(manifest, name): text for name, text in filling.written(manifest, data).items()}
    return told | {key.replace("__", "."): text for key, text in changes.items()}


def key_of(manifest: Any, name: str) -> str:
    """The key of a column, by what a form calls it."""
    key, bracket, rest = name.partition("[")
    if not bracket:
        return key
    number, _, cell = rest.partition("].")
    return f"{key}.{int(number) + 1}.{cell}"


def table(rows: Sequence[Row], headings: Sequence[str] | None = None) -> list[list[str]]:
    """All rows under all their headings."""
    found = list(headings or dict.fromkeys(key for each in rows for key in each))
    return [found, *([each.get(key, "") for key in found] for each in rows)]


def as_csv(lines: Sequence[Sequence[str]], delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """As a program writes it that neutralises nothing."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(lines)
    return out.getvalue().encode(encoding)


def as_xlsx(lines: Sequence[Sequence[object]]) -> bytes:
    """A workbook whose cells are what Python says they are."""
    book = Workbook()
    assert book.active is not None
    for line in lines:
        book.active.append(list(line))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def offered(desk: Desk, packet_type: str = people.GUIDANCE) -> tuple[Column, ...]:
    """The columns of an empty file."""
    return columns.offered(desk.services.catalog.manifest(packet_type))


def lines(content: bytes) -> list[list[str]]:
    """The rows of a CSV that was given back."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
