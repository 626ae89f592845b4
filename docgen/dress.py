"""Dresses values for a template: dates as dates, choices with their labels, and only what may show."""

from collections.abc import Mapping
from datetime import date

from docgen.formats import long_date
from docgen.manifest import Choice, Column, DocumentPart, Field, Manifest, put_at, value_at


class DutchDate(date):
    """A date that prints as ``1 december 2026``."""

    def __str__(self) -> str:
        return long_date(self)


def printed(value: object) -> object:
    """What stands on paper for a value: nothing for None, ja or nee for a boolean."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    return long_date(value) if isinstance(value, date) else value


def visible(field: Field, document: DocumentPart) -> bool:
    """Whether a document may print a field; what is for the parties never enters an archived document."""
    return field.visibility == "all" or (field.visibility == "parties" and not document.archive)


def dress(manifest: Manifest, document: DocumentPart, values: Mapping[str, object]) -> dict[str, object]:
    """The values a document's template is given, as nested tables; what it may not show is not there."""
    dressed: dict[str, object] = {}
    for field in manifest.fields:
        if visible(field, document):
            put_at(dressed, field.key, _field(field, value_at(values, field.key)))
    return dressed


def _field(field: Field, value: object) -> object:
    if field.type != "rows":
        return _item(field, value)
    rows = value if isinstance(value, list) else []
    return [{column.key: _item(column, row.get(column.key)) for column in field.columns} for row in rows]


def _item(item: Field | Column, value: object) -> object:
    if item.type == "date" and isinstance(value, str):
        return DutchDate.fromisoformat(value)
    if item.type == "choice" and value is not None:
        return next(
            (choice for choice in item.choices if choice.value == value), Choice(str(value), str(value))
        )
    return value
