"""What is never called valid: changed, reused, cut, unsealed, untrusted, hostile."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from signing.pades import Expected, Pades, TrustRoots, UnusableFile, check_progress, validate
from tests.pki import ServedPki, certificate_of
from tests.signing.pades import forgeries
from tests.signing.pades.conftest import Papers, seal, sign
from tests.signing.pades.papers import PARTIES, prepared_pdf

ALL = Expected((*PARTIES, "seal"))


def problems_of(pdf: bytes, pki: ServedPki, expected: Expected | None = ALL) -> str:
    """What is said about a file that must not be valid; an unusable file counts as refused."""
    try:
        report = validate(pdf, pki.trust, expected=expected, at=pki.clock())
    except UnusableFile as refusal:
        return str(refusal)
    assert not report.valid
    assert report.problems
    return " | ".join(report.problems)


def test_a_flipped_bit_anywhere_is_noticed(served_pki: ServedPki, papers: Papers):
    draw = random.Random(20261123)  # noqa: S311  (which bytes are sampled is no secret)
    size = len(papers.sealed)
    for position in sorted({0, 9, size - 1, size - 7, *draw.sample(range(size), 20)}):
        assert problems_of(forgeries.flipped(papers.sealed, position), served_pki), position


def test_a_flipped_bit_in_any_signature_is_noticed(served_pki: ServedPki, papers: Papers):
    draw = random.Random(5)  # noqa: S311
    for found in forgeries.CONTENTS.finditer(papers.sealed):
        written = len(found.group(1).rstrip(b"0"))
        for place in (0, 51, *draw.sample(range(written), 2)):
            assert problems_of(forgeries.flipped(papers.sealed, found.start(1) + place), served_pki), place


@pytest.mark.parametrize("more", [b"\n", b" ", b"%%EOF\n", b"1 0 obj\nnull\nendobj\n", bytes(1000)])
def test_bytes_behind_the_seal_are_noticed(more: bytes, served_pki: ServedPki, papers: Papers):
    said = problems_of(papers.sealed + more, served_pki)
    assert "behind the last signature" in said or "be read strictly" in said


def test_a_wider_byte_range_is_noticed(served_pki: ServedPki, papers: Papers):
    said = problems_of(forgeries.with_wider_hole(papers.sealed), served_pki)
    assert "ByteRange" in said


@pytest.mark.parametrize("forge", [forgeries.with_padding_used, forgeries.with_other_spelling])
def test_what_no_signature_covers_is_checked_as_well(forge, served_pki: ServedPki, papers: Papers):
    said = problems_of(forge(papers.sealed), served_pki)
    assert "Contents" in said


def test_a_file_that_is_not_sealed_is_not_valid(served_pki: ServedPki, papers: Papers):
    said = problems_of(papers.signed, served_pki)
    assert "not sealed" in said
    assert "seal: it is expected to be signed" in said


def test_a_file_without_signatures_is_not_valid(served_pki: ServedPki, papers: Papers):
    assert "no signatures" in problems_of(papers.prepared, served_pki, None)
    assert "no signatures" in problems_of(prepared_pdf(fields=()), served_pki, None)
    assert not check_progress(papers.prepared, served_pki.trust, at=served_pki.clock()).valid


def test_a_sealed_file_is_no_file_between_signatures(served_pki: ServedPki, papers: Papers):
    report = check_progress(papers.sealed, served_pki.trust, at=served_pki.clock())
    assert any("sealed" in problem for problem in report.problems)


def test_another_set_of_fields_than_expected_is_not_valid(served_pki: ServedPki, papers: Papers):
    assert "nobody was expected" in problems_of(papers.sealed, served_pki, Expected(("tenant", "seal")))
    more = Expected((*PARTIES, "guiding_org", "seal"))
    assert "guiding_org: it is expected to be signed" in problems_of(papers.sealed, served_pki, more)


def test_an_empty_field_is_valid_only_where_it_may_be_empty(
    served_pki: ServedPki, pades: Pades, papers: Papers
):
    now = served_pki.clock()
    sealed = seal(pades, sign(pades, papers.certified, "referring_org", now), now)
    without_corporation = Expected(("tenant", "referring_org", "seal"), ("corporation",))
    report = validate(sealed, served_pki.trust, expected=without_corporation, at=now)
    assert report.problems == ()
    assert report.empty_fields == ("corporation",)
    assert "corporation: it is expected to be signed" in problems_of(sealed, served_pki)
    strict = Expected(("tenant", "referring_org", "seal"))
    assert "corporation: this empty field was not expected" in problems_of(sealed, served_pki, strict)


def test_a_file_of_another_authority_is_not_valid(
    served_pki: ServedPki, rogue_pki: ServedPki, papers: Papers
):
    now = rogue_pki.clock()
    with Pades(rogue_pki.settings) as rogue:
        sealed = seal(rogue, sign(rogue, papers.prepared, "tenant", now), now)
    expected = Expected(("tenant", "seal"), PARTIES[1:])
    assert validate(sealed, rogue_pki.trust, expected=expected, at=now).valid
    assert "does not lead to a trusted root" in problems_of(sealed, served_pki, expected)


def test_one_signature_of_another_authority_is_not_valid(
    served_pki: ServedPki, rogue_pki: ServedPki, papers: Papers
):
    now = served_pki.clock()
    both = (served_pki.pki.root, rogue_pki.pki.root)
    rogue_key = replace(rogue_pki.settings, trust_roots=both, tsas=served_pki.settings.tsas)
    with Pades(rogue_key) as rogue, Pades(replace(served_pki.settings, trust_roots=both)) as good:
        sealed = seal(good, sign(rogue, papers.prepared, "tenant", now), now)
    expected = Expected(("tenant", "seal"), PARTIES[1:])
    assert validate(sealed, TrustRoots.read(both), expected=expected, at=now).valid
    report = validate(sealed, served_pki.trust, expected=expected, at=now)
    assert [signature.trusted for signature in report.signatures] == [False, True]


def test_a_signature_without_a_timestamp_is_not_valid(served_pki: ServedPki, pades: Pades, papers: Papers):
    plain = forgeries.signed_without_timestamp(papers.prepared, served_pki.settings, "tenant")
    report = check_progress(plain, served_pki.trust, at=served_pki.clock())
    assert any("no signature timestamp" in problem for problem in report.problems)
    expected = Expected(("tenant", "seal"), PARTIES[1:])
    assert "no signature timestamp" in problems_of(
        seal(pades, plain, served_pki.clock()), served_pki, expected
    )


def test_a_signature_with_a_revoked_certificate_is_not_valid(
    served_pki: ServedPki, pades: Pades, papers: Papers
):
    now = served_pki.clock()
    key = served_pki.revoked_key()
    with Pades(key) as revoked:
        signed = sign(pades, sign(revoked, papers.prepared, "tenant", now), "seal", now)
    forced = forgeries.sealed_by_force(signed, served_pki, [key, served_pki.settings])
    said = problems_of(forced, served_pki, Expected(("tenant", "seal"), PARTIES[1:]))
    assert "tenant: its certificate was revoked" in said
    assert "seal: " not in said


def test_a_signature_with_an_expired_certificate_is_not_valid(
    served_pki: ServedPki, pades: Pades, papers: Papers, monkeypatch: pytest.MonkeyPatch
):
    now = served_pki.clock()
    key = served_pki.expired_key()
    with Pades(key) as expired, monkeypatch.context() as careless:
        careless.setattr("signing.pades.keys.SealingKey.ensure_valid", lambda *_: None)
        first = sign(expired, papers.prepared, "tenant", now)
    signed = sign(pades, first, "seal", now)
    forced = forgeries.sealed_by_force(signed, served_pki, [key, served_pki.settings])
    said = problems_of(forced, served_pki, Expected(("tenant", "seal"), PARTIES[1:]))
    assert "tenant: its certificate was not valid when it was made" in said
    assert "seal: " not in said
    assert not check_progress(first, served_pki.trust, at=now).valid


def test_a_certificate_revoked_after_the_seal_leaves_the_document_valid(
    served_pki: ServedPki, papers: Papers
):
    key = served_pki.key()
    now = served_pki.clock()
    with Pades(key) as other:
        sealed = seal(other, sign(other, papers.prepared, "tenant", now), now)
    served_pki.pki.revoke(certificate_of(key).serial_number, served_pki.clock())
    expected = Expected(("tenant", "seal"), PARTIES[1:])
    assert validate(sealed, served_pki.trust, expected=expected, at=served_pki.clock()).problems == ()


def test_the_moment_of_judgement_must_lie_within_the_life_of_the_timestamp(
    served_pki: ServedPki, papers: Papers
):
    for days, words in ((-2, "after the moment of judgement"), (11 * 365, "Timestamp")):
        at = served_pki.clock() + timedelta(days=days)
        report = validate(papers.sealed, served_pki.trust, expected=ALL, at=at)
        assert any(words in problem for problem in report.problems)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 4096,
        b"hello",
        b"%PDF-1.7\n",
        b"%PDF-1.7\n%%EOF\n",
        b"%PDF-1.7\nstartxref\n999999999\n%%EOF\n",
        b"%PDF-1.7\n1 0 obj\n" + b"[" * 100_000,
        b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 1/Root 1 0 R>>\nstartxref\n9\n%%EOF\n",
    ],
)
def test_what_is_no_pdf_is_called_unusable(data: bytes, served_pki: ServedPki):
    for judge in (validate, check_progress):
        with pytest.raises(UnusableFile, match="read"):
            judge(data, served_pki.trust, at=served_pki.clock())


def test_a_cut_file_is_never_valid(served_pki: ServedPki, papers: Papers):
    for share in (1, 3, 5, 7, 9):
        assert problems_of(papers.sealed[: len(papers.sealed) * share // 10], served_pki)
