"""How a document stands on a page."""

import pytest

from signing.web import reading


def label(number: int) -> str:
    return f'{number} of "x"'


def test_headings_go_one_level_down_and_the_rest_stays() -> None:
    html = '<h1 class="x">A</h1><h2>B</h2><hr><h5>C</h5><p>h1</p>'

    assert reading.as_part_of_page(html, label) == '<h2 class="x">A</h2><h3>B</h3><hr><h6>C</h6><p>h1</p>'


def test_a_table_without_plain_columns_scrolls_is_reached_by_keyboard_and_has_a_name_of_its_own() -> None:
    merged = '<table><tr><th>a</th><th>b</th><td colspan="2">c</td></tr></table>'
    page = reading.as_part_of_page(merged + merged, label)

    opening = '<div class="wide" tabindex="0" role="region" aria-label="{} of &#34;x&#34;">'
    assert page == "".join(f"{opening.format(number)}{merged}</div>" for number in (1, 2))


def test_each_cell_of_a_table_with_many_columns_knows_its_column() -> None:
    head = '<thead><tr><th>Wat</th><th>Wie &amp; "wo"</th><th><p>Hoe</p></th></tr></thead>'
    page = reading.as_part_of_page(
        f"<table>{head}<tbody><tr><td>1</td><td>2</td><td>3</td></tr></tbody></table>", label
    )

    assert page.startswith(
        '<div class="rows"><table role="table"><thead role="rowgroup"><tr role="row"><th role'
    )
    for number, name in enumerate(("Wat", "Wie &amp; &#34;wo&#34;", "Hoe"), start=1):
        assert f'<td data-label="{name}" role="cell">{number}</td>' in page


def test_a_narrow_table_stays_as_it_is() -> None:
    narrow = "<table><thead><tr><th>a</th><th>b</th></tr></thead></table>"
    assert reading.as_part_of_page(narrow, label) == narrow


def test_labels_with_their_values_may_stand_under_each_other_on_a_phone() -> None:
    pairs = '<table><tr><th colspan="2">U</th></tr><tr><td>Naam</td><td>Aylin</td></tr></table>'

    assert reading.as_part_of_page(pairs, label) == f'<div class="pairs">{pairs}</div>'


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (110, 1), (111, 2), (2200, 20)])
def test_reading_time_is_that_of_a_slow_reader(words: int, minutes: int) -> None:
    assert reading.minutes([f"<p class='not counted'>{'woord ' * words}</p>"]) == minutes


def test_a_telephone_number_can_be_dialled() -> None:
    assert reading.dial("+31 (0)6 - 12 34 56 78") == "+310612345678"
