"""What a filled field shows: the text fits its box, whatever the name."""

import io

import pytest
from pypdf import PdfReader

import docgen
from signing.pades.appearance import LARGE, LEADING, LEFT, MARGIN, RIGHT, lay_out
from tests.signing.pades.conftest import Papers

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


def test_nothing_to_say_draws_no_text():
    assert lay_out(["", "  "], WIDTH, HEIGHT, docgen.stamp_font().width) == []


def test_the_name_can_be_read_back_from_the_field(papers: Papers):
    fields = PdfReader(io.BytesIO(papers.sealed)).trailer["/Root"]["/AcroForm"]["/Fields"]
    tenant = next(field for field in (entry.get_object() for entry in fields) if field["/T"] == "tenant")
    drawn = tenant["/AP"]["/N"].get_object()
    name = docgen.stamp_font().encode("Anne-Fleur van der Meijden-Şahin").hex().encode()
    assert b"<" + name + b">" in drawn.get_data()
    assert list(drawn["/Resources"]["/Font"]) == ["/HzSans"]
