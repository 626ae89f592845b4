"""How things are written in the Netherlands: dates, postcodes, telephone numbers, references."""

import calendar
import itertools
import re
from datetime import date, timedelta

MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
    "november", "december",
)  # fmt: skip
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CONFUSED = {"O": "0", "0": "O", "I": "1", "1": "I"}
REFERENCE = re.compile(r"([A-Z0-9]{2,5})-([A-Z0-9]{1,20})-([A-Z]{3})(\d{2})-([A-Z0-9])")
SEPARATORS = " .-/_"
LONGEST_NUMBER = 100  # characters; no identifier is longer
MOST_CONFUSED = 8  # 2 to the 8th readings of one reference are tried at most


def long_date(day: date) -> str:
    """``1 december 2026``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def shift(day: date, *, months: int = 0, days: int = 0) -> date:
    """The date so many months and then days on; the end of a short month when the day does not exist."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(years, month + 1)[1]
    return date(years, month + 1, min(day.day, last)) + timedelta(days=days)


def postcode(text: str) -> str | None:
    """``3511 AB``, or None when it cannot be one; SA, SD and SS are never given out."""
    found = re.fullmatch(r"([1-9][0-9]{3}) ?([A-Z]{2})", text.strip().upper())
    if found is None or found[2] in ("SA", "SD", "SS"):
        return None
    return f"{found[1]} {found[2]}"


def phone(text: str) -> str | None:
    """E.164 (``+31612345678``), or None; a number that begins with one 0 is Dutch."""
    digits = re.sub(r"[ ().\-]", "", text.strip())
    if re.fullmatch(r"00[1-9][0-9]{6,14}", digits):
        digits = f"+{digits[2:]}"
    elif re.fullmatch(r"0[1-9][0-9]{8}", digits):
        digits = f"+31{digits[1:]}"
    return digits if re.fullmatch(r"\+[1-9][0-9]{6,14}", digits) else None


def compact(text: str) -> str | None:
    """Capitals and digits without separators, as numbers are compared; None when anything else is in it."""
    kept = "".join(character for character in text.upper() if character not in SEPARATORS)
    return kept if kept and all(character in ALPHABET for character in kept) else None


def check_character(text: str) -> str:
    """The ISO 7064 MOD 37,36 check character of capitals and digits."""
    rest = 36
    for character in text:
        rest = (rest + ALPHABET.index(character)) % 36 or 36
        rest = rest * 2 % 37
    return ALPHABET[(1 - rest) % 36]


def reference(text: str) -> str | None:
    """``MTR-0012345678-BGO01-C`` in capitals without spaces, or None when its form or check is wrong."""
    written = _written(text)
    found = REFERENCE.fullmatch(written)
    if found is None or check_character(written.replace("-", "")[:-1]) != found[5]:
        return None
    return written


def likely_reference(text: str) -> str | None:
    """The one right reference that differs only in O for 0 or I for 1; None without exactly one."""
    written = _written(text)
    places = [place for place, character in enumerate(written) if character in CONFUSED]
    if len(places) > MOST_CONFUSED or len(written) > 40:
        return None
    for count in range(1, len(places) + 1):
        readings = {_swapped(written, chosen) for chosen in itertools.combinations(places, count)}
        right = [reading for reading in readings if reference(reading)]
        # Two readings may both be right; most lease numbers are digits only.
        for likely in (right, [reading for reading in right if reading.split("-")[1].isdecimal()]):
            if len(likely) == 1:
                return likely[0]
        if right:
            return None
    return None


def _written(text: str) -> str:
    return re.sub(r"\s", "", text).upper()


def _swapped(text: str, places: tuple[int, ...]) -> str:
    return "".join(
        CONFUSED[character] if place in places else character for place, character in enumerate(text)
    )
