"""What can be wrong with a line that somebody filled in."""

from __future__ import annotations

import docgen


def line_problem(text: str, longest: int) -> str | None:
    """Why this cannot be a name: ``empty``, ``too_long``, ``odd`` (what cannot be printed); or None."""
    tidied = docgen.tidy(text[: 4 * longest])
    if not tidied:
        return "empty"
    if len(tidied) > longest or len(text) > 4 * longest:
        return "too_long"
    return "odd" if docgen.unprintable(tidied, lines=False) is not None else None
