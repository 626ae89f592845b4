"""What makes a document readable on a page: its place under the page's heading, and how long it takes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from markupsafe import Markup

WORDS_PER_MINUTE = 110  # a slow reader, or somebody who reads it aloud

_HEADING = re.compile(r"<(/?)h([1-5])(?=[\s>])", re.IGNORECASE)
_TABLE = re.compile(r"<table\b.*?</table>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def as_part_of_page(html: str) -> Markup:
    """A document's HTML with its headings one level down (the page has the h1) and room for wide tables.

    The HTML comes from docgen, which escaped every value in it.
    """
    lower = _HEADING.sub(lambda found: f"<{found[1]}h{int(found[2]) + 1}", html)
    return Markup(_TABLE.sub(lambda table: f'<div class="wide">{table[0]}</div>', lower))  # noqa: S704


def minutes(documents: Iterable[str]) -> int:
    """How long reading these HTML documents takes, in whole minutes, at least 1."""
    words = sum(len(_TAG.sub(" ", html).split()) for html in documents)
    return max(1, math.ceil(words / WORDS_PER_MINUTE))


def dial(phone: str) -> str:
    """A telephone number as a tel: link wants it."""
    return re.sub(r"[^0-9+]", "", phone)
