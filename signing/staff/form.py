"""What can be wrong with what somebody filled in."""

from __future__ import annotations

import docgen
from signing.account import LONGEST_PASSWORD, SHORTEST_PASSWORD, Account


def line_problem(text: str, longest: int) -> str | None:
    """Why this cannot be a name: ``empty``, ``too_long``, ``odd`` (what cannot be printed); or None."""
    tidied = docgen.tidy(text[: 4 * longest])
    if not tidied:
        return "empty"
    if len(tidied) > longest or len(text) > 4 * longest:
        return "too_long"
    return "odd" if docgen.unprintable(tidied, lines=False) is not None else None


def password_problems(first: str, second: str, account: Account) -> dict[str, str]:
    """What is wrong with a new password that was typed twice; by field, as reasons.

    Long, and not what everybody guesses first; no rules of signs (NIST SP 800-63B-4 3.1.1.2).
    """
    if len(first) < SHORTEST_PASSWORD:
        return {"password": "short"}
    if len(first) > LONGEST_PASSWORD:
        return {"password": "long"}
    lower = first.casefold()
    guessed = (account.mail, account.mail.partition("@")[0], *account.name.casefold().split(), "wachtwoord")
    if len(set(lower)) < 5 or any(len(word) > 3 and lower.startswith(word) for word in guessed):
        return {"password": "easy"}
    return {"again": "differs"} if first != second else {}
