"""How time-stamping authorities are asked: who we say we are, through what, and what we never tell."""

import base64
import ipaddress
import logging
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from signing.pades import (
    HeldSecret,
    Pades,
    PadesSettings,
    ProxySettings,
    SecretFile,
    TimestampUnavailable,
    TsaSettings,
    UnusableSecret,
    UnusableTsa,
    responders,
)
from signing.pades.authority import TSA, Entity, issue
from signing.pades.responders import TSA_POLICY, timestamp_reply
from tests.pki import ServedPki
from tests.signing.pades.conftest import Papers, sign
from tests.signing.pades.wrong_tsa import REPLY, Recorder, answering

HUSH = "hush-8841-token"


def asking(pki: ServedPki, *tsas: TsaSettings) -> PadesSettings:
    """The good key, with these authorities."""
    return replace(pki.settings, tsas=tsas)


def signs(pki: ServedPki, papers: Papers, *tsas: TsaSettings) -> None:
    """One signature with these authorities."""
    with Pades(asking(pki, *tsas)) as pades:
        sign(pades, papers.prepared, "tenant", pki.clock())


@pytest.mark.parametrize(
    ("tsa", "said"),
    [
        (TsaSettings("ftp://tsa.example/"), "must start with http"),
        (TsaSettings("https:///tsa"), "name a host"),
        (TsaSettings("https://tsa.example:x/"), "name a host"),
        (TsaSettings(f"https://user:{HUSH}@tsa.example/"), "a password does not go in a URL"),
        (TsaSettings("https://tsa.example/", username="us"), "needs a secret"),
        (TsaSettings("https://tsa.example/", header="X-Key"), "needs a secret"),
        (TsaSettings("http://tsa.example/", secret=HeldSecret(HUSH)), "over https only"),
        (
            TsaSettings("https://tsa.example/", secret=HeldSecret(HUSH), username="us", header="X-Key"),
            "not both",
        ),
        (TsaSettings("https://tsa.example/", certificate_key=Path("k.pem")), "needs its certificate"),
        (TsaSettings("https://tsa.example/", certificate=Path("/absent.pem")), "must be PEM files"),
        (TsaSettings("https://tsa.example/", ca=Path("/absent.pem")), "must be PEM files"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_start(tsa: TsaSettings, said: str, served_pki: ServedPki):
    with pytest.raises(UnusableTsa, match=said) as refusal:
        Pades(asking(served_pki, tsa))
    assert HUSH not in str(refusal.value)


def test_a_secret_that_cannot_be_read_is_refused_at_start(served_pki: ServedPki, tmp_path: Path):
    tsa = TsaSettings("https://tsa.example/", secret=SecretFile(tmp_path / "absent"))
    with pytest.raises(UnusableSecret, match="cannot read the secret"):
        Pades(asking(served_pki, tsa))


@pytest.mark.parametrize(
    "proxy",
    [
        ProxySettings("proxy.example:3128"),
        ProxySettings("http://user:hush@proxy.example/"),
        ProxySettings("http://proxy.example/", username="us"),
    ],
)
def test_a_proxy_that_cannot_work_is_refused_at_start(proxy: ProxySettings, served_pki: ServedPki):
    with pytest.raises(UnusableTsa, match=r"URL|username"):
        Pades(replace(served_pki.settings, proxy=proxy))


def test_a_login_that_is_refused_is_no_timestamp(served_pki: ServedPki, papers: Papers):
    recorder = Recorder(served_pki, wanted={"Authorization": "Bearer right"})
    with recorder.serving() as url, pytest.raises(TimestampUnavailable, match="HTTP status 401"):
        signs(served_pki, papers, TsaSettings(url, secret=HeldSecret("wrong")))


def test_no_secret_and_no_query_of_a_url_shows_anywhere(
    served_pki: ServedPki, papers: Papers, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    told = []
    with answering(lambda _: (500, "text/html", b"")) as failing:
        for url in (failing, "http://127.0.0.1:9/"):
            tsa = TsaSettings(f"{url}?key={HUSH}", secret=HeldSecret(HUSH))
            told.append(repr(tsa).replace(f"?key={HUSH}", ""))
            with pytest.raises(TimestampUnavailable) as refusal:
                signs(served_pki, papers, tsa)
            told.append(str(refusal.value) + repr(refusal.value.__cause__) + repr(refusal.value.__context__))
    for text in (*told, caplog.text):
        assert HUSH not in text


@pytest.mark.parametrize(
    ("tsa", "header", "value"),
    [
        (
            TsaSettings("", username="us", secret=HeldSecret(HUSH)),
            "Authorization",
            f"Basic {base64.b64encode(f'us:{HUSH}'.encode()).decode()}",
        ),
        (TsaSettings("", secret=HeldSecret(HUSH)), "Authorization", f"Bearer {HUSH}"),
        (TsaSettings("", header="X-Api-Key", secret=HeldSecret(HUSH)), "X-Api-Key", HUSH),
    ],
    ids=["basic", "bearer", "header"],
)
def test_a_login_goes_along_with_every_question(
    tsa: TsaSettings, header: str, value: str, served_pki: ServedPki, papers: Papers
):
    recorder = Recorder(served_pki, wanted={header: value})
    with recorder.serving() as url:
        signs(served_pki, papers, replace(tsa, url=url))
    assert recorder.heard[0][1][header] == value


def test_a_login_goes_to_its_own_authority_only(served_pki: ServedPki, papers: Papers):
    first, second = Recorder(served_pki, wanted={"Authorization": "never"}), Recorder(served_pki)
    with first.serving() as one, second.serving() as two:
        signs(served_pki, papers, TsaSettings(one, secret=HeldSecret(HUSH)), TsaSettings(two))
    assert "Authorization" in first.heard[0][1]
    assert "Authorization" not in second.heard[0][1]


def test_when_a_secret_is_gone_the_next_authority_is_asked(
    served_pki: ServedPki, papers: Papers, tmp_path: Path
):
    kept = tmp_path / "token"
    kept.write_text(HUSH)
    recorder = Recorder(served_pki)
    with recorder.serving() as url:
        settings = asking(served_pki, TsaSettings(url, secret=SecretFile(kept)), *served_pki.settings.tsas)
        with Pades(settings) as pades:
            kept.unlink()
            sign(pades, papers.prepared, "tenant", served_pki.clock())
    assert recorder.heard == []


def test_everything_goes_through_the_proxy(served_pki: ServedPki, papers: Papers):
    recorder = Recorder(served_pki)
    with recorder.serving() as url:
        proxy = ProxySettings(url.removesuffix("/tsa"), "us", HeldSecret(HUSH))
        settings = asking(served_pki, TsaSettings("http://tsa.example/stamp"))
        with Pades(replace(settings, proxy=proxy)) as pades:
            sign(pades, papers.prepared, "tenant", served_pki.clock())
    path, headers = recorder.heard[0]
    assert path == "http://tsa.example/stamp"
    assert headers["Proxy-Authorization"] == f"Basic {base64.b64encode(f'us:{HUSH}'.encode()).decode()}"


def test_a_connection_is_kept_for_the_next_question(served_pki: ServedPki, papers: Papers):
    recorder = Recorder(served_pki)
    with recorder.serving() as url, Pades(asking(served_pki, TsaSettings(url))) as pades:
        for _ in range(3):
            sign(pades, papers.prepared, "tenant", served_pki.clock())
    assert (len(recorder.heard), recorder.connections) == (3, 1)


def test_a_connection_that_the_authority_ended_is_made_anew(served_pki: ServedPki, papers: Papers):
    recorder = Recorder(served_pki)
    with recorder.serving(once=True) as url, Pades(asking(served_pki, TsaSettings(url))) as pades:
        for _ in range(3):
            sign(pades, papers.prepared, "tenant", served_pki.clock())
    assert len(recorder.heard) == 3


def test_an_authority_that_just_failed_is_asked_last(served_pki: ServedPki, papers: Papers):
    asked: list[str] = []

    def busy(_: bytes) -> tuple[int, str, bytes]:
        asked.append("busy")
        return 503, "text/plain", b""

    with answering(busy) as url:
        settings = asking(served_pki, TsaSettings(url), *served_pki.settings.tsas)
        with Pades(settings) as pades:
            now = served_pki.clock()
            for seconds in (0, 10, 20, 90):
                sign(pades, papers.prepared, "tenant", now + timedelta(seconds=seconds))
    assert len(asked) == 2


def test_another_policy_than_the_configured_one_is_refused(served_pki: ServedPki, papers: Papers):
    [good] = served_pki.settings.tsas
    with pytest.raises(TimestampUnavailable, match="policy is not offered"):
        signs(served_pki, papers, replace(good, policy="1.2.3.4"))
    signs(served_pki, papers, replace(good, policy=TSA_POLICY))

    def whatever(question: bytes) -> tuple[int, str, bytes]:
        neutral = question.replace(bytes.fromhex("06032a0304"), b"")  # the policy, not asked for
        length = bytes([neutral[1] - 5])
        return (
            200,
            REPLY,
            timestamp_reply(
                neutral[:1] + length + neutral[2:], served_pki.pki.entity("tsa"), served_pki.clock()
            ),
        )

    with (
        answering(whatever) as url,
        pytest.raises(TimestampUnavailable, match=r"its policy is .*, not 1\.2\.3\.4"),
    ):
        signs(served_pki, papers, TsaSettings(url, policy="1.2.3.4"))


def odd_authority(pki: ServedPki, usages: list[x509.ObjectIdentifier], critical: bool) -> Entity:
    """An authority with these extended key usages."""
    root, now = pki.pki.issuer("root"), pki.clock()
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Odd TEST TSA")]))
        .issuer_name(root.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=90))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usages), critical=critical)
    )
    return Entity(key, builder.sign(root.key, hashes.SHA256()))


