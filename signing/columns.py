"""The columns of a file with a packet in each row: which field each one is, and what its cells say.

A heading is the key of a field or its label. Of a field with rows each cell has a column of its own:
``info_exchange.1.topic``, or ``Afspraken over informatie 1: Onderwerp``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import docgen
from signing import filling

OFFERED_ROWS = 2  # of a field with rows, in an empty file; somebody may add columns for more
_DUTCH_DATE = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
_YES, _NO = ("ja", "true", "waar", "1"), ("nee", "false", "onwaar", "0")
_IN_ROWS = re.compile(r"(.+)\.([1-9][0-9]?)\.([a-z0-9_]+)")
_LABEL_IN_ROWS = re.compile(r"(.+?) ([1-9][0-9]?): ?(.+)")


@dataclass(frozen=True)
class Column:
    """One column. ``item``: the field, or the column of a field with rows; ``row``: which one, from 1."""

    field: docgen.Field
    item: docgen.Field | docgen.Column
    row: int | None = None

    @property
    def key(self) -> str:
        """As it is written in files and told on pages."""
        return self.field.key if self.row is None else f"{self.field.key}.{self.row}.{self.item.key}"

    @property
    def name(self) -> str:
        """As a form calls it (see ``filling.read``)."""
        return self.field.key if self.row is None else f"{self.field.key}[{self.row - 1}].{self.item.key}"

    @property
    def label(self) -> str:
        """In words."""
        return self.field.label if self.row is None else f"{self.field.label} {self.row}: {self.item.label}"


@dataclass(frozen=True)
class WrongHeading:
    """A heading that is no field, or one that is there twice (``twice``). ``near``: what may be meant."""

    place: int
    heading: str
    twice: bool
    near: str | None


def offered(manifest: docgen.Manifest) -> tuple[Column, ...]:
    """The columns of an empty file: every field, and of those with rows the first few."""
    return tuple(_offered(manifest))


def matched(
    manifest: docgen.Manifest, headings: Sequence[str], ignored: str
) -> tuple[tuple[Column | None, ...], tuple[WrongHeading, ...]]:
    """The column of every heading, and what is wrong with them. ``ignored``: a heading that means nothing."""
    known = _Known(manifest)
    found = tuple(known.column(heading) for heading in headings)
    times = Counter(column.key for column in found if column is not None)
    wrong = []
    for place, (heading, column) in enumerate(zip(headings, found, strict=True)):
        if column is None and _folded(heading) not in ("", _folded(ignored)):
            wrong.append(WrongHeading(place, heading, False, known.near(heading)))
        elif column is not None and times[column.key] > 1:
            wrong.append(WrongHeading(place, heading, True, None))
    return found, tuple(wrong)


def typed(columns: Sequence[Column | None], cells: Sequence[str]) -> dict[str, str]:
    """What one row says, as a form would say it."""
    pairs = zip(columns, cells, strict=False)  # empty cells at the end may be left out
    return {column.name: _said(column.item, cell) for column, cell in pairs if column is not None}


def column_of(manifest: docgen.Manifest, place: str, said: Mapping[str, str]) -> Column | None:
    """The column of the field that a problem is about.

    ``said``: by `typed`; rows that were left empty between others do not count in ``place``.
    """
    key, bracket, rest = place.partition("[")
    field = manifest.field(key)
    if field is None or not bracket:
        return None if field is None else Column(field, field)
    number, _, name = rest.partition("].")
    filled = [row for row in range(filling.MOST_ROWS) if _is_filled(field, row, said)]
    at = int(number) if number.isdecimal() else 0
    item = next((column for column in field.columns if column.key == name), None)
    if item is None or at >= len(filled):
        return Column(field, field)
    return Column(field, item, filled[at] + 1)


def kept_problem(found: Any, column: Column | None = None) -> dict[str, Any]:
    """A problem of a row, as plain values. ``column``: the one it is about, where that is known."""
    return {
        "field": column.key if column is not None else found.field,
        "reason": found.reason,
        "severity": getattr(found, "severity", "error"),
        "hint": getattr(found, "value_hint", None),
    }


def told_problem(kept: Mapping[str, Any]) -> docgen.Problem:
    """A problem that was kept."""
    return docgen.Problem(kept["field"], kept["reason"], "", kept["severity"], kept["hint"])


def _offered(manifest: docgen.Manifest) -> Iterator[Column]:
    for field in filling.fields(manifest):
        if field.type != "rows":
            yield Column(field, field)
            continue
        for row in range(1, min(OFFERED_ROWS, field.max or OFFERED_ROWS) + 1):
            yield from (Column(field, item, row) for item in field.columns)


class _Known:
    """The fields of a manifest by everything that a heading may call them."""

    def __init__(self, manifest: docgen.Manifest) -> None:
        fields = filling.fields(manifest)
        labels = Counter(_folded(field.label) for field in fields)
        self._fields = {_folded(field.key): field for field in fields}
        # A label that two fields have says nothing: of those only the key counts.
        self._fields |= {_folded(f.label): f for f in fields if labels[_folded(f.label)] == 1}
        self._spoken = {_folded(column.label): column.label for column in _offered(manifest)}

    def column(self, heading: str) -> Column | None:
        """What a heading means; None for one that means nothing."""
        told = _folded(heading)
        field = self._fields.get(told)
        if field is not None:
            return Column(field, field) if field.type != "rows" else None
        for pattern in (_IN_ROWS, _LABEL_IN_ROWS):
            if (parts := pattern.fullmatch(told)) and (column := self._in_rows(*parts.groups())):
                return column
        return None

    def near(self, heading: str) -> str | None:
        """The heading that may be meant."""
        found = get_close_matches(_folded(heading)[:200], self._spoken, n=1, cutoff=0.75)
        return self._spoken[found[0]] if found else None

    def _in_rows(self, key: str, number: str, cell: str) -> Column | None:
        field = self._fields.get(key)
        if field is None or field.type != "rows" or int(number) > (field.max or filling.MOST_ROWS):
            return None
        for item in field.columns:
            if cell in (_folded(item.key), _folded(item.label)):
                return Column(field, item, int(number))
        return None


def _folded(heading: str) -> str:
    """However a heading is written: capitals, spaces and a star for "required" make no difference."""
    return " ".join(heading.replace("*", " ").split()).casefold()


def _said(item: docgen.Field | docgen.Column, cell: str) -> str:
    """A cell as a form says it; what does not look as its field wants it stays as it is, and is refused."""
    cell = cell.strip()
    if item.type == "boolean" and cell.lower() in (*_YES, *_NO):
        return filling.YES if cell.lower() in _YES else filling.NO
    if item.type == "date" and (parts := _DUTCH_DATE.fullmatch(cell)):
        day, month, year = parts.groups()
        return f"{year}-{int(month):02d}-{int(day):02d}"
    if item.type == "choice":
        told = _folded(cell)
        return next((c.value for c in item.choices if told in (_folded(c.value), _folded(c.label))), cell)
    return cell


def _is_filled(field: docgen.Field, row: int, said: Mapping[str, str]) -> bool:
    return any(said.get(f"{field.key}[{row}].{column.key}") for column in field.columns)
