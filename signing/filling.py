"""Between the data of a packet and the texts of a form: one text for every value, by its key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import docgen

YES, NO = "ja", "nee"
MOST_ROWS = 50  # of one field, as docgen takes them
_NUMBER = re.compile(r"[0-9]{1,9}")


def fields(manifest: docgen.Manifest) -> tuple[docgen.Field, ...]:
    """The fields that are asked for: all that do not follow from others."""
    return tuple(field for field in manifest.fields if field.derive is None)


def read(manifest: docgen.Manifest, typed: Mapping[str, str]) -> dict[str, Any]:
    """The data that a form gives, flat; what does not look as its field wants it stays text.

    ``typed``: by key; the cells of rows as ``key[0].column``.
    """
    data: dict[str, Any] = {}
    for field in fields(manifest):
        value = _rows(field, typed) if field.type == "rows" else _value(field.type, typed.get(field.key, ""))
        if value not in ("", []):
            data[field.key] = value
    return data


def written(manifest: docgen.Manifest, data: Mapping[str, Any]) -> dict[str, str]:
    """The texts that a form shows for flat data: `read` gives the same data back."""
    texts: dict[str, str] = {}
    for field in fields(manifest):
        value = data.get(field.key)
        if isinstance(value, list):
            for number, row in enumerate(value):
                texts |= {f"{field.key}[{number}].{key}": _text(cell) for key, cell in row.items()}
        elif value is not None:
            texts[field.key] = _text(value)
    return texts


def carried(manifest: docgen.Manifest, data: Mapping[str, Any]) -> dict[str, Any]:
    """What of the data of another packet this type asks for too, flat; ``data``: flat or in groups."""
    found = {field.key: value(data, field.key) for field in fields(manifest)}
    return {key: value for key, value in found.items() if value not in (None, "", [])}


def value(data: Mapping[str, Any], key: str) -> Any:
    """The value of a key in data that is flat or in groups; None when it is not there."""
    return data[key] if key in data else docgen.value_at(data, key)


def _rows(field: docgen.Field, typed: Mapping[str, str]) -> list[dict[str, Any]]:
    rows = []
    for number in range(MOST_ROWS):
        row = {
            column.key: _value(column.type, typed.get(f"{field.key}[{number}].{column.key}", ""))
            for column in field.columns
        }
        if any(cell != "" for cell in row.values()):
            rows.append({key: cell for key, cell in row.items() if cell != ""})
    return rows


def _value(kind: str, text: str) -> Any:
    text = text.strip()
    if kind == "boolean" and text in (YES, NO):
        return text == YES
    if kind == "integer" and _NUMBER.fullmatch(text):
        return int(text)
    return text


def _text(value: object) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    return str(value)
