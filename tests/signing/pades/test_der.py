"""One spelling only, and nothing that keeps us busy for long."""

from __future__ import annotations

import pytest
from asn1crypto import parser

from signing.pades.der import DEEPEST_VALUE, MOST_ELEMENTS, elements, ensure_der

NULL = b"\x05\x00"


def sequence(inside: bytes) -> bytes:
    made: bytes = parser.emit(0, 1, 16, inside)
    return made


def nested(levels: int) -> bytes:
    value = NULL
    for _ in range(levels):
        value = sequence(value)
    return value


@pytest.mark.parametrize(
    "value",
    [
        b"\x30\x81\x02" + NULL,
        sequence(b"\x05\x81\x00"),
        b"\x30\x80" + NULL + b"\0\0",
        sequence(NULL)[:-1],
        sequence(NULL) + b"\0",
        nested(DEEPEST_VALUE + 1),
        sequence(NULL * (MOST_ELEMENTS + 1)),
    ],
    ids=[
        "a long length",
        "a long length inside",
        "an indefinite one",
        "cut",
        "more behind",
        "too deep",
        "too many",
    ],
)
def test_another_form_or_size_is_refused(value: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        ensure_der(value)


def test_another_number_of_elements_is_refused() -> None:
    with pytest.raises(ValueError, match="2 elements has 1"):
        elements(sequence(NULL), 2)


def test_the_one_form_passes() -> None:
    ensure_der(nested(DEEPEST_VALUE))
    ensure_der(sequence(NULL * MOST_ELEMENTS))
    assert elements(sequence(NULL * 2), 2) == [NULL, NULL]
