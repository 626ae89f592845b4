"""The files that this package makes, judged by itself and by strangers."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from signing.pades import Expected, Pades, TrustRoots, check_progress, validate
from signing.pades.development import ensure
from signing.pades.development_server import serve
from tests.pki import ServedPki
from tests.signing.pades import pdfbox
from tests.signing.pades.conftest import Papers, seal, sign
from tests.signing.pades.oracle import openssl_opinions, pdfsig
from tests.signing.pades.papers import PARTIES, prepared_pdf

ALL = Expected((*PARTIES, "seal"))


def test_three_parties_and_the_seal_make_a_valid_b_lta_file(served_pki: ServedPki, papers: Papers):
    report = validate(papers.sealed, served_pki.trust, expected=ALL, at=served_pki.clock())
    assert report.problems == ()
    assert report.valid
    assert report.level == "B-LTA"
    assert [signature.field for signature in report.signatures] == [*PARTIES, "seal"]
    assert report.timestamp is not None


def test_openssl_agrees_on_every_signature_and_timestamp(
    served_pki: ServedPki, papers: Papers, tmp_path: Path
):
    opinions = openssl_opinions(papers.sealed, served_pki.pki.root, tmp_path)
    assert [opinion.kind for opinion in opinions] == ["signature"] * 4 + ["timestamp"]
    assert [opinion.said for opinion in opinions if not (opinion.intact and opinion.timestamp_intact)] == []
    assert [opinion.whole_file for opinion in opinions] == [False] * 4 + [True]


def test_pdfsig_agrees_on_every_signature(papers: Papers, tmp_path: Path):
    said = pdfsig(papers.sealed, tmp_path)
    assert said.count("Signature Validation: Signature is Valid.") == 4
    assert said.count("Total document signed") == 1


def test_openssl_sees_a_changed_byte(served_pki: ServedPki, papers: Papers, tmp_path: Path):
    changed = papers.sealed.replace(b"750 euro", b"950 euro", 1)
    opinions = openssl_opinions(changed, served_pki.pki.root, tmp_path)
    assert not any(opinion.intact for opinion in opinions)


def test_pdfbox_and_bouncycastle_agree_on_every_signature_and_timestamp(
    served_pki: ServedPki, papers: Papers, tmp_path: Path
):
    opinions = pdfbox.opinions(papers.sealed, served_pki.pki.root, tmp_path)
    assert [opinion.kind for opinion in opinions] == ["signature"] * 4 + ["timestamp"]
    assert all(each.intact and each.timestamp_intact and each.chained for each in opinions), opinions
    assert [opinion.whole_file for opinion in opinions] == [False] * 4 + [True]


def test_pdfbox_and_bouncycastle_see_a_changed_byte_and_another_authority(
    served_pki: ServedPki, papers: Papers, tmp_path: Path
):
    changed = papers.sealed.replace(b"750 euro", b"950 euro", 1)
    opinions = pdfbox.opinions(changed, served_pki.successor().pki.root, tmp_path)
    assert [(each.intact, each.chained) for each in opinions] == [(False, False)] * 5
    assert [each.timestamp_intact for each in opinions] == [True] * 4 + [False]  # those cover no page


def test_a_sealed_file_stays_valid_after_its_key_expired(served_pki: ServedPki, papers: Papers):
    for days in (2, 40, 400, 5 * 365):
        report = validate(
            papers.sealed, served_pki.trust, expected=ALL, at=served_pki.clock() + timedelta(days=days)
        )
        assert report.problems == (), days


def test_a_file_between_signatures_is_valid_at_b_t(served_pki: ServedPki, papers: Papers):
    nobody = Expected((), unsigned_allowed=(*PARTIES, "seal"))
    tenant = Expected(("tenant",), unsigned_allowed=(*PARTIES[1:], "seal"))
    everyone = Expected(PARTIES, unsigned_allowed=("seal",))
    for pdf, expected in ((papers.prepared, nobody), (papers.certified, tenant), (papers.signed, everyone)):
        report = check_progress(pdf, served_pki.trust, expected=expected, at=served_pki.clock())
        assert report.problems == ()
        assert report.level == ("B-T" if expected.signed else None)


def test_the_report_tells_what_each_party_declared(served_pki: ServedPki, papers: Papers):
    report = validate(papers.sealed, served_pki.trust, at=served_pki.clock())
    tenant, _, corporation, seal = report.as_dict()["signatures"]
    assert tenant["name"] == "Anne-Fleur van der Meijden-Şahin"
    assert (tenant["role"], tenant["commitment"]) == ("tenant", "approval")
    assert corporation["commitment"] == "receipt"
    assert seal["commitment"] == "origin"
    assert seal["signed_at"].endswith("+00:00")
    assert "TEST" in seal["certificate"]


def test_validation_needs_no_service_at_all(tmp_path: Path):
    """The file is made with an authority of its own, which is gone when the file is judged."""
    pki = ensure(tmp_path / "pki", datetime.now(UTC))
    with serve(pki, lambda: datetime.now(UTC)), Pades(pki.settings()) as pades:
        now = datetime.now(UTC)
        sealed = seal(pades, sign(pades, prepared_pdf(("tenant", "seal")), "tenant", now), now)
    root = TrustRoots.read([pki.root])
    shutil.rmtree(pki.folder)
    report = validate(sealed, root, expected=Expected(("tenant", "seal")), at=datetime.now(UTC))
    assert (report.problems, report.level) == ((), "B-LTA")


def test_a_document_that_only_the_seal_signs_is_valid(served_pki: ServedPki, pades: Pades):
    """The evidence file: nobody signs it but the service."""
    sealed = seal(pades, prepared_pdf(("seal",)), served_pki.clock())
    report = validate(sealed, served_pki.trust, expected=Expected(("seal",)), at=served_pki.clock())
    assert (report.problems, report.level) == ((), "B-LTA")


def test_many_threads_sign_with_one_key(served_pki: ServedPki, pades: Pades, papers: Papers):
    with ThreadPoolExecutor(6) as pool:
        signed = list(
            pool.map(lambda _: sign(pades, papers.prepared, "tenant", served_pki.clock()), range(12))
        )
    assert len(set(signed)) == 12
    for pdf in signed[:3]:
        assert check_progress(pdf, served_pki.trust, at=served_pki.clock()).problems == ()
