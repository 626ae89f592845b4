"""The reference of a packet: how it is made, read and checked (domain 3.3 and 3.4)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from signing.errors import InvalidReference

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LONGEST = 31  # characters, without hyphens
_PARTS = re.compile(r"(?P<head>[A-Z0-9]{3,25})(?P<code>[A-Z]{3})(?P<number>[0-9]{2})(?P<check>[A-Z0-9])")


@dataclass(frozen=True)
class Reference:
    """`{corporation}-{lease}-{code}{number}-{check}`, e.g. ``MTR-0012345678-BGO01-C``; never a secret."""

    corporation: str
    lease: str
    code: str
    number: int

    @property
    def compact(self) -> str:
        """All characters before the check character, without hyphens."""
        return f"{self.corporation}{self.lease}{self.code}{self.number:02d}"

    def __str__(self) -> str:
        head = f"{self.corporation}-{self.lease}-{self.code}{self.number:02d}"
        return f"{head}-{check_character(self.compact)}"


def check_character(compact: str) -> str:
    """The ISO 7064 MOD 37,36 check character of A-Z0-9 text (hybrid system, recursive form)."""
    carry = 36
    for character in compact:
        carry = (carry + ALPHABET.index(character)) % 36 or 36
        carry = carry * 2 % 37
    return ALPHABET[(37 - carry) % 36]


def normalise_lease(raw: str) -> str:
    """A corporation's lease number as capitals and digits only; leading zeros stay (domain 3.3)."""
    return re.sub(r"[^A-Z0-9]", "", raw.upper())


def compact_form(text: str) -> str:
    """A reference as typed by a person: any case, spaces and hyphens optional.

    Raises InvalidReference when the form or the check character is wrong.
    """
    compact = re.sub(r"[\s\-]", "", text.upper())
    parts = _PARTS.fullmatch(compact)
    if parts is None:
        raise InvalidReference(text, "it does not have the form CORP-LEASE-TYPENN-C", _suggestion(compact))
    if check_character(compact[:-1]) != compact[-1]:
        raise InvalidReference(text, "its check character does not fit", _suggestion(compact))
    return compact


def is_near(typed: str, compact: str) -> bool:
    """Whether somebody who means one may have typed the other: one character wrong, missing or too many, or
    two that changed places. These are the slips that the check character finds.
    """
    typed = re.sub(r"[\s\-]", "", typed.upper())
    start = 0
    while start < min(len(typed), len(compact)) and typed[start] == compact[start]:
        start += 1
    left, right = typed[start:], compact[start:]
    swapped = len(left) > 1 and left[1::-1] + left[2:] == right
    return swapped or right in (left[1:], right[:1] + left[1:]) or left == right[1:]


def _suggestion(compact: str) -> str | None:
    """The one reference that differs only by O/0 or I/1 in a single place, if there is exactly one."""
    if len(compact) > LONGEST:
        return None
    confused = str.maketrans("O0I1", "0O1I")
    fits = set()
    for place, character in enumerate(compact):
        other = compact[:place] + character.translate(confused) + compact[place + 1 :]
        if other != compact and _PARTS.fullmatch(other) and check_character(other[:-1]) == other[-1]:
            fits.add(other)
    return fits.pop() if len(fits) == 1 else None
