"""What a party commits to, as signed attributes of its signature (ETSI EN 319 122-1) and read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import quote, unquote

from asn1crypto import algos, cms, core, x509  # type: ignore[import-untyped]
from pyhanko.sign.ades.api import CAdESSignedAttrSpec, GenericCommitment, SignerAttrSpec
from pyhanko.sign.attributes import CMSAttributeProvider

# Private attribute: SHA-256 of the party's audit record. The arc 2.25 takes any UUID and needs no
# registration (ITU-T X.667), so this number can never mean something else elsewhere.
AUDIT_RECORD = "2.25.142373409764234003404115087590578495041"
ROLE_PREFIX = "urn:huurzegel:role:"
COMMITMENTS = {
    "approval": GenericCommitment.PROOF_OF_APPROVAL,
    "receipt": GenericCommitment.PROOF_OF_RECEIPT,
    "origin": GenericCommitment.PROOF_OF_ORIGIN,
}


class AuditRecordDigest(core.Sequence):  # type: ignore[misc]
    """``SEQUENCE { hashAlgorithm AlgorithmIdentifier, digest OCTET STRING }``."""

    # asn1crypto completes this list in place
    _fields: ClassVar[list[Any]] = [
        ("hash_algorithm", algos.DigestAlgorithm),
        ("digest", core.OctetString),
    ]


class _AuditRecordDigests(core.SetOf):  # type: ignore[misc]
    _child_spec = AuditRecordDigest


def _register_attribute() -> None:
    # asn1crypto can write a private attribute only when its registry knows it.
    cms.CMSAttributeType._map[AUDIT_RECORD] = "huurzegel_audit_record"
    cms.CMSAttributeType._reverse_map = None
    cms.CMSAttribute._oid_specs["huurzegel_audit_record"] = _AuditRecordDigests


_register_attribute()


class _AuditRecordProvider(CMSAttributeProvider):
    attribute_type = "huurzegel_audit_record"

    def __init__(self, digest: bytes) -> None:
        self.digest = digest

    async def build_attr_value(self, dry_run: bool = False) -> AuditRecordDigest:
        return AuditRecordDigest({"hash_algorithm": {"algorithm": "sha256"}, "digest": self.digest})


@dataclass(frozen=True)
class Statement(CAdESSignedAttrSpec):
    """The CAdES attributes of one signature, with the digest of its audit record (32 bytes) added."""

    audit_sha256: bytes = b""
    commitment: str = ""
    role: str | None = None

    @classmethod
    def of(cls, commitment: str, role: str | None, audit_sha256: bytes) -> Statement:
        """``commitment`` is a key of ``COMMITMENTS``; ``role`` is claimed, not certified."""
        if len(audit_sha256) != 32:
            raise ValueError(f"audit_sha256 holds {len(audit_sha256)} bytes; a SHA-256 digest has 32")
        attributes = SignerAttrSpec([_claimed(role)], []) if role else None
        return cls(
            COMMITMENTS[commitment].asn1,
            signer_attributes=attributes,
            audit_sha256=audit_sha256,
            commitment=commitment,
            role=role,
        )

    @property
    def without_digest(self) -> tuple[str, str | None]:
        """What is the same for all statements of this kind: commitment and role."""
        return self.commitment, self.role

    def prepare_providers(
        self, message_digest: bytes, md_algorithm: str, timestamper: Any = None
    ) -> Iterator[CMSAttributeProvider]:
        """All attribute providers of this statement; called by pyHanko."""
        yield from super().prepare_providers(message_digest, md_algorithm, timestamper)
        yield _AuditRecordProvider(self.audit_sha256)


def _claimed(role: str) -> Any:
    # As bytes, because asn1crypto would decode and encode the percent signs once more.
    uri = x509.URI(contents=(ROLE_PREFIX + quote(role, safe="")).encode("ascii"))
    name = x509.GeneralName(name="uniform_resource_identifier", value=uri)
    return cms.AttCertAttribute({"type": "role", "values": [{"role_name": name}]})


@dataclass(frozen=True)
class ReadStatement:
    """What was found in a signature's signed attributes; None where it says nothing."""

    commitment: str | None
    role: str | None
    audit_sha256: str | None


def read_statement(signed_attributes: Iterable[Any]) -> ReadStatement:
    """Read the attributes of ``Statement`` back; raises ``ValueError`` when one is malformed."""
    values: dict[str, Any] = {}
    for attribute in signed_attributes:
        kind = attribute["type"].native
        if kind in values or len(attribute["values"]) != 1:
            raise ValueError(f"signed attribute {kind} does not have exactly one value")
        values[kind] = attribute["values"][0]
    audit = values.get("huurzegel_audit_record")
    return ReadStatement(
        commitment=_commitment(values.get("commitment_type")),
        role=_role(values.get("signer_attributes_v2")),
        audit_sha256=None if audit is None else audit["digest"].native.hex(),
    )


def _commitment(value: Any) -> str | None:
    if value is None:
        return None
    name: str = value["commitment_type_id"].native
    known = {member.name.lower(): key for key, member in COMMITMENTS.items()}
    return known.get(name, name)


def _role(value: Any) -> str | None:
    claimed = None if value is None else value["claimed_attributes"]
    if not claimed:
        return None
    uri = claimed[0]["values"][0]["role_name"].chosen.contents.decode("ascii")
    return unquote(uri.removeprefix(ROLE_PREFIX)) if uri.startswith(ROLE_PREFIX) else None
