"""What a filled field shows: the text fits its box, whatever the name."""

import io
import math
from dataclasses import replace

import pytest
from pypdf import PdfReader

import docgen
from signing.pades import Mark, Pades, UnusableMark, check_progress
from signing.pades.appearance import LARGE, LEADING, LEFT, MARGIN, RIGHT, lay_out
from tests.pki import ServedPki
from tests.signing.pades.conftest import Papers, sha256, signature_of

WIDTH, HEIGHT = 220.0, 62.0
NAMES = [
    "O",
    "J. de Vries",
    "Anne-Fleur van der Meijden-Şahin",
    "Stichting voor Begeleid Wonen en Maatschappelijke Ondersteuning",
    "W" * 60,
    "Maria Jacoba Wilhelmina Catharina van den Broek-Schimmelpenninck van der Oye " * 2,
]


@pytest.mark.parametrize("name", NAMES)
def test_every_line_fits_in_the_box(name: str):
    font = docgen.stamp_font()
    laid = lay_out([name, "Huurder", "Ondertekend op 23 november 2026", "TEST"], WIDTH, HEIGHT, font.width)
    assert all(font.width(line.text, line.size) <= WIDTH - LEFT - RIGHT + 0.01 for line in laid)
    assert sum(line.size for line in laid) * LEADING <= HEIGHT - 2 * MARGIN + 0.01
    assert " ".join(line.text for line in laid).startswith(" ".join(name.split()))


def test_a_short_name_is_large_and_on_one_line():
    laid = lay_out(["J. de Vries", "Huurder"], WIDTH, HEIGHT, docgen.stamp_font().width)
    assert [line.text for line in laid] == ["J. de Vries", "Huurder"]
    assert laid[0].size == LARGE


def test_a_long_name_is_broken_at_a_space():
    laid = lay_out([NAMES[3]], WIDTH, HEIGHT, docgen.stamp_font().width)
    assert [line.text for line in laid] == [
        "Stichting voor Begeleid Wonen en",
        "Maatschappelijke Ondersteuning",
    ]


@pytest.mark.parametrize(
    "strokes",
    [
        None,
        [],
        [[]],
        "M 0 0 L 1 1",
        [[0, 0]],
        [[[0]]],
        [[[0, 0, 0]]],
        [[["0", "1"]]],
        [[[True, False]]],
        [[[0, 1.01]]],
        [[[-0.1, 0]]],
        [[[math.nan, 0]]],
        [[[math.inf, 0]]],
        [[[0, 0]]] * 101,
        [[[0, 0]] * 5001],
        {"d": "M0 0"},
    ],
)
def test_a_mark_of_anything_but_strokes_of_points_is_refused(strokes: object):
    with pytest.raises(UnusableMark, match="drawn mark"):
        Mark.read(strokes)


def test_a_mark_in_an_impossible_place_is_refused():
    for proportion in (0.1, 21, math.nan, "3"):
        with pytest.raises(UnusableMark):
            Mark.read([[[0, 0]]], proportion)


def test_a_mark_stays_in_its_place_and_keeps_its_proportion():
    drawn = Mark.read([[[0, 0], [1, 1]], [[0.5, 0.5]]], 2.0).drawn(100, 10, 80, 20)
    assert drawn == "120.00 30.00 m 160.00 10.00 l S 140.00 20.00 m 140.00 20.00 l S"


def test_a_drawn_mark_is_in_the_field_as_lines_beside_the_text(
    served_pki: ServedPki, pades: Pades, papers: Papers
):
    mark = Mark.read([[[0.1, 0.9], [0.3, 0.1], [0.5, 0.9]], [[0.7, 0.5]]])
    asked = replace(signature_of("tenant"), mark=mark)
    now = served_pki.clock()
    signed = pades.apply_signature(papers.prepared, asked, base_sha256=sha256(papers.prepared), now=now)
    fields = PdfReader(io.BytesIO(signed)).trailer["/Root"]["/AcroForm"]["/Fields"]
    tenant = next(field for field in (entry.get_object() for entry in fields) if field["/T"] == "tenant")
    drawn = tenant["/AP"]["/N"].get_object()
    assert drawn.get_data().count(b" l S") == 3
    assert list(drawn["/Resources"]) == ["/Font"]
    assert check_progress(signed, served_pki.trust, at=served_pki.clock()).valid


def test_nothing_to_say_draws_no_text():
    assert lay_out(["", "  "], WIDTH, HEIGHT, docgen.stamp_font().width) == []


def test_the_name_can_be_read_back_from_the_field(papers: Papers):
    fields = PdfReader(io.BytesIO(papers.sealed)).trailer["/Root"]["/AcroForm"]["/Fields"]
    tenant = next(field for field in (entry.get_object() for entry in fields) if field["/T"] == "tenant")
    drawn = tenant["/AP"]["/N"].get_object()
    name = docgen.stamp_font().encode("Anne-Fleur van der Meijden-Şahin").hex().encode()
    assert b"<" + name + b">" in drawn.get_data()
    assert list(drawn["/Resources"]["/Font"]) == ["/HzSans"]
