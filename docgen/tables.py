"""Reads typed entries out of a TOML table and collects every problem instead of stopping at the first."""

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

from docgen.errors import Problem

Literal_ = TypeVar("Literal_", bound=str)
LONGEST_KEY = 60  # characters of an unknown key that are repeated


class Table:
    """One table of a manifest; ``where`` names it in problems, such as ``fields[3]``.

    Every reader gives a value of its type even when the entry is wrong, so that reading goes on;
    the caller must not use the result when ``problems`` holds anything.
    """

    def __init__(self, entries: object, where: str, problems: list[Problem]) -> None:
        self.problems = problems
        self.where = where
        self._entries: dict[str, object] = {}
        self._read: set[str] = set()
        if isinstance(entries, dict):
            self._entries = entries
        else:
            self.fault("", "is not a table.", "Write it as a TOML table.")

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def fault(self, name: str, reason: str, advice: str) -> None:
        """Note that an entry is wrong."""
        self.problems.append(Problem(".".join(filter(None, (self.where, name))), reason, advice))

    def raw(self, name: str) -> object:
        """The entry as it stands, None when absent."""
        self._read.add(name)
        return self._entries.get(name)

    def text(self, name: str, *, pattern: str = r"(?s).+", advice: str = "Write some text.") -> str:
        """A required text that matches the pattern."""
        found = self.raw(name)
        if found is None:
            self.fault(name, "is missing.", advice)
        elif not isinstance(found, str) or not re.fullmatch(pattern, found):
            self.fault(name, "is not written as it should be.", advice)
        else:
            return found
        return ""

    def optional_text(self, name: str) -> str | None:
        """A text, or None when absent."""
        return self.text(name) if name in self else None

    def flag(self, name: str, default: bool) -> bool:
        """A boolean."""
        found = self.raw(name)
        if found is None:
            return default
        if not isinstance(found, bool):
            self.fault(name, "is not true or false.", "Write true or false without quotes.")
            return default
        return found

    def number(self, name: str) -> int | None:
        """A whole number, or None when absent."""
        found = self.raw(name)
        if found is None or (isinstance(found, int) and not isinstance(found, bool)):
            return found
        self.fault(name, "is not a whole number.", "Write digits without quotes.")
        return None

    def word(self, name: str, allowed: Sequence[Literal_], default: Literal_ | None = None) -> Literal_:
        """One of the allowed words."""
        found = self.raw(name)
        if found is None and default is not None:
            return default
        for word in allowed:
            if found == word:
                return word
        self.fault(name, "is not a word known here.", f"Choose one of {', '.join(allowed)}.")
        return allowed[0]

    def words(self, name: str) -> tuple[str, ...]:
        """A list of texts; empty when absent."""
        found = self.raw(name)
        if found is None:
            return ()
        if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
            self.fault(name, "is not a list of texts.", 'Write it as ["a", "b"].')
            return ()
        return tuple(found)

    def table(self, name: str) -> "Table | None":
        """An inner table, or None when absent."""
        found = self.raw(name)
        return None if found is None else Table(found, f"{self.where}.{name}".lstrip("."), self.problems)

    def tables(self, name: str) -> "list[Table]":
        """A list of inner tables; empty when absent."""
        found = self.raw(name)
        if found is None:
            return []
        if not isinstance(found, list):
            self.fault(name, "is not a list of tables.", f"Write [[{name}]] above each.")
            return []
        place = f"{self.where}.{name}".lstrip(".")
        return [Table(entry, f"{place}[{number}]", self.problems) for number, entry in enumerate(found)]

    def done(self) -> None:
        """Note every entry nobody asked for: it is a misspelling or does nothing."""
        for name in self._entries.keys() - self._read:
            self.fault(name, "is not an entry of this table.", f"Leave it out{closest(name, self._read)}.")


def closest(name: str, known: Iterable[str]) -> str:
    """``, or write 'x'`` with the known name that looks most like this one; empty when none does."""
    matches = difflib.get_close_matches(name, list(known), n=1, cutoff=0.7)
    return f", or write {matches[0]!r}" if matches else ""


def shown(key: str) -> str:
    """A key somebody else wrote, fit to be repeated in an answer or a log."""
    plain = key.encode("ascii", "backslashreplace").decode("ascii")
    clean = "".join(each if each.isprintable() else "?" for each in plain)
    return clean if len(clean) <= LONGEST_KEY else f"{clean[:LONGEST_KEY]}..."
