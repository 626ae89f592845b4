"""Keys that fit, keys that do not, and what nobody may ever read."""

import logging
import pickle
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from signing.pades import (
    Expected,
    HeldSecret,
    KeySettings,
    Pades,
    SecretFile,
    SecretVariable,
    UnusableKey,
    UnusableSecret,
    UnusableSettings,
    check_progress,
    validate,
)
from signing.pades.authority import OCSP, SEAL, issue
from signing.pades.development import seal_file
from signing.pades.keys import KeySource, key_file
from tests.pki import ServedPki
from tests.signing.pades.conftest import Papers, seal, sign
from tests.signing.pades.papers import PARTIES
from tests.signing.pades.telling import told_of

HUSH = "hush-hush-5512-passphrase"
ALONE = Expected(("tenant", "seal"), PARTIES[1:])


def ending_in(pki: ServedPki, days: int) -> KeySettings:
    """A key of which the certificate ends in so many days."""
    [key] = pki.key(replace(SEAL, days=days), pki.clock()).keys
    return key


def test_a_certificate_that_ends_within_the_margin_signs_nothing(served_pki: ServedPki, papers: Papers):
    settings = replace(served_pki.settings, keys=(ending_in(served_pki, 40),))
    with Pades(settings) as pades:
        with pytest.raises(UnusableKey, match=r"within the 45 days .* add a key"):
            sign(pades, papers.prepared, "tenant", served_pki.clock())
        with pytest.raises(UnusableKey, match="within the 45 days"):
            seal(pades, papers.signed, served_pki.clock())
    with Pades(replace(settings, key_margin=timedelta(days=30))) as pades:
        sign(pades, papers.prepared, "tenant", served_pki.clock())


def test_a_certificate_that_starts_later_signs_nothing_yet(served_pki: ServedPki, papers: Papers):
    later = served_pki.key(SEAL, served_pki.clock() + timedelta(days=2))
    with Pades(later) as pades, pytest.raises(UnusableKey, match="is valid from"):
        sign(pades, papers.prepared, "tenant", served_pki.clock())


def test_every_key_that_cannot_sign_is_named_with_its_reason(served_pki: ServedPki, papers: Papers):
    keys = (*served_pki.expired_key().keys, ending_in(served_pki, 40))
    with (
        Pades(replace(served_pki.settings, keys=keys)) as pades,
        pytest.raises(UnusableKey, match=r"is valid from .*; .* within the 45 days"),
    ):
        sign(pades, papers.prepared, "tenant", served_pki.clock())


def test_a_certificate_for_something_else_is_refused(served_pki: ServedPki):
    with pytest.raises(UnusableKey, match="does not lead to a trusted root"):
        Pades(served_pki.key(OCSP))


def test_a_short_rsa_key_is_refused(served_pki: ServedPki, tmp_path: Path):
    issuing = served_pki.pki.issuer("issuing")
    short = rsa.generate_private_key(65537, 1024)  # noqa: S505  # that is the point
    entity = issue(issuing, "Short TEST e-seal", SEAL, served_pki.clock(), short)
    path = tmp_path / "short.p12"
    path.write_bytes(seal_file(entity, [issuing.certificate], "secret"))
    with pytest.raises(UnusableKey, match=r"rsa, 1024 bits.*RSA of 2048 bits or more"):
        Pades(replace(served_pki.settings, keys=(KeySettings(path.as_uri(), HeldSecret("secret")),)))


def test_an_address_of_another_kind_is_refused(served_pki: ServedPki):
    for url in ("https://kms.example/key", "seal.p12", "file://host/seal.p12", "file:///a.p12?passphrase=x"):
        with pytest.raises(UnusableKey, match=r"starts with file: or pkcs11:|is not written as file:"):
            Pades(replace(served_pki.settings, keys=(KeySettings(url, HeldSecret("")),)))


def test_no_key_at_all_is_refused(served_pki: ServedPki):
    with pytest.raises(UnusableKey, match="no sealing key is configured"):
        Pades(replace(served_pki.settings, keys=()))


def test_a_passphrase_that_cannot_be_read_is_refused(served_pki: ServedPki, tmp_path: Path):
    latin = tmp_path / "latin"
    latin.write_bytes(b"caf\xe9")
    [key] = served_pki.settings.keys
    for secret, said in (
        (SecretFile(tmp_path / "absent"), "cannot read the secret in"),
        (SecretFile(latin), "not UTF-8"),
        (SecretVariable("HUURZEGEL_NO_SUCH_VARIABLE"), "no variable HUURZEGEL_NO_SUCH_VARIABLE"),
    ):
        with pytest.raises(UnusableSecret, match=said):
            Pades(replace(served_pki.settings, keys=(replace(key, secret=secret),)))


def test_all_that_is_wrong_is_said_at_once(served_pki: ServedPki, tmp_path: Path):
    [key] = served_pki.settings.keys
    keys = (replace(key, secret=HeldSecret("wrong")), replace(key, url=(tmp_path / "absent.p12").as_uri()))
    with pytest.raises(UnusableSettings) as refusal:
        Pades(replace(served_pki.settings, keys=keys))
    assert len(refusal.value.problems) == 2
    assert "passphrase" in refusal.value.problems[0]
    assert "absent.p12" in refusal.value.problems[1]


