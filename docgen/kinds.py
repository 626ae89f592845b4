"""What each type of field accepts, and how its value is written down."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime

from docgen import formats, guards
from docgen.manifest import Column, Field, Kind

Item = Field | Column

LONGEST: Mapping[str, int] = {"text": 200, "name": 100}  # characters, when the manifest does not say
LONGEST_OTHER = 254  # an e-mail address, RFC 5321 4.5.3.1.3; every other type is shorter
YEARS = range(1900, 2101)
GUARDED = ("text", "name")  # people write freely here
IDENTIFIERS = ("lease_number", "dossier_number", "reference", "kvk", "agb", "bag", "phone")


class Refused(Exception):
    """A value does not fit its type."""

    def __init__(self, reason: str, advice: str, hint: str | None = None) -> None:
        self.reason = reason
        self.advice = advice
        self.hint = hint
        super().__init__(reason)


def blank(value: object) -> bool:
    """True for what a form sends when nothing was filled in."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def read(item: Item, value: object, known: Collection[str] = ()) -> object:
    """The value as it is kept, in JSON's own types; for every type but ``rows``.

    ``known`` are numbers that are no citizen number though they may look like one, in digits alone.

    Raises:
        Refused: with the reason and what to do.
    """
    if item.type == "boolean":
        return _boolean(value)
    if item.type == "integer":
        return _integer(item, value)
    if item.type == "date" and isinstance(value, date) and not isinstance(value, datetime):
        value = value.isoformat()
    if not isinstance(value, str):
        raise Refused("It is not a text.", "Send it between quotes.")
    text = _bounded(item, value)
    if item.type in GUARDED and item.guard != "none" and guards.holds_citizen_number(text, known):
        raise Refused(
            "It seems to hold a BSN (nine digits that pass the test of eleven).",
            "Leave the number out; a BSN may not be in these documents (UAVG art. 46).",
        )
    return _READERS[item.type](item, text)


def _bounded(item: Item, value: str) -> str:
    """The tidied text; refused when too long, before anything reads through it, or unprintable."""
    longest = LONGEST.get(item.type, LONGEST_OTHER)
    if item.type in LONGEST and item.max is not None:
        longest = item.max
    tidied = guards.tidy(value) if len(value) <= 4 * longest else value
    if len(tidied) > longest:
        raise Refused(
            f"It is too long: {len(tidied)} characters.", f"Shorten it to at most {longest} characters."
        )
    odd = guards.unprintable(tidied, lines=item.type == "text")
    if odd is not None:
        raise Refused(f"It holds {_described(odd)}, which cannot be printed.", "Leave that character out.")
    return tidied


def _described(character: str) -> str:
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn"):
        return f"the control character U+{ord(character):04X}"
    if unicodedata.combining(character):
        return f"an accent that belongs to no letter of the documents' typeface (U+{ord(character):04X})"
    return f"a character the documents' typeface lacks (U+{ord(character):04X})"


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise Refused("It is not true or false.", "Send true or false without quotes.")
    return value


