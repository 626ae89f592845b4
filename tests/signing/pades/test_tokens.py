"""Keys that stay in a token (PKCS#11): SoftHSM2 in the role of the HSM."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from signing.pades import (
    Expected,
    FieldUnavailable,
    HeldSecret,
    KeySettings,
    Pades,
    PadesSettings,
    UnusableKey,
    validate,
)
from signing.pades.authority import SEAL, Entity, PrivateKey, issue
from signing.pades.keys import key_token
from tests.pki import ServedPki
from tests.signing.pades.conftest import Papers, seal, sign
from tests.signing.pades.hsm import MODULE, PIN, TOKEN, TestToken, token
from tests.signing.pades.papers import PARTIES
from tests.signing.pades.telling import told_of

__all__ = ["token"]

HUSH = "hush-6620-pin"
ALONE = Expected(("tenant", "seal"), PARTIES[1:])
KEYS: dict[str, PrivateKey] = {
    "rsa-2048": rsa.generate_private_key(65537, 2048),
    "rsa-3072": rsa.generate_private_key(65537, 3072),
    "p-256": ec.generate_private_key(ec.SECP256R1()),
    "p-384": ec.generate_private_key(ec.SECP384R1()),
}


def entity_of(pki: ServedPki, key: PrivateKey | None = None) -> Entity:
    """A sealing key of this PKI."""
    return issue(pki.pki.issuer("issuing"), "TEST e-seal in a token", SEAL, pki.clock(), key)


def with_keys(pki: ServedPki, *keys: KeySettings) -> PadesSettings:
    """The good settings, with these keys and the issuer that a token does not hold."""
    issuing = pki.pki.folder / "issuing.pem"
    return replace(pki.settings, keys=keys, other_certificates=(issuing,))


def test_a_wrong_pin_is_refused_and_not_tried_again(served_pki: ServedPki, token: TestToken):
    token.put("pin", entity_of(served_pki))
    wrong = token.settings("pin", pin="1234")
    with pytest.raises(UnusableKey, match=r"the key pin in the token huurzegel-test refuses its PIN"):
        Pades(with_keys(served_pki, wrong))
    with Pades(with_keys(served_pki, token.settings("pin"))):
        pass  # the token is not locked


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (f"pkcs11:token=absent;object=seal?module-path={MODULE}", "NoSuchToken"),
        (f"pkcs11:token={TOKEN};object=absent?module-path={MODULE}", "NoSuchKey"),
        (f"pkcs11:token={TOKEN};object=seal?module-path=/no/module.so", "check module, token and object"),
        (f"pkcs11:token={TOKEN};object=seal", "must be written as pkcs11:"),
        (f"pkcs11:token={TOKEN}?module-path={MODULE}", "must be written as pkcs11:"),
        (f"pkcs11:token={TOKEN};object=seal;slot=1?module-path={MODULE}", "must be written as pkcs11:"),
    ],
)
def test_a_key_that_is_not_there_is_refused_by_name(
    url: str, said: str, served_pki: ServedPki, token: TestToken
):
    pin = token.settings("any").secret
    with pytest.raises(UnusableKey, match=said):
        Pades(with_keys(served_pki, KeySettings(url, pin)))


def test_a_pin_in_the_address_is_refused_and_not_repeated(served_pki: ServedPki):
    url = f"pkcs11:token={TOKEN};object=seal?module-path={MODULE}&pin-value=hush-7391"
    with pytest.raises(UnusableKey, match="names the PIN") as refusal:
        Pades(with_keys(served_pki, KeySettings(url, HeldSecret("x"))))
    assert "7391" not in str(refusal.value)


def test_no_pin_shows_in_settings_tracebacks_or_logs(
    served_pki: ServedPki, token: TestToken, papers: Papers, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    held = token.put("hushed", entity_of(served_pki))
    told = [repr(held)]
    for wrong in (token.settings("hushed", pin=HUSH), token.settings("absent")):
        with pytest.raises(UnusableKey) as refusal:
            Pades(with_keys(served_pki, wrong))
        told.append(told_of(refusal.value))
    with Pades(with_keys(served_pki, held)) as pades:
        with pytest.raises(FieldUnavailable) as failure:
            sign(pades, papers.prepared, "landlord", served_pki.clock())
        told += [told_of(failure.value), repr(vars(pades)), repr(key_token._Session._open)]
    for text in (*told, caplog.text):
        assert HUSH not in text
        assert PIN not in text


def test_a_key_without_a_certificate_is_refused(served_pki: ServedPki, token: TestToken):
    bare = token.put("bare", entity_of(served_pki), certificate=False)
    with pytest.raises(UnusableKey, match="holds no certificate for this key"):
        Pades(with_keys(served_pki, bare))


def test_a_certificate_of_another_key_is_refused(served_pki: ServedPki, token: TestToken, tmp_path: Path):
    exchanged = token.put("exchanged", entity_of(served_pki), certificate=False)
    other = tmp_path / "other.pem"
    other.write_bytes(entity_of(served_pki).certificate.public_bytes(Encoding.PEM))
    with pytest.raises(UnusableKey, match="does not fit the certificate"):
        Pades(with_keys(served_pki, replace(exchanged, certificates=(other,))))


@pytest.mark.parametrize("kind", KEYS)
def test_a_key_in_a_token_signs_and_seals(kind: str, served_pki: ServedPki, token: TestToken, papers: Papers):
    held = token.put(kind, entity_of(served_pki, KEYS[kind]))
    now = served_pki.clock()
    with Pades(with_keys(served_pki, held)) as pades:
        sealed = seal(pades, sign(pades, papers.prepared, "tenant", now), now)
    assert validate(sealed, served_pki.trust, expected=ALONE, at=served_pki.clock()).problems == ()


def test_the_certificate_may_be_in_a_file(
    served_pki: ServedPki, token: TestToken, papers: Papers, tmp_path: Path
):
    entity = entity_of(served_pki)
    bare = token.put("filed", entity, certificate=False)
    own = tmp_path / "own.pem"
    own.write_bytes(entity.certificate.public_bytes(Encoding.PEM))
    with Pades(with_keys(served_pki, replace(bare, certificates=(own,)))) as pades:
        assert sign(pades, papers.prepared, "tenant", served_pki.clock()).startswith(papers.prepared)


def test_two_keys_in_one_token_share_its_login(served_pki: ServedPki, token: TestToken, papers: Papers):
    first, second = token.put("first", entity_of(served_pki)), token.put("second", entity_of(served_pki))
    with Pades(with_keys(served_pki, second)) as other:
        with Pades(with_keys(served_pki, first, second)) as pades:
            sign(pades, papers.prepared, "tenant", served_pki.clock())
        sign(other, papers.prepared, "tenant", served_pki.clock())


# The library's own clean-up cannot reach a session that is gone, and says so.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_session_that_the_token_ended_is_opened_again(
    served_pki: ServedPki, token: TestToken, papers: Papers
):
    held = token.put("ended", entity_of(served_pki))
    with Pades(with_keys(served_pki, held)) as pades:
        [session] = key_token._Session._open.values()
        session._session.close()
        sign(pades, papers.prepared, "tenant", served_pki.clock())
    assert key_token._Session._open == {}


def test_many_sign_at_once_with_one_token(served_pki: ServedPki, token: TestToken, papers: Papers):
    held = token.put("busy", entity_of(served_pki))
    now = served_pki.clock()
    with Pades(with_keys(served_pki, held)) as pades, ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: sign(pades, papers.prepared, "tenant", now), range(24)))
    assert all(pdf.startswith(papers.prepared) for pdf in made)
