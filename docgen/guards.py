"""Keeps out of the documents what may not be in them: citizen numbers, health words, odd characters."""

import re
import unicodedata
from collections.abc import Container, Iterator

# What Carlito draws, so that every character is embedded in the PDF and can be read back from it. Marks that
# combine are not here: those that no letter is composed with stand in another order for every reader.
PRINTABLE_RANGES = (
    "0020-007E 00A1-00AC 00AE-024F 02B0-02B9 02BB-02C8 02CB-02F3 02F5 02F7-02FF 0374-0375 037A-037E "
    "0384-038A 038C 038E-03A1 03A3-03CE 03D0-0475 0477-0482 048A-0513 1E00-1E9B 1E9E 1EA0-1EF9 2012-2022 "
    "2026 2030 2033-2034 2039-203A 203C-203E 2044 20A0-20B5 20B8-20B9 2116-2117 2120 2122"
)
LINE_CHARACTERS = "\n\t"
SAME_AS = {"\u00a0": " ", "\u202f": " ", "\u2010": "-", "\u2011": "-", "\u00ad": "", "\r\n": "\n", "\r": "\n"}


def _spread(ranges: str) -> frozenset[str]:
    bounds = (part.partition("-") for part in ranges.split())
    return frozenset(
        chr(code) for first, _, last in bounds for code in range(int(first, 16), int(last or first, 16) + 1)
    )


PRINTABLE = _spread(PRINTABLE_RANGES)

# Beginnings of words, without accents. A hit only warns: "opname" may be a meter reading.
HEALTH_STEMS = (
    "adhd", "alcohol", "angststoornis", "autis", "behandelplan", "bipolair", "borderline",
    "crisisopname", "depressi", "detentie", "diagnos", "drugs", "dwangstoornis", "gedetineerd",
    "gevangenis", "ggz", "handicap", "hiv", "huisarts", "lvb", "manisch", "medicatie", "medicijn",
    "methadon", "persoonlijkheidsstoornis", "psychiat", "psychisch", "psycholo", "psychose",
    "psychotisch", "ptss", "reclassering", "schizofren", "stoornis", "suicid", "tbs", "therap",
    "trauma", "verslaafd", "verslaving", "verstandelijke beperking", "ziekenhuis", "ziekte",
    "zwanger",
)  # fmt: skip
_HEALTH = re.compile(r"\b(?:" + "|".join(HEALTH_STEMS) + ")")

# Nine digits in a row or in groups, as people write a citizen number: 123456782, 1234.56.782, 123 456 782.
_DIGIT_GROUPS = re.compile(r"\d+(?:[ .\-/]{1,3}\d+)*")
# Not a citizen number, though digits: a checksum in hexadecimal, an IP address, a date, a telephone number.
_OTHER_NUMBERS = re.compile(
    r"\b[0-9a-fA-F]{32,}\b"
    r"|\b\d{1,3}(?:\.\d{1,3}){3}\b"
    r"|\b(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|1[0-2])\1(?:19|20)\d\d\b"
    r"|\b(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b"
    r"|(?:\+|\b00)31[ .\-]{0,2}(?:\(0\))?(?:[ .\-]{0,2}\d){9}(?!\d)"
    r"|\+(?!31)[1-9](?:[ .\-]?\d){9,13}(?!\d)"
)
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def tidy(text: str) -> str:
    """The text as it will be printed: composed accents, ordinary spaces and hyphens, line ends as ``\\n``."""
    for written, meant in SAME_AS.items():
        text = text.replace(written, meant)
    return unicodedata.normalize("NFC", text).strip()


def unprintable(text: str, *, lines: bool) -> str | None:
    """The first character that cannot be printed; None when all can. Line ends and tabs only in ``lines``."""
    allowed = LINE_CHARACTERS if lines else ""
    return next((each for each in text if each not in PRINTABLE and each not in allowed), None)


def holds_citizen_number(text: str, known: Container[str] = ()) -> bool:
    """True when nine digits in it pass the test of a BSN (elfproef); UAVG art. 46 allows none here.

    ``known`` are numbers that are something else, such as the lease's own, in digits alone.
    """
    plain = text if text.isascii() else "".join(str(unicodedata.digit(each, each)) for each in text)
    for run in _DIGIT_GROUPS.finditer(_OTHER_NUMBERS.sub("#", plain)):
        groups = re.findall(r"\d+", run[0])
        if any(_passes_eleven(digits) and digits not in known for digits in _nine_digits(groups)):
            return True
    return False


def _nine_digits(groups: list[str]) -> Iterator[str]:
    for start in range(len(groups)):
        digits = ""
        for group in groups[start : start + 9]:
            digits += group
            if len(digits) >= 9:
                break
        if len(digits) == 9:
            yield digits


def _passes_eleven(digits: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True))
    return total % 11 == 0 and int(digits) > 0


def speaks_of_health(text: str) -> bool:
    """True when a word in it is about health, addiction or detention."""
    bare = unicodedata.normalize("NFD", text.casefold())
    return _HEALTH.search("".join(each for each in bare if not unicodedata.combining(each))) is not None