def test_a_signature_that_does_not_fit_the_certificate_never_reaches_a_document(
    served_pki: ServedPki, papers: Papers, monkeypatch: pytest.MonkeyPatch
):
    """As a faulty device would: RSA and ECDSA keys leak through such signatures."""
    with Pades(served_pki.settings) as pades:
        right = key_file.KeyFile.sign
        monkeypatch.setattr(key_file.KeyFile, "sign", lambda self, data, kind: right(self, data + b"!", kind))
        with pytest.raises(UnusableKey, match="does not fit the certificate"):
            sign(pades, papers.prepared, "tenant", served_pki.clock())


def test_a_passphrase_comes_from_a_file_or_the_environment(
    served_pki: ServedPki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    [key] = served_pki.settings.keys
    kept = tmp_path / "passphrase"
    kept.write_text(key.secret.reveal() + "\n")
    monkeypatch.setenv("SEAL_PASSPHRASE", key.secret.reveal())
    for secret in (SecretFile(kept), SecretVariable("SEAL_PASSPHRASE")):
        with Pades(replace(served_pki.settings, keys=(replace(key, secret=secret),))) as pades:
            assert pades.check(served_pki.clock()).ready


def test_the_next_key_signs_when_the_first_ends_and_what_was_signed_stays_valid(
    served_pki: ServedPki, papers: Papers
):
    """Roll-over: the party's signature is made with key 1, the seal with key 2, without a restart."""
    now = served_pki.clock()
    first, second = ending_in(served_pki, 60), *served_pki.key().keys
    with Pades(replace(served_pki.settings, keys=(first, second))) as pades:
        signed = sign(pades, papers.prepared, "tenant", now)
        before = pades._ring.fitting(now)
        assert pades._ring.fitting(now + timedelta(days=30)) is pades._ring.keys[1]
    with Pades(replace(served_pki.settings, keys=(second,))) as pades:
        sealed = seal(pades, signed, now)
        after = pades._ring.fitting(now)
    assert before.certificate.serial_number != after.certificate.serial_number
    report = validate(sealed, served_pki.trust, expected=ALONE, at=served_pki.clock())
    assert (report.problems, report.level) == ((), "B-LTA")
    certificates = [member.signer.serial for member in report.signatures if member.signer]
    assert certificates == [f"{key.certificate.serial_number:x}" for key in (before, after)]
    assert check_progress(signed, served_pki.trust, at=served_pki.clock()).valid
    assert validate(papers.sealed, served_pki.trust, at=served_pki.clock()).valid


def test_a_key_that_ended_stays_in_the_list_without_harm(served_pki: ServedPki, papers: Papers):
    keys = (*served_pki.expired_key().keys, *served_pki.settings.keys)
    with Pades(replace(served_pki.settings, keys=keys)) as pades:
        sign(pades, papers.prepared, "tenant", served_pki.clock())


def _hushed(served_pki: ServedPki, folder: Path) -> KeySettings:
    issuing = served_pki.pki.issuer("issuing")
    entity = issue(issuing, "Hushed TEST e-seal", SEAL, served_pki.clock())
    path = folder / "hushed.p12"
    path.write_bytes(seal_file(entity, [issuing.certificate], HUSH))
    return KeySettings(path.as_uri(), HeldSecret(HUSH))


def test_no_passphrase_shows_in_settings_tracebacks_or_logs(
    served_pki: ServedPki, papers: Papers, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    key = _hushed(served_pki, tmp_path)
    settings = replace(served_pki.settings, keys=(key,))
    told = [repr(settings), str(settings)]
    damaged = tmp_path / "damaged.p12"
    damaged.write_bytes((tmp_path / "hushed.p12").read_bytes()[:-200])
    broken = replace(settings, keys=(replace(key, url=damaged.as_uri()),))
    with pytest.raises(UnusableKey) as refusal:
        Pades(broken)
    told.append(told_of(refusal.value))
    untrusted = replace(settings, trust_roots=(served_pki.successor().pki.root,))
    with pytest.raises(UnusableKey) as refusal:
        Pades(untrusted)
    told.append(told_of(refusal.value))
    with Pades(settings) as pades:
        with pytest.raises(Exception, match="no signature field") as failure:
            sign(pades, papers.prepared, "landlord", served_pki.clock())
        told += [told_of(failure.value), repr(vars(pades)), repr(vars(pades._parts))]
        scalar = _private_numbers(pades._ring.keys[0].source)
    told.append(caplog.text)
    for text in told:
        assert HUSH not in text
        assert not any(number in text for number in scalar)


def _private_numbers(source: KeySource) -> tuple[str, ...]:
    assert isinstance(source, key_file.KeyFile)
    number = source._key.private_numbers().private_value
    return (str(number), f"{number:x}")


def test_a_secret_is_not_written_down():
    with pytest.raises(TypeError, match="not written down"):
        pickle.dumps(HeldSecret(HUSH))
    assert HUSH not in repr(HeldSecret(HUSH)) + str(HeldSecret(HUSH)) + f"{HeldSecret(HUSH)}"
