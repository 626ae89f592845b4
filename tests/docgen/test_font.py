from __future__ import annotations

import io

import pytest
from fontTools.ttLib import TTFont

import docgen
from docgen.font import CARLITO
from docgen.guards import PRINTABLE


@pytest.mark.parametrize("character", ["王", "😀", "\ud800", "\n"])
def test_a_character_it_cannot_draw_is_named(character: str) -> None:
    with pytest.raises(docgen.GlyphMissing) as caught:
        docgen.stamp_font().encode(f"a{character}")
    assert caught.value.character == character


def test_every_character_that_values_may_hold_can_be_drawn() -> None:
    font = docgen.stamp_font()
    for character in PRINTABLE:
        assert len(font.encode(character)) in (2, 4), character


def test_glyph_ids_are_those_of_carlito_so_that_they_never_move() -> None:
    original = TTFont(CARLITO)
    name = original.getBestCmap()[ord("ł")]
    assert docgen.stamp_font().encode("ł") == original.getGlyphID(name).to_bytes(2, "big")


def test_widths_are_in_thousandths_of_an_em() -> None:
    font = docgen.stamp_font()
    program = TTFont(io.BytesIO(font.program))
    assert program["head"].unitsPerEm == 1000
    metrics = program["hmtx"].metrics
    order = program.getGlyphOrder()
    assert all(metrics[order[glyph]][0] == width for glyph, width in font.widths.items())
    assert font.width("", 10) == 0
    assert font.width("ii", 10) == pytest.approx(2 * font.width("i", 10))
    assert 28 < font.width("Wałęsa", 10) < 32


def test_accents_written_apart_are_composed_first() -> None:
    font = docgen.stamp_font()
    assert font.encode("Zoe\u0308") == font.encode("Zoë")


def test_it_is_made_once() -> None:
    assert docgen.stamp_font() is docgen.stamp_font()
    assert docgen.StampFont.resource == "HzSans"
