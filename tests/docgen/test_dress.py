from __future__ import annotations

import pytest

import docgen
from docgen.dress import dress
from docgen.manifest import DocumentPart, Field, Manifest


@pytest.mark.parametrize("odd", ["", "+", "0612345679", "+31 6 1234", "+31６12345679", "onbekend"])
def test_what_is_no_e164_number_is_given_back_as_it_is(odd: str) -> None:
    assert docgen.spoken_phone(odd) == odd


@pytest.mark.parametrize(
    ("kept", "spoken"),
    [
        ("+31612345679", "06 12 34 56 79"),
        ("+31301234567", "030 123 45 67"),
        ("+31881234567", "088 123 45 67"),
        ("+31348123456", "0348 12 34 56"),
        ("+318001234", "+31 800 1234"),
        ("+32470123456", "+32 470 123 456"),
        ("+12025550123", "+1 202 555 0123"),
        ("+380441234567", "+380 441 234 567"),
        ("+2917123456", "+291 712 3456"),
    ],
)
def test_a_number_is_written_as_it_is_said(kept: str, spoken: str) -> None:
    assert docgen.spoken_phone(kept) == spoken
    assert spoken.replace(" ", "")[-6:] == kept[-6:]


def test_a_document_prints_the_number_as_it_is_said() -> None:
    part = DocumentPart("core", "Kern")
    manifest = Manifest(
        type="t", code="TTT", version="1.0.0", title="T", language="nl-NL",
        documents=(part,), recipients=(), fields=(Field("guide.phone", "Telefoon", "phone"),),
    )  # fmt: skip
    assert dress(manifest, part, {"guide": {"phone": "+31612345679"}}) == {
        "guide": {"phone": "06 12 34 56 79"}
    }
    assert dress(manifest, part, {}) == {"guide": {"phone": None}}
