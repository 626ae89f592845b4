"""The stamp font: the one typeface that is in every PDF before signing, for what signing draws later."""

import io
import logging
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from fontTools.ttLib.scaleUpem import scale_upem  # type: ignore[import-untyped]

from docgen.errors import DocgenError, GlyphMissing
from docgen.guards import PRINTABLE, SAME_AS

logging.getLogger("fontTools").setLevel(logging.ERROR)  # it remarks on Carlito's old date at every load

CARLITO = Path("/usr/share/fonts/truetype/crosextra/Carlito-Regular.ttf")
UNITS_PER_EM = 1000  # PDF widths are in 1/1000 em; a font of 2048 units makes pyHanko and validators disagree

_CMAP = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{mapping}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


@dataclass(frozen=True)
class StampFont:
    """A TrueType program of 1000 units per em whose glyph ids are Carlito's own, so they never move.

    ``widths`` holds the advance of each usable glyph id in 1/1000 em; ``bbox`` is (x0, y0, x1, y1).
    """

    resource: ClassVar[str] = "HzSans"
    base_name: ClassVar[str] = "HZSANS+Carlito"  # six capitals and a plus mark a subset, ISO 32000-1 9.6.4

    program: bytes
    glyphs: Mapping[int, int]
    widths: Mapping[int, int]
    ascent: int
    descent: int
    cap_height: int
    bbox: tuple[int, int, int, int]

    def encode(self, text: str) -> bytes:
        """Glyph ids as two bytes each, big endian, for a string operand under Identity-H.

        Raises:
            GlyphMissing: a character this font cannot draw.
        """
        return b"".join(glyph.to_bytes(2, "big") for glyph in self._glyphs(text))

    def width(self, text: str, size: float) -> float:
        """Length of the text in points at a size in points; raises as ``encode`` does."""
        return sum(self.widths[glyph] for glyph in self._glyphs(text)) * size / UNITS_PER_EM

    def to_unicode(self) -> bytes:
        """The CMap that gives the text back to whoever copies or reads it aloud, ISO 32000-1 9.10.3."""
        lowest: dict[int, int] = {}
        for code, glyph in sorted(self.glyphs.items()):
            lowest.setdefault(glyph, code)
        pairs = [f"<{glyph:04X}> <{code:04X}>" for glyph, code in sorted(lowest.items())]
        blocks = [
            pairs[start : start + 100] for start in range(0, len(pairs), 100)
        ]  # a block holds at most 100
        mapping = "\n".join(
            f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks
        )
        return _CMAP.format(mapping=mapping).encode("ascii")

    def _glyphs(self, text: str) -> list[int]:
        composed = unicodedata.normalize("NFC", text)
        try:
            return [self.glyphs[ord(character)] for character in composed]
        except KeyError as error:
            raise GlyphMissing(chr(error.args[0])) from error


@cache
def stamp_font() -> StampFont:
    """The stamp font; made once per process.

    Raises:
        DocgenError: Carlito is not installed.
    """
    try:
        font = TTFont(CARLITO)
    except OSError as error:
        raise DocgenError(f"The typeface {CARLITO} is not there: install fonts-crosextra-carlito.") from error
    cmap = font.getBestCmap()
    for alias, meant in SAME_AS.items():
        if len(alias) == len(meant) == 1 and meant.isprintable():
            cmap[ord(alias)] = cmap[ord(meant)]
    wanted = sorted(map(ord, {*PRINTABLE, *SAME_AS} & set(map(chr, cmap))))
    _subset(font, wanted)
    scale_upem(font, UNITS_PER_EM)
    glyphs = {code: font.getGlyphID(cmap[code]) for code in wanted}
    widths = {font.getGlyphID(cmap[code]): font["hmtx"][cmap[code]][0] for code in wanted}
    head, hhea = font["head"], font["hhea"]
    cap_height = font["glyf"][cmap[ord("H")]].yMax
    program = io.BytesIO()
    font.save(program)
    return StampFont(
        program=program.getvalue(),
        glyphs=MappingProxyType(glyphs),
        widths=MappingProxyType(widths),
        ascent=hhea.ascent,
        descent=hhea.descent,
        cap_height=cap_height,
        bbox=(head.xMin, head.yMin, head.xMax, head.yMax),
    )


def _subset(font: TTFont, wanted: list[int]) -> None:
    options = Options()
    options.retain_gids = True
    options.hinting = False
    options.layout_features = []
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "kern", "post", "name", "OS/2", "meta", "DSIG", "FFTM"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