@pytest.mark.parametrize(
    ("usages", "critical"),
    [
        ([ExtendedKeyUsageOID.TIME_STAMPING], False),
        ([ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING], True),
    ],
    ids=["not critical", "for code too"],
)
def test_a_certificate_that_is_not_for_timestamps_alone_is_refused(
    usages: list[x509.ObjectIdentifier], critical: bool, served_pki: ServedPki, papers: Papers
):
    odd = odd_authority(served_pki, usages, critical)
    with (
        answering(lambda asked: (200, REPLY, timestamp_reply(asked, odd, served_pki.clock()))) as url,
        pytest.raises(TimestampUnavailable, match="its certificate"),
    ):
        signs(served_pki, papers, TsaSettings(url))


def test_a_token_that_names_another_certificate_is_refused(
    served_pki: ServedPki, papers: Papers, monkeypatch: pytest.MonkeyPatch
):
    other = served_pki.pki.entity("ocsp").certificate.public_bytes(Encoding.DER)
    right = responders._attributes

    def naming_another(content: bytes, certificate: object) -> bytes:
        return right(content, asn1_x509.Certificate.load(other))

    monkeypatch.setattr("signing.pades.responders._attributes", naming_another)
    with pytest.raises(TimestampUnavailable, match="does not name the certificate"):
        signs(served_pki, papers, *served_pki.settings.tsas)


