"""Holds the page on the screen against the PDF: the same words, in the same order."""

import re
from collections.abc import Sequence
from html.parser import HTMLParser

from docgen.reading import read_aloud

BLOCKS = ("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th", "br")
SILENT = ("test-mark", "picture")  # on paper the one stands in the header, the other is drawn
SHOWN = 6  # words of a difference, on each side
_SAME = str.maketrans({"\u2011": "-", "\u00ad": None})
# A line may end after a hyphen or within a word that is too long for it; neither begins a new word.
_HYPHENS = re.compile(r"(?<=[-–—/])\s+")


def difference(pdf: bytes, html: str) -> str | None:
    """The first words in which the two differ, as a sentence; None when they say the same.

    Headers, footers, pictures, white space and capitals do not count; the labels of lists do.

    Raises:
        UnusablePdf: the bytes are no PDF.
    """
    paper, screen = words(" ".join(read_aloud(pdf))), words(spoken(html))
    there, here = "".join(paper).casefold(), "".join(screen).casefold()
    if there == here:
        return None
    same = next(
        (place for place, pair in enumerate(zip(there, here, strict=False)) if pair[0] != pair[1]),
        min(len(there), len(here)),
    )
    start = min(_starts(paper, same), _starts(screen, same))
    before, printed = _around(paper, start)
    _, shown = _around(screen, start)
    return f"After “{before}” the PDF says {printed} and the screen {shown}."


def words(text: str) -> list[str]:
    """The words; what a line end divided after a hyphen is one."""
    return _HYPHENS.sub("", text.translate(_SAME)).split()


def spoken(html: str) -> str:
    """The text of a page as it is read aloud, with the label of each item of a list."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.parts)


def _starts(found: Sequence[str], place: int) -> int:
    """Where the word that holds this letter begins."""
    start = 0
    for word in found:
        if start + len(word) > place:
            break
        start += len(word)
    return start


def _around(found: Sequence[str], place: int) -> tuple[str, str]:
    """The words before a letter, and those from the word that holds it."""
    number, letters = 0, 0
    while number < len(found) and (letters := letters + len(found[number])) <= place:
        number += 1
    after = " ".join(found[number : number + SHOWN])
    return " ".join(found[max(0, number - SHOWN) : number]), f"“{after}”" if after else "nothing more"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._numbers: list[int | None] = []
        self._silent = ""  # the tag whose words do not count

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag in BLOCKS:
            self.parts.append(" ")
        if tag in ("ol", "ul"):
            self._numbers.append(int(found.get("start") or 1) - 1 if tag == "ol" else None)
        elif tag == "li" and self._numbers:
            self.parts.append(self._label())
        self._silent = self._silent or (tag if found.get("class") in SILENT else "")

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.parts.append(" ")
        if tag in ("ol", "ul") and self._numbers:
            self._numbers.pop()
        self._silent = "" if tag == self._silent else self._silent

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)

    def _label(self) -> str:
        number = self._numbers[-1]
        if number is None:
            return "• "
        self._numbers[-1] = number + 1
        return f"{number + 1}. "
