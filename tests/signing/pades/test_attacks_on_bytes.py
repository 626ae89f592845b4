"""Bytes of a signed file changed in place: ranges, containers, whole signatures; it is never called valid."""

import random
from collections.abc import Callable

import pytest

from signing.pades import Expected, Pades, check_progress, validate
from signing.pades.der import elements
from tests.pki import ServedPki
from tests.signing.pades import forgeries, surgery
from tests.signing.pades.conftest import Papers, seal, sign
from tests.signing.pades.papers import PARTIES, prepared_pdf
from tests.signing.pades.rewrites import OTHER_TEXT, PAGE_TEXT
from tests.signing.pades.test_attacks_by_update import codes

ALL = Expected((*PARTIES, "seal"))
ONLY_SEAL = Expected(("seal",))
RANGES: dict[str, Callable[[list[int]], list[int]]] = {
    "a hole that begins earlier": lambda r: [r[0], r[1] - 8, r[2], r[3]],
    "a hole that ends later": lambda r: [r[0], r[1], r[2] + 8, r[3] - 8],
    "a hole that begins at the beginning": lambda r: [0, 0, r[2], r[3]],
    "no hole": lambda r: [0, r[2], r[2], r[3]],
    "parts that overlap": lambda r: [0, r[2] + 8, r[2], r[3]],
    "parts in another order": lambda r: [r[2], r[3], 0, r[1]],
    "a beginning that is left out": lambda r: [1, r[1] - 1, r[2], r[3]],
    "an end that is left out": lambda r: [0, r[1], r[2], r[3] - 1],
    "an end behind the file": lambda r: [0, r[1], r[2], r[3] + 1],
    "an end far behind the file": lambda r: [0, r[1], r[2], 10**12],
    "a negative length": lambda r: [0, -1, r[2], r[3]],
    "two numbers": lambda r: [0, r[2] + r[3]],
    "three parts": lambda r: [0, 100, 100, r[1] - 100, r[2], r[3]],
    "nothing at all": lambda r: [],
}
KEYS = (b"/Contents", b"/ByteRange", b"/SubFilter", b"/Filter", b"/Type /Sig", b"/Type /DocTimeStamp", b"/V ")


@pytest.fixture(scope="session")
def small(served_pki: ServedPki, pades: Pades) -> bytes:
    """A file with nothing but a seal: judged in a fraction of the time."""
    return seal(pades, prepared_pdf(("seal",)), served_pki.clock())


def test_the_small_file_is_valid(served_pki: ServedPki, small: bytes):
    assert codes(validate, small, served_pki, ONLY_SEAL) == set()