def tls_files(folder: Path) -> tuple[ssl.SSLContext, TsaSettings]:
    """A server that wants to see certificates, and the settings of a client that has one."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "TEST")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    own, secret = folder / "own.pem", folder / "own.key.pem"
    own.write_bytes(certificate.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own, secret)
    context.load_verify_locations(own)
    context.verify_mode = ssl.CERT_REQUIRED
    return context, TsaSettings("", certificate=own, certificate_key=secret, ca=own)


def test_an_authority_may_want_our_certificate(served_pki: ServedPki, papers: Papers, tmp_path: Path):
    context, tsa = tls_files(tmp_path)
    recorder = Recorder(served_pki)
    with recorder.serving(context) as url:
        signs(served_pki, papers, replace(tsa, url=url, secret=HeldSecret(HUSH)))
        with pytest.raises(TimestampUnavailable):
            signs(served_pki, papers, replace(tsa, url=url, certificate=None, certificate_key=None))
        with pytest.raises(TimestampUnavailable, match="CERTIFICATE_VERIFY_FAILED"):
            signs(served_pki, papers, TsaSettings(url))
    assert len(recorder.heard) == 1


def test_an_authority_with_an_rsa_key_will_do(served_pki: ServedPki, papers: Papers):
    key = rsa.generate_private_key(65537, 2048)
    tsa = issue(served_pki.pki.issuer("root"), "RSA TEST TSA", TSA, served_pki.clock(), key)
    with answering(lambda asked: (200, REPLY, timestamp_reply(asked, tsa, served_pki.clock()))) as url:
        signs(served_pki, papers, TsaSettings(url))


def test_a_chain_is_judged_again_when_it_may_have_ended(served_pki: ServedPki, papers: Papers):
    now = served_pki.clock()
    ending = issue(served_pki.pki.issuer("root"), "Ending TEST TSA", replace(TSA, days=1), now)
    later = [timedelta()]

    def answer(question: bytes) -> tuple[int, str, bytes]:
        return 200, REPLY, timestamp_reply(question, ending, served_pki.clock() + later[0])

    with answering(answer) as url, Pades(asking(served_pki, TsaSettings(url))) as pades:
        sign(pades, papers.prepared, "tenant", served_pki.clock())
        later[0] = timedelta(days=1)
        with pytest.raises(TimestampUnavailable, match="is not valid now"):
            sign(pades, papers.prepared, "tenant", served_pki.clock() + later[0])
