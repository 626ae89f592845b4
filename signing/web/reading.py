"""What makes a document readable on a page: its place under the page's heading, and how long it takes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from markupsafe import Markup, escape

WORDS_PER_MINUTE = 110  # a slow reader, or somebody who reads it aloud
WIDEST_ON_PHONE = 2  # columns

_HEADING = re.compile(r"<(/?)h([1-5])(?=[\s>])", re.IGNORECASE)
_TABLE = re.compile(r"<table\b.*?</table>", re.IGNORECASE | re.DOTALL)
_ROW = re.compile(r"<tr\b.*?</tr>", re.IGNORECASE | re.DOTALL)
_CELL = re.compile(r"<t[hd][\s>]", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


def as_part_of_page(html: str, table_label: str) -> Markup:
    """A document's HTML with its headings one level down (the page has the h1) and room for wide tables.

    The HTML comes from docgen, which escaped every value in it. ``table_label``: names a table that
    scrolls sideways on a phone, and that the keyboard must reach for it (WCAG 2.1.1).
    """
    frame = f'<div class="wide" tabindex="0" role="region" aria-label="{escape(table_label)}">'
    lower = _HEADING.sub(lambda found: f"<{found[1]}h{int(found[2]) + 1}", html)
    return Markup(_TABLE.sub(lambda table: _framed(table[0], frame), lower))  # noqa: S704


def _framed(table: str, frame: str) -> str:
    cells = [len(_CELL.findall(row)) for row in _ROW.findall(table)]
    if max(cells, default=0) > WIDEST_ON_PHONE:
        return f"{frame}{table}</div>"
    # Labels and values under one heading, or none: a phone shows them under each other.
    headed_per_column = cells[:1] == [WIDEST_ON_PHONE] and "<thead" in table
    return table if headed_per_column else f'<div class="pairs">{table}</div>'


def minutes(documents: Iterable[str]) -> int:
    """How long reading these HTML documents takes, in whole minutes, at least 1."""
    words = sum(len(_TAG.sub(" ", html).split()) for html in documents)
    return max(1, math.ceil(words / WORDS_PER_MINUTE))


def dial(phone: str) -> str:
    """A telephone number as a tel: link wants it."""
    return re.sub(r"[^0-9+]", "", phone)
