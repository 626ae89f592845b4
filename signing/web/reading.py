"""What makes a document readable on a page: its place under the page's heading, and how long it takes."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from itertools import count, cycle

from markupsafe import Markup, escape

WORDS_PER_MINUTE = 110  # a slow reader, or somebody who reads it aloud
WIDEST_ON_PHONE = 2  # columns

_HEADING = re.compile(r"<(/?)h([1-5])(?=[\s>])", re.IGNORECASE)
_TABLE = re.compile(r"<table\b.*?</table>", re.IGNORECASE | re.DOTALL)
_ROW = re.compile(r"<tr\b.*?</tr>", re.IGNORECASE | re.DOTALL)
_CELL = re.compile(r"<t[hd][\s>]", re.IGNORECASE)
_HEADING_CELL = re.compile(r"<th\b[^>]*>.*?</th>", re.IGNORECASE | re.DOTALL)
_DATA_CELL = re.compile(r"<td(?=[\s>])", re.IGNORECASE)
_SPAN = re.compile(r"\b(?:col|row)span\b", re.IGNORECASE)
ROLES = {
    "table": "table",
    "tr": "row",
    "th": "columnheader",
    "td": "cell",
    "thead": "rowgroup",
    "tbody": "rowgroup",
}
_ROLES = re.compile(r"<(table|tr|th|td|thead|tbody)(?=[\s>])", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


def as_part_of_page(html: str, table_label: Callable[[int], str]) -> Markup:
    """A document's HTML with its headings one level down (the page has the h1) and tables that fit a phone.

    The HTML comes from docgen, which escaped every value in it. ``table_label``: names the table of this
    number when it scrolls sideways on a phone, so that the keyboard must reach it (WCAG 2.1.1).
    """
    numbers = count(1)

    def framed(table: re.Match[str]) -> str:
        return _framed(table[0], lambda: table_label(next(numbers)))

    lower = _HEADING.sub(lambda found: f"<{found[1]}h{int(found[2]) + 1}", html)
    return Markup(_TABLE.sub(framed, lower))  # noqa: S704


def _framed(table: str, label: Callable[[], str]) -> str:
    rows = _ROW.findall(table)
    cells = [len(_CELL.findall(row)) for row in rows]
    if max(cells, default=0) > WIDEST_ON_PHONE:
        headings = [_words(cell) for cell in _HEADING_CELL.findall(rows[0])]
        in_columns = len(headings) == cells[0] == len(_HEADING_CELL.findall(table)) and len(set(cells)) == 1
        if in_columns and not _SPAN.search(table):
            return f'<div class="rows">{_labelled(table, headings)}</div>'
        return f'<div class="wide" tabindex="0" role="region" aria-label="{escape(label())}">{table}</div>'
    # Labels and values under one heading, or none: a phone shows them under each other.
    headed_per_column = cells[:1] == [WIDEST_ON_PHONE] and "<thead" in table
    return table if headed_per_column else f'<div class="pairs">{table}</div>'


def _labelled(table: str, headings: list[str]) -> str:
    """On a phone each row is a card, and each cell says which column it is of.

    The roles keep it a table for a screen reader, also when the style shows it otherwise.
    """
    table = _ROLES.sub(lambda tag: f'<{tag[1]} role="{ROLES[tag[1].lower()]}"', table)
    labels = cycle(headings)
    return _DATA_CELL.sub(lambda cell: f'{cell[0]} data-label="{next(labels)}"', table)


def _words(cell: str) -> str:
    # The text of a cell is escaped for HTML; quotation marks are not, and end an attribute.
    return " ".join(_TAG.sub(" ", cell).split()).replace('"', "&#34;")


def minutes(documents: Iterable[str]) -> int:
    """How long reading these HTML documents takes, in whole minutes, at least 1."""
    words = sum(len(_TAG.sub(" ", html).split()) for html in documents)
    return max(1, math.ceil(words / WORDS_PER_MINUTE))


def dial(phone: str) -> str:
    """A telephone number as a tel: link wants it."""
    return re.sub(r"[^0-9+]", "", phone)
