"""The words of pages, mails and reports, from files that are read once; a missing key or value raises."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from signing.errors import SigningError

LOCALE = Path(__file__).parent / "locale"
DUTCH = LOCALE / "nl.toml"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
# Of the pages of a link; Dutch leads, and mails, text messages and documents are always in Dutch.
PAGE_LANGUAGES = ("nl", "en", "ar")
RIGHT_TO_LEFT = ("ar",)


class TextMissing(SigningError):
    """A page or mail asks for a text that the locale file does not have, or gives too few values."""


class Texts:
    """Texts by dotted key. Values are filled in as they are: the page or mail escapes them."""

    def __init__(self, *files: Path) -> None:
        self._texts = {
            key: text
            for file in files or (DUTCH,)
            for key, text in _flatten(tomllib.loads(file.read_text(encoding="utf-8")))
        }

    @property
    def keys(self) -> frozenset[str]:
        """All keys of the files."""
        return frozenset(self._texts)

    def get(self, key: str, **values: object) -> str:
        """The text of ``key`` with ``values`` at its places. Raises TextMissing."""
        text = self.pattern(key)
        missing = _places(text) - values.keys()
        if missing:
            raise TextMissing(f"The text {key!r} also needs a value for {', '.join(sorted(missing))}.")
        return text.format(**values)

    def optional(self, key: str) -> str | None:
        """The text of ``key``, or None when the file has none. Raises TextMissing when it has open places."""
        return self.get(key) if key in self._texts else None

    def pattern(self, key: str) -> str:
        """The text of ``key`` as it stands in the file, its places still open. Raises TextMissing."""
        try:
            return self._texts[key]
        except KeyError:
            raise TextMissing(f"There is no text {key!r}: add it to the locale file.") from None

    def count(self, key: str, number: int, **values: object) -> str:
        """The text ``key.one`` or ``key.many``, whichever fits ``number``; both may name ``{number}``.

        Arabic has two forms more, ``key.two`` and ``key.few`` (3 to 10), where its file gives them.
        """
        few = 3 <= number % 100 <= 10
        form = "one" if number == 1 else "two" if number == 2 else "few" if few else "many"
        ending = form if f"{key}.{form}" in self._texts else "many"
        return self.get(f"{key}.{ending}", number=number, **values)

    def day(self, at: datetime | date) -> str:
        """A day in words: ``1 december 2026``; an aware time is taken to Amsterdam first."""
        day = _local(at) if isinstance(at, datetime) else at
        month = self.get(f"month.{day.month}")
        return f"{day.day} {month} {day.year}"

    def last_day(self, until: datetime) -> str:
        """The last whole day before ``until``: "up to and including" is then true at any hour of it."""
        return self.day(_local(until).date() - timedelta(days=1))

    def moment(self, at: datetime) -> str:
        """A moment in Amsterdam: ``1 december 2026 om 14.05 uur``."""
        return self.get("moment", day=self.day(at), time=f"{_local(at):%H.%M}", clock=f"{_local(at):%H:%M}")


@cache
def page_texts(language: str) -> Texts:
    """The texts of the pages in one of PAGE_LANGUAGES. Raises ValueError for another language."""
    if language not in PAGE_LANGUAGES:
        raise ValueError(f"there are no pages in {language!r}: choose one of {', '.join(PAGE_LANGUAGES)}")
    return Texts(LOCALE / f"{language}.toml")


def direction(language: str) -> str:
    """How a language is written, as HTML says it: ``ltr`` or ``rtl``."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def _local(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time on a page or in a mail needs a zone")
    return at.astimezone(AMSTERDAM)


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _flatten(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{prefix}{name}.")
        elif isinstance(value, str):
            yield f"{prefix}{name}", value.strip()
        else:
            raise TextMissing(f"{prefix}{name} in the locale file is no text: put it in quotes.")
