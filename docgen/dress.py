"""Dresses values for a template: dates as dates, choices with their labels, and only what may show."""

from collections.abc import Mapping
from datetime import date

from docgen.formats import long_date
from docgen.manifest import Choice, Column, DocumentPart, Field, Leaflet, Manifest, put_at, value_at

# Area codes of three figures, and 085 and 088 which are written like them; all others have four (ACM, plan
# telefoon- en ISDN-diensten).
_SHORT_AREAS = (
    "010 013 015 020 023 024 026 030 033 035 036 038 040 043 045 046 050 053 055 058 070 071 072 073 "
    "074 075 076 077 078 079 085 088"
)
SHORT_AREAS = frozenset(_SHORT_AREAS.split())
# ITU-T E.164: country codes of one and of two figures; all others have three.
ONE_FIGURE = ("1", "7")
_TWO_FIGURES = (
    "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 "
    "66 81 82 84 86 90 91 92 93 94 95 98"
)
TWO_FIGURES = frozenset(_TWO_FIGURES.split())


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


def spoken_phone(e164: str) -> str:
    """A number as it is said in the Netherlands: ``06 12 34 56 79``, ``030 123 45 67``, ``+32 470 123 456``.

    ``e164`` is what ``complete`` keeps, such as ``+31612345679``; anything else is given back as it is.
    """
    digits = e164.removeprefix("+")
    if not (e164.startswith("+") and digits.isascii() and digits.isdigit()):
        return e164
    if len(digits) == 11 and digits.startswith("31"):
        return _dutch(f"0{digits[2:]}")
    length = 1 if digits[0] in ONE_FIGURE else 2 if digits[:2] in TWO_FIGURES else 3
    return f"+{digits[:length]} {_threes(digits[length:])}"


def _dutch(number: str) -> str:
    if number.startswith("06"):
        sizes: tuple[int, ...] = (2, 2, 2, 2, 2)
    else:
        sizes = (3, 3, 2, 2) if number[:3] in SHORT_AREAS else (4, 2, 2, 2)
    parts, start = [], 0
    for size in sizes:
        parts.append(number[start : start + size])
        start += size
    return " ".join(parts)


def _threes(digits: str) -> str:
    """In threes; the last group has two to four."""
    groups = [digits[start : start + 3] for start in range(0, len(digits), 3)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2:] = ["".join(groups[-2:])]
    return " ".join(groups)


def visible(field: Field, document: DocumentPart | Leaflet) -> bool:
    """Whether a document may print a field; what is for the parties never enters an archived document."""
    return field.visibility == "all" or (field.visibility == "parties" and not document.archive)


def dress(
    manifest: Manifest, document: DocumentPart | Leaflet, values: Mapping[str, object]
) -> dict[str, object]:
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
    if item.type == "phone" and isinstance(value, str):
        return spoken_phone(value)
    if item.type == "choice" and value is not None:
        return next(
            (choice for choice in item.choices if choice.value == value), Choice(str(value), str(value))
        )
    return value