def _integer(item: Item, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Refused("It is not a whole number.", "Send digits without quotes.")
    low, high = item.min, item.max
    if (low is not None and value < low) or (high is not None and value > high):
        between = " and ".join(
            f"{word} {edge}" for word, edge in (("at least", low), ("at most", high)) if edge is not None
        )
        raise Refused("The number is out of range.", f"Give a number of {between}.")
    if abs(value) > 10**15:
        raise Refused("The number is out of range.", "Give a smaller number.")
    return value


def _text(item: Item, value: str) -> str:
    if item.min is not None and len(value) < item.min:
        raise Refused("It is too short.", f"Write at least {item.min} characters.")
    return value


def _name(item: Item, value: str) -> str:
    if not any(character.isalpha() for character in value):
        raise Refused("It holds no letter.", "Write the name.")
    return _text(item, re.sub(r" {2,}", " ", value))


def _date(_: Item, value: str) -> str:
    advice = "Write it as year-month-day, such as 2026-12-01."
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise Refused("It is not written as a date.", advice)
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise Refused("This day is not on the calendar.", advice) from error
    if day.year not in YEARS:
        raise Refused("The year cannot be right.", f"Give a year from {YEARS[0]} to {YEARS[-1]}.")
    return value


def _email(_: Item, value: str) -> str:
    local, at, domain = value.rpartition("@")
    label = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    fits = re.fullmatch(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}", local) and ".." not in local
    if not (at and fits and local[0] != "." != local[-1] and re.fullmatch(rf"(?:{label}\.)+{label}", domain)):
        raise Refused("It is not an e-mail address.", "Write it as name@organisation.nl.")
    return f"{local}@{domain.lower()}"


def _choice(item: Item, value: str) -> str:
    allowed = [choice.value for choice in item.choices]
    if value not in allowed:
        raise Refused("It is not one of the choices.", f"Choose one of {', '.join(allowed)}.")
    return value


def _language(_: Item, value: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,3}", value):
        raise Refused("It is not a language code.", "Write the ISO 639 code, such as nl, ar or tig.")
    return value.lower()


def _postcode(_: Item, value: str) -> str:
    written = formats.postcode(value)
    if written is None:
        raise Refused(
            "It is not a Dutch postcode.",
            "Write four digits and two letters, such as 3511 AB (not SA, SD or SS).",
        )
    return written


def _phone(_: Item, value: str) -> str:
    written = formats.phone(value)
    if written is None:
        raise Refused("It is not a telephone number.", "Write it with the country's number: +31612345678.")
    return written


def _reference(_: Item, value: str) -> str:
    written = formats.reference(value)
    if written is None:
        raise Refused(
            "It is not a reference, or a character in it is wrong.",
            "Copy it from the footer of the document; it looks like MTR-0012345678-BGO01-C.",
            formats.likely_reference(value),
        )
    return written


def _lease_number(_: Item, value: str) -> str:
    written = formats.compact(value)
    if written is None or len(written) > 20:
        raise Refused("It is not a lease number.", "Write 1 to 20 capitals and digits.")
    return written


def _dossier_number(_: Item, value: str) -> str:
    written = formats.compact(value)
    if written is None or not re.fullmatch(r"D[0-9]{8}", written):
        raise Refused("It is not a dossier number.", "Write a D and 8 digits, such as D00004821.")
    return written


def _corporation_code(_: Item, value: str) -> str:
    written = value.upper()
    if not re.fullmatch(r"[A-Z0-9]{2,5}", written):
        raise Refused("It is not a corporation's code.", "Write 2 to 5 capitals and digits.")
    return written


def _digits(pattern: str, reason: str, advice: str) -> Callable[[Item, str], str]:
    def reader(_: Item, value: str) -> str:
        digits = re.sub(r"[ .]", "", value)
        if not re.fullmatch(pattern, digits):
            raise Refused(reason, advice)
        return digits

    return reader


_READERS: Mapping[Kind, Callable[[Item, str], str]] = {
    "text": _text,
    "name": _name,
    "date": _date,
    "email": _email,
    "phone": _phone,
    "postcode": _postcode,
    "choice": _choice,
    "language": _language,
    "reference": _reference,
    "lease_number": _lease_number,
    "dossier_number": _dossier_number,
    "corporation_code": _corporation_code,
    "kvk": _digits(r"[0-9]{8}", "It is not a KvK number.", "Write its 8 digits."),
    "agb": _digits(r"[0-9]{8}", "It is not an AGB code.", "Write its 8 digits."),
    "bag": _digits(
        r"[0-9]{4}01[0-9]{10}",
        "It is not the BAG number of a dwelling (verblijfsobject).",
        "Write its 16 digits; the fifth and sixth are 01.",
    ),
}
