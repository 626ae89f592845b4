"""A report in plain words, for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from signing.report.wording import Block, Facts, Told

WIDTH = 28  # characters of a label


def plain(told: Told) -> str:
    """The report as lines of text; nothing in it can steer a terminal."""
    return "\n".join(_safe(line) for line in _lines(told)) + "\n"


def _lines(told: Told) -> Iterator[str]:
    yield told.headline.upper()
    yield from told.lead
    if told.test:
        yield told.test
    if told.problems:
        yield from _heading(told, "problems")
        yield from (f"- {problem}" for problem in told.problems)
    yield ""
    yield from _facts(told.facts)
    for name, blocks in (("signatures", told.signatures), ("timestamps", told.timestamps)):
        if blocks:
            yield from _heading(told, name)
            yield from _blocks(blocks)
    if told.changes:
        yield from _heading(told, "changes")
        yield from (f"{number}. {change}" for number, change in enumerate(told.changes, 1))
    yield from _heading(told, "notes")
    yield from (f"- {note}" for note in told.notes)


def _heading(told: Told, name: str) -> Iterator[str]:
    yield ""
    yield told.headings[name]
    yield "-" * len(told.headings[name])


def _blocks(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        yield block.title
        yield from (f"   {line}" for line in _facts((*block.facts, *block.details)))


def _facts(facts: Facts) -> Iterator[str]:
    yield from (f"{label:<{WIDTH}} {value}" for label, value in facts)


def _safe(line: str) -> str:
    return "".join(each if unicodedata.category(each)[0] != "C" else "?" for each in line)
