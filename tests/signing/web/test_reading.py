"""How a document stands on a page."""

import pytest

from signing.web import reading


def test_headings_go_one_level_down_and_the_rest_stays() -> None:
    html = '<h1 class="x">A</h1><h2>B</h2><hr><h5>C</h5><p>h1</p>'

    assert reading.as_part_of_page(html, "t") == '<h2 class="x">A</h2><h3>B</h3><hr><h6>C</h6><p>h1</p>'


def test_a_table_with_many_columns_scrolls_and_is_reached_by_keyboard() -> None:
    wide = reading.as_part_of_page("<table><tr><th>a</th><th>b</th><td>c</td></tr></table>", 'a "table"')
    narrow = "<table><thead><tr><th>a</th><th>b</th></tr></thead></table>"

    assert wide.startswith(
        '<div class="wide" tabindex="0" role="region" aria-label="a &#34;table&#34;"><table>'
    )
    assert reading.as_part_of_page(narrow, "t") == narrow


def test_labels_with_their_values_may_stand_under_each_other_on_a_phone() -> None:
    pairs = '<table><tr><th colspan="2">U</th></tr><tr><td>Naam</td><td>Aylin</td></tr></table>'

    assert reading.as_part_of_page(pairs, "t") == f'<div class="pairs">{pairs}</div>'


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (110, 1), (111, 2), (2200, 20)])
def test_reading_time_is_that_of_a_slow_reader(words: int, minutes: int) -> None:
    assert reading.minutes([f"<p class='not counted'>{'woord ' * words}</p>"]) == minutes


def test_a_telephone_number_can_be_dialled() -> None:
    assert reading.dial("+31 (0)6 - 12 34 56 78") == "+310612345678"
