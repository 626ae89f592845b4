"""What is never signed: nothing comes out, and the caller is told what and why."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from signing.errors import SigningError
from signing.pades import (
    DocumentChanged,
    FieldUnavailable,
    HeldSecret,
    Pades,
    PadesSettings,
    RevocationUnavailable,
    TimestampUnavailable,
    UnusableFile,
    UnusableKey,
    UnusableTrust,
    UnwritableText,
)
from signing.pades.development import ensure
from tests.pki import ServedPki
from tests.signing.pades.conftest import SEAL, Papers, seal, sha256, sign, signature_of
from tests.signing.pades.papers import prepared_pdf
from tests.signing.pades.wrong_tsa import answering, wrong_answers


def with_key(pki: ServedPki, **changed: Any) -> PadesSettings:
    """The settings of the good key, with something else about that key."""
    return replace(pki.settings, keys=(replace(pki.settings.keys[0], **changed),))


WRONG_ANSWERS = list(wrong_answers(None, None))  # type: ignore[arg-type]  # only the names


def test_without_a_timestamping_authority_nothing_is_signed(served_pki: ServedPki, papers: Papers):
    nobody = served_pki.asking("http://127.0.0.1:9/")
    with Pades(nobody) as pades, pytest.raises(TimestampUnavailable, match="try again later") as refusal:
        sign(pades, papers.prepared, "tenant", served_pki.clock())
    assert isinstance(refusal.value, SigningError)


def test_without_any_address_of_an_authority_nothing_is_signed(served_pki: ServedPki, papers: Papers):
    nobody = served_pki.asking()
    with Pades(nobody) as pades, pytest.raises(TimestampUnavailable, match="none is configured"):
        seal(pades, papers.signed, served_pki.clock())


@pytest.mark.parametrize("name", WRONG_ANSWERS)
def test_an_authority_that_answers_wrongly_is_refused(
    name: str, served_pki: ServedPki, rogue_pki: ServedPki, papers: Papers
):
    with answering(wrong_answers(served_pki, rogue_pki)[name]) as url:
        asked = served_pki.asking(url, timeout=1)
        with Pades(asked) as pades, pytest.raises(TimestampUnavailable, match="usable timestamp"):
            sign(pades, papers.prepared, "tenant", served_pki.clock())


def test_a_field_that_is_not_there_is_refused_with_the_fields_that_are(
    served_pki: ServedPki, pades: Pades, papers: Papers
):
    with pytest.raises(FieldUnavailable, match=r"'landlord'.*corporation, referring_org, seal, tenant"):
        sign(pades, papers.prepared, "landlord", served_pki.clock())


def test_a_field_that_is_filled_is_refused(served_pki: ServedPki, pades: Pades, papers: Papers):
    with pytest.raises(FieldUnavailable, match="'tenant' is filled already"):
        sign(pades, papers.certified, "tenant", served_pki.clock())


def test_a_second_seal_is_refused(served_pki: ServedPki, pades: Pades, papers: Papers):
    with pytest.raises(FieldUnavailable, match="'seal' is filled already"):
        seal(pades, papers.sealed, served_pki.clock())


def test_another_revision_than_the_stored_one_is_refused(served_pki: ServedPki, pades: Pades, papers: Papers):
    stored = sha256(papers.prepared)
    with pytest.raises(DocumentChanged, match=stored):
        pades.apply_signature(
            papers.certified, signature_of("corporation"), base_sha256=stored, now=served_pki.clock()
        )
    with pytest.raises(DocumentChanged, match=stored):
        pades.apply_seal(papers.signed, SEAL, base_sha256=stored, now=served_pki.clock())


@pytest.mark.parametrize("data", [b"", b"hello", b"%PDF-1.7\n%%EOF\n"])
def test_what_is_no_pdf_is_refused(data: bytes, served_pki: ServedPki, pades: Pades):
    with pytest.raises(UnusableFile, match="cannot be read"):
        sign(pades, data, "tenant", served_pki.clock())


def test_a_pdf_without_a_form_is_refused(served_pki: ServedPki, pades: Pades):
    with pytest.raises(FieldUnavailable, match="its signature fields: none"):
        sign(pades, prepared_pdf(fields=()), "tenant", served_pki.clock())


def test_a_pdf_without_the_embedded_font_is_refused(served_pki: ServedPki, pades: Pades):
    other = prepared_pdf().replace(b"/HzSans", b"/XxSans")
    with pytest.raises(UnusableFile, match="HzSans"):
        sign(pades, other, "tenant", served_pki.clock())


def test_an_expired_certificate_signs_nothing(served_pki: ServedPki, papers: Papers):
    with Pades(served_pki.expired_key()) as pades:
        with pytest.raises(UnusableKey, match="is valid from"):
            sign(pades, papers.prepared, "tenant", served_pki.clock())
        with pytest.raises(UnusableKey, match="install a valid certificate"):
            seal(pades, papers.signed, served_pki.clock())


def test_a_revoked_certificate_seals_nothing(served_pki: ServedPki, papers: Papers):
    with Pades(served_pki.revoked_key()) as pades, pytest.raises(UnusableKey, match="revoked"):
        seal(pades, papers.signed, served_pki.clock())


def test_a_document_that_a_revoked_key_signed_is_not_sealed(
    served_pki: ServedPki, pades: Pades, papers: Papers
):
    with Pades(served_pki.revoked_key()) as revoked:
        signed = sign(revoked, papers.prepared, "tenant", served_pki.clock())
    with pytest.raises(UnusableKey, match=r"Another TEST e-seal.*revoked"):
        seal(pades, signed, served_pki.clock())


def test_without_proof_of_revocation_nothing_is_sealed(served_pki: ServedPki, papers: Papers, tmp_path: Path):
    unserved = ensure(tmp_path / "unserved", served_pki.clock())
    settings = replace(
        unserved.settings(timeout=1),
        trust_roots=(unserved.root, served_pki.pki.root),
        tsas=served_pki.settings.tsas,
    )
    with Pades(settings) as pades, pytest.raises(RevocationUnavailable, match="try again later"):
        seal(pades, papers.signed, served_pki.clock())


def test_a_key_of_another_authority_is_refused_at_start(served_pki: ServedPki, rogue_pki: ServedPki):
    with pytest.raises(UnusableKey, match="does not lead to a trusted root"):
        Pades(replace(rogue_pki.settings, trust_roots=(served_pki.pki.root,)))


def test_a_wrong_passphrase_is_refused_at_start(served_pki: ServedPki):
    with pytest.raises(UnusableKey, match="passphrase"):
        Pades(with_key(served_pki, secret=HeldSecret("wrong")))


def test_a_missing_key_file_or_root_is_refused_at_start(served_pki: ServedPki, tmp_path: Path):
    with pytest.raises(UnusableKey, match="cannot read"):
        Pades(with_key(served_pki, url=(tmp_path / "absent.p12").as_uri()))
    with pytest.raises(UnusableTrust, match="cannot read"):
        Pades(replace(served_pki.settings, trust_roots=(tmp_path / "absent.pem",)))
    with pytest.raises(UnusableTrust, match="no trust root"):
        Pades(replace(served_pki.settings, trust_roots=()))


def test_text_that_the_font_cannot_draw_is_refused(served_pki: ServedPki, pades: Pades, papers: Papers):
    signature = replace(signature_of("tenant"), lines=("李小龙",))
    with pytest.raises(UnwritableText, match=r"U\+674E"):
        pades.apply_signature(
            papers.prepared, signature, base_sha256=sha256(papers.prepared), now=served_pki.clock()
        )


def test_a_digest_of_another_length_is_refused(served_pki: ServedPki, pades: Pades, papers: Papers):
    signature = replace(signature_of("tenant"), audit_sha256=b"short")
    with pytest.raises(ValueError, match="32"):
        pades.apply_signature(
            papers.prepared, signature, base_sha256=sha256(papers.prepared), now=served_pki.clock()
        )
