from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen import guards


@pytest.mark.parametrize(
    "text",
    [
        "111222333",
        "BSN111222333",
        "zijn nummer is 1112.22.333.",
        "111 222 333",
        "111-222-333",
        "1 1 1 2 2 2 3 3 3",
        "huis 12 111222333",
        "١١١٢٢٢٣٣٣",
        "123456782",
    ],
)
def test_a_citizen_number_is_seen_however_it_is_written(text: str) -> None:
    assert guards.holds_citizen_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "123456789",
        "000000000",
        "06 12 34 56 78",
        "030-2345678",
        "+31612345678",
        "1112223330",
        "op 1 december 2026 om 10:00",
        "VH-2026-0412",
        "a" * 30 + "111222333" + "b" * 30,
        "192.168.100.100",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not guards.holds_citizen_number(text)


def test_many_digits_do_not_take_long_to_read() -> None:
    assert not guards.holds_citizen_number("0 " * 50_000)


@pytest.mark.parametrize(
    "text", ["Diagnose volgt", "de VERSLAVINGSZORG", "medicatie", "na detentie", "suïcidaal", "via de GGZ"]
)
def test_a_word_about_health_or_detention_is_seen(text: str) -> None:
    assert guards.speaks_of_health(text)


@pytest.mark.parametrize(
    "text", ["huur betalen", "een prognose", "samen bellen", "tuin en stoep schoonhouden"]
)
def test_ordinary_words_are_not_about_health(text: str) -> None:
    assert not guards.speaks_of_health(text)


@pytest.mark.parametrize(
    "character",
    ["\x00", "\a", "\f", "\x1b", "\ud800", "\u202e", "\u200b", "\ue000", "\u0305", "\u034f", "😀", "王"],
)
def test_what_cannot_be_printed_is_found(character: str) -> None:
    assert guards.unprintable(f"a{character}b", lines=True) == character


def test_line_ends_are_for_text_only() -> None:
    assert guards.unprintable("a\nb\tc", lines=True) is None
    assert guards.unprintable("a\nb", lines=False) == "\n"


@pytest.mark.parametrize(
    "name", ["Şahin", "Wałęsa", "O'Neill", "'s-Graven", "Đặng", "Παπαδόπουλος", "Иванова"]
)
def test_european_names_can_be_printed(name: str) -> None:
    assert guards.unprintable(name, lines=False) is None


def test_tidying_composes_accents_and_plain_spaces() -> None:
    assert guards.tidy(" Zoe\u0308\u00a0van\u2011Dam\r\n") == "Zoë van-Dam"


@given(st.text())
def test_tidying_twice_is_tidying_once(text: str) -> None:
    assert guards.tidy(guards.tidy(text)) == guards.tidy(text)


@pytest.mark.parametrize(
    "text",
    [
        "bel +31 6 12345672",
        "bel 0031 6 1234 5672",
        "+31 (0)6 12345672",
        "+49 30 1112 22333",
        "van 1-12-2026 tot 1-12-2027",
        "op 11-12-2023 3 keer",
        "2026-11-12 1 keer",
        "111222333 is het contract",
    ],
)
def test_dates_telephone_numbers_and_the_packets_own_numbers_are_no_citizen_numbers(text: str) -> None:
    assert not guards.holds_citizen_number(text, known={"111222333"})


@pytest.mark.parametrize(
    "text", ["+31 6 12345672 111222333", "1-12-2026 111222333", "111222333 en 123456782"]
)
def test_a_citizen_number_beside_another_number_is_seen(text: str) -> None:
    assert guards.holds_citizen_number(text, known={"123456782"})
