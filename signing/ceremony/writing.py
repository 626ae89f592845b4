"""What people write on the pages: taken whole, or refused with the reason."""

from __future__ import annotations

import unicodedata

import docgen
from signing.errors import UnusableText

LONGEST_NAME, LONGEST_FUNCTION, LONGEST_REMARK = 100, 80, 1000  # characters


def line(field: str, text: str, longest: int) -> str:
    """One line that is printed in a document: a name or a function. Raises UnusableText."""
    tidied = _tidied(field, text, longest)
    if docgen.unprintable(tidied, lines=False) is not None:
        raise UnusableText(field, "odd")
    return tidied


def remark(field: str, text: str, *, on_purpose: bool) -> str:
    """Some lines for a person to read, in any language. Raises UnusableText.

    ``on_purpose``: the writer read the warning about health, and means it.
    """
    tidied = _tidied(field, text, LONGEST_REMARK)
    if any(unicodedata.category(letter) in ("Cs", "Co", "Cn") for letter in tidied):
        raise UnusableText(field, "odd")
    if docgen.speaks_of_health(tidied) and not on_purpose:
        raise UnusableText(field, "health")
    return tidied


def _tidied(field: str, text: str, longest: int) -> str:
    if len(text) > 4 * longest:  # before anything reads through it
        raise UnusableText(field, "too_long")
    kept = (letter for letter in docgen.tidy(text) if letter == "\n" or unicodedata.category(letter) != "Cc")
    tidied = "".join(kept).strip()
    if not tidied:
        raise UnusableText(field, "empty")
    if len(tidied) > longest:
        raise UnusableText(field, "too_long")
    if docgen.holds_citizen_number(tidied):
        raise UnusableText(field, "citizen_number")
    return tidied
