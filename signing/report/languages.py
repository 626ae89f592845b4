"""The languages of a report and of its page, read once."""

from __future__ import annotations

from functools import cache

from signing.texts import DUTCH, LOCALE, Texts

LANGUAGES = ("nl", "en")


@cache
def report_texts(language: str) -> Texts:
    """The texts in ``nl`` or ``en``: of the report, and of the page around it."""
    files = {"nl": (DUTCH, LOCALE / "report.nl.toml"), "en": (LOCALE / "report.en.toml",)}
    return Texts(*files[language])
