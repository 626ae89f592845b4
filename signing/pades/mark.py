"""A mark that a person drew: strokes of points, and nothing else (no SVG, no curves, no colours)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from signing.pades.errors import UnusableMark

MOST_STROKES, MOST_POINTS = 100, 5_000
Point = tuple[float, float]


@dataclass(frozen=True)
class Mark:
    """Each stroke is a line through its points; x to the right and y down, both from 0 to 1.

    ``proportion`` is width / height of the place it was drawn in. Raises ``UnusableMark``.
    """

    strokes: tuple[tuple[Point, ...], ...]
    proportion: float = 3.0

    def __post_init__(self) -> None:
        if not self.strokes or not all(self.strokes):
            raise UnusableMark("a drawn mark holds at least one stroke, and every stroke a point")
        points = [point for stroke in self.strokes for point in stroke]
        if len(self.strokes) > MOST_STROKES or len(points) > MOST_POINTS:
            raise UnusableMark(f"a drawn mark holds at most {MOST_STROKES} strokes and {MOST_POINTS} points")
        if not all(math.isfinite(edge) and 0 <= edge <= 1 for point in points for edge in point):
            raise UnusableMark("every point of a drawn mark lies between 0 and 1, across and down")
        if not 0.2 <= self.proportion <= 20:
            raise UnusableMark("the place of a drawn mark is between 0.2 and 20 times as wide as high")

    @classmethod
    def read(cls, strokes: object, proportion: object = 3.0) -> Mark:
        """From JSON: a list of strokes, each a list of [x, y]; raises ``UnusableMark``."""
        try:
            read = tuple(tuple(_point(point) for point in _listed(stroke)) for stroke in _listed(strokes))
        except (TypeError, ValueError) as error:
            raise UnusableMark("a drawn mark is a list of strokes, each a list of points [x, y]") from error
        return cls(read, _number(proportion))

    def drawn(self, left: float, bottom: float, width: float, height: float) -> str:
        """Operators of a content stream (ISO 32000-2, 8.5) that draw it in this place (points)."""
        wide = min(width, height * self.proportion)
        high = wide / self.proportion
        x0, y0 = left + (width - wide) / 2, bottom + (height - high) / 2
        parts = []
        for stroke in self.strokes:
            placed = [f"{x0 + x * wide:.2f} {y0 + (1 - y) * high:.2f}" for x, y in stroke]
            # A line to where it starts: with round ends, that draws a dot.
            parts.append(f"{placed[0]} m {' '.join(f'{point} l' for point in placed[1:] or placed)} S")
        return " ".join(parts)


def _listed(value: object) -> Sequence[object]:
    if not isinstance(value, list | tuple):
        raise TypeError
    return value


def _point(value: object) -> Point:
    x, y = _listed(value)
    return _number(x), _number(y)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnusableMark("the points of a drawn mark are numbers")
    return float(value)
