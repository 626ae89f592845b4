"""What a filled signature field shows: a quiet line and the given text, in the PDF's own embedded font."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import AppearanceContent, ResourceType
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp import BaseStampStyle

from signing.pades.errors import UnusableFile
from signing.pades.mark import Mark

LARGE, SMALL = 11.0, 7.5
# A line that needs more shrinking than this is broken in two.
ONE_LINE_SHRINK = 0.85
LEADING = 1.28
LEFT, RIGHT, MARGIN = 9.0, 4.0, 4.0
RULE_WIDTH = 0.75
# A drawn mark: its share of the width, at the right, and how thick its line is.
MARK_SHARE, MARK_WIDTH = 0.32, 1.1
# Greys: any output intent allows DeviceGray in PDF/A-2 (ISO 19005-2, 6.2.4.3).
INK, QUIET_INK, RULE_INK = "0.1", "0.3", "0.55"


class StampFont(Protocol):
    """The font that docgen embeds in every PDF as ``resource`` in AcroForm /DR."""

    resource: ClassVar[str]

    def encode(self, text: str) -> bytes:
        """Two bytes per glyph."""

    def width(self, text: str, size: float) -> float:
        """Points."""


@dataclass(frozen=True)
class Line:
    """One printed line: text, size in points, and its grey."""

    text: str
    size: float
    ink: str


def lay_out(
    lines: Sequence[str], width: float, height: float, measure: Callable[[str, float], float]
) -> list[Line]:
    """Fit ``lines`` in a box (points): the first large, the others small; long ones wrap, then shrink."""
    room = width - LEFT - RIGHT
    laid: list[Line] = []
    for number, text in enumerate(line for line in lines if line.strip()):
        size, ink = (LARGE, INK) if number == 0 else (SMALL, QUIET_INK)
        laid += _fit(" ".join(text.split()), size, ink, room, measure)
    needed = sum(line.size for line in laid) * LEADING
    scale = min(1.0, (height - 2 * MARGIN) / needed) if needed else 1.0
    return [Line(line.text, line.size * scale, line.ink) for line in laid]


def _fit(text: str, size: float, ink: str, room: float, measure: Callable[[str, float], float]) -> list[Line]:
    largest = size
    parts: Sequence[str] = [text]
    if measure(text, size * ONE_LINE_SHRINK) > room:
        largest = size * ONE_LINE_SHRINK
        parts = _halves(text, lambda part: measure(part, largest))
    widest = max(measure(part, largest) for part in parts)
    fitting = largest * min(1.0, room / widest)
    return [Line(part, fitting, ink) for part in parts]


def _halves(text: str, measure: Callable[[str], float]) -> list[str]:
    """Two parts of about the same width, broken at a space; one part when there is no space."""
    words = text.split(" ")
    splits = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    if not splits:
        return [text]
    first, second = min(splits, key=lambda parts: max(measure(parts[0]), measure(parts[1])))
    return [first, second]


@dataclass(frozen=True)
class Appearance(BaseStampStyle):
    """A pyHanko stamp style that draws ``lines`` with ``font`` and ``mark`` beside; no image."""

    lines: tuple[str, ...] = ()
    font: Any = None
    mark: Mark | None = None

    def create_stamp(self, writer: BasePdfFileWriter, box: BoxConstraints, text_params: Any) -> Any:
        """Called by pyHanko with the field's box."""
        return _Stamp(writer, box, self)


class _Stamp(AppearanceContent):
    def __init__(self, writer: BasePdfFileWriter, box: BoxConstraints, style: Appearance) -> None:
        super().__init__(writer=writer, box=box)
        self._lines = style.lines
        self._font: StampFont = style.font
        self._mark = style.mark

    def render(self) -> bytes:
        """The content stream (ISO 32000-2, 12.5.5)."""
        width, height = float(self.box.width), float(self.box.height)
        beside = width * MARK_SHARE if self._mark is not None else 0.0
        laid = lay_out(self._lines, width - beside, height, self._font.width)
        name = generic.NameObject("/" + self._font.resource)
        self.set_resource(ResourceType.FONT, name, _embedded_font(self.writer, name))
        block = sum(line.size for line in laid) * LEADING
        top = (height + block) / 2
        parts = [
            f"q {RULE_INK} G {RULE_WIDTH} w {RULE_WIDTH:.2f} {MARGIN:.2f} m "
            f"{RULE_WIDTH:.2f} {height - MARGIN:.2f} l S"
        ]
        if self._mark is not None:
            drawn = self._mark.drawn(width - beside, MARGIN, beside - MARGIN, height - 2 * MARGIN)
            parts.append(f"{INK} G {MARK_WIDTH} w 1 J 1 j {drawn}")
        parts.append("BT")
        for line in laid:
            top -= line.size * LEADING
            # The rest of the leading stays below the baseline, where descenders need it.
            baseline = top + line.size * (LEADING - 1.0)
            glyphs = self._font.encode(line.text).hex()
            parts.append(
                f"{name} {line.size:.2f} Tf {line.ink} g 1 0 0 1 {LEFT:.2f} {baseline:.2f} Tm <{glyphs}> Tj"
            )
        return " ".join([*parts, "ET Q"]).encode("ascii")


def _embedded_font(writer: Any, name: generic.NameObject) -> generic.PdfObject:
    try:
        fonts = writer.root["/AcroForm"]["/DR"]["/Font"]
        reference = fonts.raw_get(name)
    except (KeyError, TypeError, PdfReadError) as error:
        raise UnusableFile(
            f"the PDF does not embed the font {name[1:]} in AcroForm /DR; generate the document with docgen"
        ) from error
    if not isinstance(reference, generic.IndirectObject):
        raise UnusableFile(
            f"the font {name[1:]} in AcroForm /DR is not an indirect object; generate the document again"
        )
    return reference
