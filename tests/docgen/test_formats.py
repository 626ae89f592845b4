from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen import formats

CORPORATIONS = st.text(formats.ALPHABET, min_size=2, max_size=5)
LEASES = st.text(formats.ALPHABET, min_size=1, max_size=20)


@pytest.mark.parametrize(
    "text", ["0511 AB", "3511 A", "35111 AB", "3511  AB", "3511 SA", "3511SD", "3511 ss", "", "٣٥١١ AB"]
)
def test_what_cannot_be_a_postcode_is_none(text: str) -> None:
    assert formats.postcode(text) is None


@pytest.mark.parametrize("text", ["3511 AB", "3511ab", " 3511 ab "])
def test_a_postcode_is_written_with_a_space_and_capitals(text: str) -> None:
    assert formats.postcode(text) == "3511 AB"


@pytest.mark.parametrize(
    "text", ["", "12", "+0612345678", "061234567", "06123456789", "call me", "+31" + "6" * 20]
)
def test_what_cannot_be_a_telephone_number_is_none(text: str) -> None:
    assert formats.phone(text) is None


@pytest.mark.parametrize(
    "text", ["+31612345678", "06-12345678", "06 12 34 56 78", "0031 6 12345678", "(06) 12345678"]
)
def test_a_telephone_number_is_written_with_the_country(text: str) -> None:
    assert formats.phone(text) == "+31612345678"


def test_a_long_date_is_dutch() -> None:
    assert formats.long_date(date(2026, 12, 1)) == "1 december 2026"
    assert formats.long_date(date(2027, 3, 31)) == "31 maart 2027"


@pytest.mark.parametrize(
    ("day", "months", "days", "expected"),
    [
        (date(2026, 12, 1), 24, -1, date(2028, 11, 30)),
        (date(2027, 1, 31), 1, 0, date(2027, 2, 28)),
        (date(2028, 2, 29), 12, 0, date(2029, 2, 28)),
        (date(2026, 12, 15), -12, 0, date(2025, 12, 15)),
        (date(2026, 12, 15), 1, 20, date(2027, 2, 4)),
    ],
)
def test_months_go_before_days_and_stop_at_the_end_of_a_month(
    day: date, months: int, days: int, expected: date
) -> None:
    assert formats.shift(day, months=months, days=days) == expected


@pytest.mark.parametrize(
    ("text", "check"),
    [
        ("MTR0012345678BGO01", "C"),
        ("MTR0012345678OVD01", "4"),
        ("BOEXHC2026004821BGO01", "M"),
        ("PRTLD00004821BGO01", "P"),
        ("A12425GABC1234002", "M"),  # the example of ISO 7064
    ],
)
def test_the_check_character_is_that_of_iso_7064_mod_37_36(text: str, check: str) -> None:
    assert formats.check_character(text) == check


def made(corporation: str, lease: str) -> str:
    start = f"{corporation}-{lease}-BGO01"
    return f"{start}-{formats.check_character(start.replace('-', ''))}"


@given(CORPORATIONS, LEASES, st.data())
def test_one_wrong_character_is_always_noticed(corporation: str, lease: str, data: st.DataObject) -> None:
    right = made(corporation, lease)
    place = data.draw(st.sampled_from([i for i, each in enumerate(right) if each != "-"]))
    other = data.draw(st.sampled_from(sorted(set(formats.ALPHABET) - {right[place]})))
    assert formats.reference(right) == right
    assert formats.reference(right[:place] + other + right[place + 1 :]) is None


@pytest.mark.parametrize("text", [" mtr-0012345678-bgo01-c ", "MTR-0012345678-BGO01- C"])
def test_a_reference_may_be_typed_in_small_letters_and_with_spaces(text: str) -> None:
    assert formats.reference(text) == "MTR-0012345678-BGO01-C"


@pytest.mark.parametrize(
    "text", ["", "MTR", "MTR-0012345678-BGO01", "MTR0012345678BGO01C", "M-1-BGO01-C", "x" * 5000]
)
def test_what_has_another_form_is_no_reference_and_nothing_is_suggested(text: str) -> None:
    assert formats.reference(text) is None
    assert formats.likely_reference(text) is None


@pytest.mark.parametrize(
    "text", ["MTR-O012345678-BGO01-C", "MTR-0012345678-BG001-C", "MTR-00I2345678-BGOO1-C"]
)
def test_a_letter_for_a_digit_in_a_reference_is_seen_and_the_right_one_suggested(text: str) -> None:
    assert formats.reference(text) is None
    assert formats.likely_reference(text) == "MTR-0012345678-BGO01-C"


def test_a_lease_number_is_compared_without_separators() -> None:
    assert formats.compact("hc-2026.00 48/21") == "HC2026004821"
    assert formats.compact("--") is None
    assert formats.compact("Ö12") is None
