"""Signatures whose parts are too weak, or whose timestamps are not theirs: they are never called valid."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from signing.pades import Pades, PadesError, check_progress, validate
from signing.pades.authority import TSA, Entity, issue
from tests.pki import ServedPki
from tests.signing.pades import forgeries, surgery
from tests.signing.pades.conftest import Papers, seal
from tests.signing.pades.test_attacks_by_update import codes


@pytest.fixture(scope="session")
def stamp(served_pki: ServedPki) -> Callable[[bytes], bytes]:
    """A good timestamp token over some bytes."""
    return lambda data: surgery.token(served_pki.pki.entity("tsa"), data, served_pki.clock())


def said(pdf: bytes, pki: ServedPki, pades: Pades) -> set[str]:
    """Why a file signed by the tenant only is refused, as it is and under an honest seal."""
    progress = codes(check_progress, pdf, pki, None)
    assert progress
    try:
        sealed = seal(pades, pdf, pki.clock())
    except PadesError:
        return progress  # this service does not even seal it
    under_seal = codes(validate, sealed, pki, None)
    assert under_seal
    return progress & under_seal


def test_the_surgeon_harms_nothing(
    served_pki: ServedPki, pades: Pades, papers: Papers, stamp: Callable[[bytes], bytes]
):
    again = surgery.resigned(papers.certified, served_pki.settings, stamp=stamp)
    assert again != papers.certified
    assert codes(check_progress, again, served_pki, None) == set()
    assert codes(validate, seal(pades, again, served_pki.clock()), served_pki, None) == set()


@pytest.mark.parametrize("digest", ["sha1", "md5"])
def test_a_signature_with_a_weak_digest_is_refused(
    digest: str, served_pki: ServedPki, pades: Pades, papers: Papers, stamp: Callable[[bytes], bytes]
):
    weak = surgery.resigned(papers.certified, served_pki.settings, digest=digest, stamp=stamp)
    assert "weak-digest" in said(weak, served_pki, pades)


def test_a_certificate_named_by_a_weak_digest_is_refused(
    served_pki: ServedPki, pades: Pades, papers: Papers, stamp: Callable[[bytes], bytes]
):
    def change(attributes: surgery.Attributes, certificate) -> surgery.Attributes:
        kept = [each for each in attributes if each["type"].native != "signing_certificate_v2"]
        return [*kept, surgery.certificate_named(certificate, "sha1")]

    weak = surgery.resigned(papers.certified, served_pki.settings, change=change, stamp=stamp)
    assert "weak-certificate-reference" in said(weak, served_pki, pades)


def test_a_signature_that_names_no_certificate_is_refused(
    served_pki: ServedPki, pades: Pades, papers: Papers, stamp: Callable[[bytes], bytes]
):
    def change(attributes: surgery.Attributes, _) -> surgery.Attributes:
        return [each for each in attributes if each["type"].native != "signing_certificate_v2"]

    weak = surgery.resigned(papers.certified, served_pki.settings, change=change, stamp=stamp)
    assert "certificate-not-named" in said(weak, served_pki, pades)


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("imprint", "timestamp-weak-digest"),
        ("digest", "timestamp-weak-digest"),
        ("named", "timestamp-weak-certificate-reference"),
    ],
)
def test_a_timestamp_with_a_weak_digest_is_refused(
    part: str, code: str, served_pki: ServedPki, pades: Pades, papers: Papers
):
    tsa, now = served_pki.pki.entity("tsa"), served_pki.clock()
    weak = surgery.with_timestamps(
        papers.certified, lambda value: [surgery.token(tsa, value, now, **{part: "sha1"})]
    )
    assert code in said(weak, served_pki, pades)


def test_a_timestamp_over_something_else_is_refused(
    served_pki: ServedPki, pades: Pades, papers: Papers, stamp: Callable[[bytes], bytes]
):
    other = surgery.with_timestamps(papers.certified, lambda value: [stamp(value + b"!")])
    assert said(other, served_pki, pades)
    borrowed = surgery.timestamps(papers.signed, 1)
    other = surgery.with_timestamps(papers.certified, lambda _: borrowed)
    assert said(other, served_pki, pades)


def test_two_timestamps_are_refused(
    served_pki: ServedPki, pades: Pades, papers: Papers, stamp: Callable[[bytes], bytes]
):
    roomy = forgeries.signed_without_timestamp(papers.prepared, served_pki.settings, "tenant", 40_000)
    one = surgery.with_timestamps(roomy, lambda value: [stamp(value)])
    assert codes(check_progress, one, served_pki, None) == set()
    two = surgery.with_timestamps(roomy, lambda value: [stamp(value), stamp(value)])
    assert "timestamps-many" in said(two, served_pki, pades)


def test_a_signature_without_a_timestamp_is_refused(served_pki: ServedPki, pades: Pades, papers: Papers):
    bare = surgery.with_timestamps(papers.certified, lambda _: [])
    assert "ades-sig-constraints-failure" in said(bare, served_pki, pades)


def test_a_broken_timestamp_is_refused(
    served_pki: ServedPki, pades: Pades, papers: Papers, stamp: Callable[[bytes], bytes]
):
    def make(value: bytes) -> list[bytes]:
        token = bytearray(stamp(value))
        token[-1] ^= 1
        return [bytes(token)]

    assert said(surgery.with_timestamps(papers.certified, make), served_pki, pades)


def test_a_timestamp_of_an_authority_that_is_not_trusted_is_refused(
    served_pki: ServedPki, rogue_pki: ServedPki, pades: Pades, papers: Papers
):
    tsa, now = rogue_pki.pki.entity("tsa"), served_pki.clock()
    other = surgery.with_timestamps(papers.certified, lambda value: [surgery.token(tsa, value, now)])
    assert said(other, served_pki, pades)


@pytest.mark.parametrize("why", ["expired", "not for timestamps"])
def test_a_timestamp_of_a_certificate_that_is_not_good_for_it_is_refused(
    why: str, served_pki: ServedPki, pades: Pades, papers: Papers
):
    now = served_pki.clock()
    tsa: Entity = served_pki.pki.entity("ocsp")
    if why == "expired":
        tsa = issue(served_pki.pki.issuer("root"), "Old TEST TSA", TSA, now - timedelta(days=20 * 365))
    other = surgery.with_timestamps(papers.certified, lambda value: [surgery.token(tsa, value, now)])
    assert said(other, served_pki, pades)
