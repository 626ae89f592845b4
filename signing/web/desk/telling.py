"""What the rules say of a value (in English, for programs) as a word for which the desk has Dutch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from signing.texts import Texts

# By how the reason begins; the first that fits. A reason that is not here gets OTHERWISE: always true.
_WORDS = (
    ("It is missing", "empty"),
    ("It is required but empty", "empty"),
    ("Nothing was given", "empty"),
    ("None of", "one_of"),
    ("It is too long", "too_long"),
    ("It is too short", "too_short"),
    ("It holds no letter", "name"),
    ("It seems to hold a BSN", "citizen_number"),
    ("It holds", "odd"),
    ("It seems to say something about health", "health"),
    ("The date lies before", "early"),
    ("The date lies after", "late"),
    ("It is not written as a date", "date"),
    ("This day is not on the calendar", "date"),
    ("The year cannot be right", "date"),
    ("It is not an e-mail address", "mail"),
    ("It is not a telephone number", "telephone"),
    ("This service sends no text messages", "no_sms"),
    ("It is not a Dutch postcode", "postcode"),
    ("It is not a KvK number", "kvk"),
    ("It is not an AGB code", "agb"),
    ("It is not the BAG number", "bag"),
    ("It is not a lease number", "lease_number"),
    ("It is not a dossier number", "dossier_number"),
    ("It is not a reference", "reference"),
    ("It is not a corporation's code", "corporation_code"),
    ("this corporation has no archive here", "no_archive"),
    ("It is not a language code", "tongue"),
    ("It is not one of the choices", "choose"),
    ("It is not true or false", "choose"),
    ("It is not a whole number", "number"),
    ("The number is out of range", "number"),
    ("It differs from", "not_same"),
    ("It is the same as", "same"),
    ("it is not the lease of the agreement", "other_lease"),
    ("the referring role never changes", "referring"),
    ("only the present guide can hand over", "guide"),
    ("this organisation already guides", "guides"),
    ("no delivered guidance agreement", "no_agreement"),
    ("It has", "rows"),
    ("Its cell holds: formula", "cell_formula"),
    ("Its cell holds: error", "cell_error"),
    ("Its cell holds: number", "cell_number"),
    ("It is the row of another packet", "double"),
    ("Packet", "running"),
    ("A packet about this", "running"),
    ("This lease has had", "used_up"),
    ("The service could not do it", "broken"),
)
OTHERWISE = "wrong"


def reason(problem: Any) -> str:
    """The word for one problem of the rules or of docgen."""
    return next((word for start, word in _WORDS if problem.reason.startswith(start)), OTHERWISE)


def reasons(problems: Iterable[Any]) -> dict[str, str]:
    """The first problem of every field, by field."""
    found: dict[str, str] = {}
    for problem in problems:
        found.setdefault(problem.field, reason(problem))
    return found


def in_words(texts: Texts, problem: Any, word: str) -> str:
    """What the desk says of a problem; with what would be right, where docgen knows that."""
    told = texts.get(f"desk.wrong.{word}")
    hint = getattr(problem, "value_hint", None)
    if hint is None or word not in ("early", "late", "reference", "double", "running"):
        return told
    right = texts.day(date.fromisoformat(hint)) if word in ("early", "late") else hint
    more = texts.get(f"desk.hint.{word}", right=right)
    return f"{told} {more}"