def test_every_sampled_byte_counts(served_pki: ServedPki, small: bytes):
    """A sample from everywhere, thick where no signature looks: headers, references, holes, ends."""
    draw = random.Random(1)  # noqa: S311  (which bytes are sampled is no secret)
    places = set(range(0, len(small), len(small) // 60))
    for found in forgeries.CONTENTS.finditer(small):
        places |= {found.start(1) - 1, found.start(1), found.start(1) + 9, found.end(1) - 1, found.end(1)}
    for found in forgeries.BYTE_RANGE.finditer(small):
        places |= {found.start(1), found.start(4), found.end()}
    places |= {0, 5, len(small) - 1, len(small) - 7, small.rfind(b"startxref") + 11, small.rfind(b"trailer")}
    for place in sorted(places):
        other = bytes([small[place] ^ draw.choice((1, 2, 4, 8, 16, 32, 64, 128, 255))])
        changed = small[:place] + other + small[place + 1 :]
        assert codes(validate, changed, served_pki, None), place


def test_bytes_inserted_or_taken_out_are_noticed(served_pki: ServedPki, small: bytes):
    draw = random.Random(2)  # noqa: S311
    for place in (0, 1, *draw.sample(range(len(small)), 8)):
        for changed in (small[:place] + b" " + small[place:], small[:place] + small[place + 1 :]):
            assert codes(validate, changed, served_pki, None), place


@pytest.mark.parametrize("front", [b"\n", b"%PDF-1.7\n", b"GIF89a", b"\xef\xbb\xbf"])
def test_bytes_in_front_are_noticed(front: bytes, served_pki: ServedPki, small: bytes):
    assert codes(validate, front + small, served_pki, None)


@pytest.mark.parametrize("name", RANGES)
@pytest.mark.parametrize("which", [0, -1])
def test_another_byte_range_is_noticed(name: str, which: int, served_pki: ServedPki, small: bytes):
    changed = surgery.with_byte_range(small, RANGES[name], which)
    assert codes(validate, changed, served_pki, None)


@pytest.mark.parametrize("key", KEYS)
def test_a_key_that_is_not_there_any_more_is_noticed(key: bytes, served_pki: ServedPki, papers: Papers):
    """Universal signature forgery in place: the key gets another name of the same length."""
    changed = papers.sealed.replace(key, b"/X" + key[2:])
    assert changed != papers.sealed
    assert codes(validate, changed, served_pki, None)
    signed = papers.signed.replace(key, b"/X" + key[2:])
    if signed != papers.signed:
        assert codes(check_progress, signed, served_pki, None)


def test_a_wrapped_signature_is_noticed(served_pki: ServedPki, small: bytes, papers: Papers):
    evil = b"5 0 obj\n<< /Length 60 >>\nstream\nBT (%s) Tj ET\nendstream\nendobj\n" % OTHER_TEXT
    changed = surgery.wrapped(small, evil)
    assert "byte-range-hole" in codes(validate, changed, served_pki, None)
    changed = surgery.wrapped(papers.signed, evil)
    assert "byte-range-hole" in codes(check_progress, changed, served_pki, None)


def test_a_signature_of_another_document_is_noticed(served_pki: ServedPki, pades: Pades, papers: Papers):
    now = served_pki.clock()
    other_base = papers.prepared.replace(PAGE_TEXT, OTHER_TEXT)
    other = sign(pades, other_base, "tenant", now)
    transplanted = surgery.with_contents(other, -1, surgery.contents(papers.certified, -1))
    assert "ades-hash-failure" in codes(check_progress, transplanted, served_pki, None)
    sealed = seal(pades, transplanted, now)
    assert "ades-hash-failure" in codes(validate, sealed, served_pki, None)


def test_a_signature_of_another_party_is_noticed(served_pki: ServedPki, papers: Papers):
    first = surgery.contents(papers.signed, 0)
    changed = surgery.with_contents(papers.signed, 1, first)
    assert "ades-hash-failure" in codes(check_progress, changed, served_pki, None)


def test_a_document_timestamp_of_another_document_is_noticed(
    served_pki: ServedPki, small: bytes, papers: Papers
):
    changed = surgery.with_contents(papers.sealed, -1, surgery.contents(small, -1))
    assert "ades-hash-failure" in codes(validate, changed, served_pki, ALL)


def test_a_document_of_another_packet_is_noticed(served_pki: ServedPki, papers: Papers):
    expected = Expected((*PARTIES, "seal"), subject="MTR-0012345678-BGO01-C")
    assert codes(validate, papers.sealed, served_pki, expected) == {"other-document"}


def test_a_file_without_its_document_timestamp_is_not_valid(served_pki: ServedPki, small: bytes):
    report = validate(small, served_pki.trust, at=served_pki.clock())
    assert "not-sealed" in codes(validate, small[: report.revisions[0].size], served_pki, None)


def test_a_broken_document_timestamp_is_noticed(served_pki: ServedPki, small: bytes):
    content = bytearray(surgery.contents(small, -1))
    content[-1] ^= 1
    assert codes(validate, surgery.with_contents(small, -1, bytes(content)), served_pki, None)


@pytest.mark.parametrize("which", [-1, -2])
def test_a_container_written_in_another_form_is_noticed(which: int, served_pki: ServedPki, small: bytes):
    longer = surgery.written_longer(surgery.contents(small, which))
    assert codes(validate, surgery.with_contents(small, which, longer), served_pki, None)


def test_a_certificate_written_in_another_form_is_noticed(served_pki: ServedPki, small: bytes):
    """Its outer length is in no signature: neither in the issuer's, nor in that of who uses it."""
    kind, explicit = elements(surgery.contents(small, -1), None)
    (signed,) = elements(explicit, None)
    parts = elements(signed, None)
    (certificate,) = elements(parts[3], None)
    parts[3] = surgery.joined(parts[3], [surgery.written_longer(certificate)])
    respelt = surgery.joined(explicit, [surgery.joined(signed, parts)])
    changed = surgery.with_contents(small, -1, surgery.joined(surgery.contents(small, -1), [kind, respelt]))
    assert codes(validate, changed, served_pki, None)


def test_no_part_of_a_signature_timestamp_can_change(served_pki: ServedPki, papers: Papers):
    """Found by fuzzing: the token says its digest algorithms in a place that nothing signs."""
    (token,) = surgery.timestamps(papers.certified)
    for place in range(120):
        changed = bytearray(token)
        changed[place] ^= 0x41
        pdf = surgery.with_timestamps(papers.certified, lambda _, changed=changed: [bytes(changed)])
        assert codes(check_progress, pdf, served_pki, None), place


def test_an_unsigned_attribute_of_another_kind_is_noticed(served_pki: ServedPki, papers: Papers):
    whole = surgery.contents(papers.certified, -1)
    stamp = bytes.fromhex("060b2a864886f70d010910020e")  # id-aa-timeStampToken
    assert whole.count(stamp) == 1
    other = whole.replace(stamp, bytes.fromhex("060b2a864886f70d010910020f"))
    changed = surgery.with_contents(papers.certified, -1, other)
    assert "container-odd" in codes(check_progress, changed, served_pki, None)
