"""Finds the tags in a template's text, in one pass over it."""

import re
from collections.abc import Callable

_OPENING = re.compile(r"\{[{%#]")
_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}


def pieces(text: str) -> tuple[list[tuple[str, bool]], str | None]:
    """The text in pieces, each with whether it is a tag; and how a tag begins that does not end, if one does.

    A regular expression would look for the end of every such tag again, which takes minutes over a megabyte.
    """
    found: list[tuple[str, bool]] = []
    place = 0
    while (begins := _OPENING.search(text, place)) is not None:
        end = text.find(_CLOSING[begins[0]], begins.end())
        if end < 0:
            found.append((text[place:], False))
            return found, begins[0]
        found.append((text[place : begins.start()], False))
        found.append((text[begins.start() : end + 2], True))
        place = end + 2
    found.append((text[place:], False))
    return found, None


def replaced(text: str, by: Callable[[str], str]) -> str:
    """The text with something else in the place of every tag; one that does not end stays."""
    return "".join(by(piece) if tag else piece for piece, tag in pieces(text)[0])


def openings(text: str) -> int:
    """How many tags begin in it."""
    return sum(1 for _ in _OPENING.finditer(text))
