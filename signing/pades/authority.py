"""Issues the certificates of the development PKI; every name says TEST."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

ORGANISATION = "Huurzegel TEST"
# A clock that lags a little behind must not find the certificates not yet valid.
BACKDATED = timedelta(hours=1)


PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey


@dataclass(frozen=True)
class Entity:
    """A key and its certificate."""

    key: PrivateKey
    certificate: x509.Certificate

    @property
    def algorithm(self) -> str:
        """What ``sign`` makes, as asn1crypto calls it."""
        return "sha256_rsa" if isinstance(self.key, rsa.RSAPrivateKey) else "sha256_ecdsa"

    def sign(self, data: bytes) -> bytes:
        """The signature over ``data``, with SHA-256."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))


@dataclass(frozen=True)
class Issuer(Entity):
    """A certificate authority; ``name`` is its part of the URLs (``/crl/<name>``) on ``base_url``."""

    name: str
    base_url: str


@dataclass(frozen=True)
class Profile:
    """What a certificate is for: its extensions and how many days it is valid."""

    days: int
    usages: frozenset[str]
    path_length: int | None = None
    extended: x509.ObjectIdentifier | None = None
    answers_for_itself: bool = False
    ocsp: bool = False

    @property
    def is_ca(self) -> bool:
        """Whether the holder issues certificates."""
        return self.path_length is not None


ROOT = Profile(25 * 365, frozenset({"key_cert_sign", "crl_sign"}), path_length=1)
ISSUING = Profile(15 * 365, frozenset({"key_cert_sign", "crl_sign"}), path_length=0)
SEAL = Profile(3 * 365, frozenset({"digital_signature", "content_commitment"}), ocsp=True)
TSA = Profile(10 * 365, frozenset({"digital_signature"}), extended=ExtendedKeyUsageOID.TIME_STAMPING)
OCSP = Profile(
    10 * 365,
    frozenset({"digital_signature"}),
    extended=ExtendedKeyUsageOID.OCSP_SIGNING,
    answers_for_itself=True,
)
_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def make_root(
    common_name: str, base_url: str, now: datetime, profile: Profile = ROOT, key: PrivateKey | None = None
) -> Issuer:
    """A new self-signed root."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = _name(common_name)
    builder = _builder(subject, subject, key.public_key(), profile, now)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False
    )
    return Issuer(key, builder.sign(key, hashes.SHA256()), "root", base_url)


def make_issuing(
    root: Issuer, common_name: str, now: datetime, profile: Profile = ISSUING, key: PrivateKey | None = None
) -> Issuer:
    """A new authority under ``root`` that issues end certificates."""
    entity = issue(root, common_name, profile, now, key)
    return Issuer(entity.key, entity.certificate, "issuing", root.base_url)


def issue(
    issuer: Issuer, common_name: str, profile: Profile, now: datetime, key: PrivateKey | None = None
) -> Entity:
    """A certificate from ``issuer`` for ``key``, or a new P-256 key; valid from an hour before ``now``."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_name(common_name), issuer.certificate.subject, key.public_key(), profile, now)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False
    )
    if profile.answers_for_itself:
        # RFC 6960, 4.2.2.2.1: nobody asks whether the responder's own certificate is revoked.
        builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
    else:
        builder = _with_revocation(builder, issuer, profile)
    return Entity(key, builder.sign(issuer.key, hashes.SHA256()))


def _with_revocation(
    builder: x509.CertificateBuilder, issuer: Issuer, profile: Profile
) -> x509.CertificateBuilder:
    crl = x509.UniformResourceIdentifier(f"{issuer.base_url}/crl/{issuer.name}")
    builder = builder.add_extension(
        x509.CRLDistributionPoints([x509.DistributionPoint([crl], None, None, None)]), critical=False
    )
    access = [
        x509.AccessDescription(
            AuthorityInformationAccessOID.CA_ISSUERS,
            x509.UniformResourceIdentifier(f"{issuer.base_url}/ca/{issuer.name}"),
        )
    ]
    if profile.ocsp:
        access.append(
            x509.AccessDescription(
                AuthorityInformationAccessOID.OCSP,
                x509.UniformResourceIdentifier(f"{issuer.base_url}/ocsp/{issuer.name}"),
            )
        )
    return builder.add_extension(x509.AuthorityInformationAccess(access), critical=False)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: PublicKey,
    profile: Profile,
    now: datetime,
) -> x509.CertificateBuilder:
    start = now.replace(microsecond=0) - BACKDATED
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=profile.days))
        .add_extension(
            x509.BasicConstraints(ca=profile.is_ca, path_length=profile.path_length), critical=True
        )
        .add_extension(x509.KeyUsage(**{usage: usage in profile.usages for usage in _USAGES}), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )
    if profile.extended is not None:
        # RFC 3161, 2.3: the extended key usage of a TSA is critical and the only one.
        builder = builder.add_extension(x509.ExtendedKeyUsage([profile.extended]), critical=True)
    return builder


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "NL"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )
