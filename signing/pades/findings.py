"""Why a file is not valid: every reason has a stable code and an English sentence."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_VALUE = 200  # characters that a file may put into a sentence

# The codes are part of the JSON report: they may be added to, and are never given another meaning.
SENTENCES: dict[str, str] = {
    # the file as a whole
    "no-signatures": "the file has no signatures",
    "not-sealed": "the file is not sealed: its last signature is not a document timestamp",
    "sealed-already": "the file has a document timestamp already: it is sealed",
    "bytes-behind": "there are bytes behind the last signature that it does not cover",
    "bytes-before": "there are bytes in front of the file's first line, so two readers may see two documents",
    "hybrid-references": "the file has hybrid cross-references: two readers may see two documents",
    "layout-end": "its revision {number} does not end where it says: two readers may see two documents",
    "layout-table": "its revision {number} has odd cross-references: two readers may see two documents",
    "layout-gap": "its revision {number} holds bytes of no object: two readers may see two documents",
    "layout-hidden": "its revision {number} hides an object in another: two readers may see two documents",
    "field-without-signature": "{filled} fields are filled, but only {readable} hold a readable signature",
    "signature-after-timestamp": "there is a signature behind a document timestamp",
    "not-certified": "the document is not certified, so later changes are not forbidden",
    "certified-by-other": "the document is certified by another signature than the first",
    "certification-too-wide": "the certification allows other changes than filling signature fields",
    "other-document": "the document calls itself {found}, not {expected}",
    "more": "there are {number} more problems",
    "unreadable": "the signatures cannot be read: {error}",
    # its fields
    "same-name": "two fields have this name",
    "field-added": "this field was added after the first signature",
    "field-kind": "a field of type {kind} can change what the document says",
    "signature-inside-field": "its signature is not an object of its own",
    "signature-shared": "it shows the signature of {other}",
    "signature-missing": "it is expected to be signed, and it is not",
    "signature-unexpected": "nobody was expected to sign this field",
    "empty-unexpected": "this empty field was not expected",
    # where one signature stands in the file
    "byte-range-shape": "its ByteRange is not one range with one hole",
    "byte-range-outside": "its ByteRange does not lie within the file",
    "byte-range-hole": "its ByteRange leaves out more or other bytes than its own Contents",
    "contents-behind": "there is something behind its signature in Contents",
    "container-odd": "its CMS container has other parts than RFC 5652 prescribes",
    "sub-filter": "its SubFilter is {found}, not {expected}",
    "coverage": "it does not cover its whole revision of the file",
    "changed-after": "the document was changed after it in a way that is not allowed",
    "bytes-changed": "the bytes that it covers were changed",
    # its certificate and algorithms
    "certificate-revoked": "its certificate was revoked",
    "certificate-not-valid-then": "its certificate was not valid when it was made",
    "chain-not-validated": "its certificate chain did not validate",
    "weak-digest": "it uses the digest {algorithm}; SHA-256 or better is needed",
    "weak-certificate-reference": (
        "it names its certificate by the digest {algorithm}; SHA-256 or better is needed"
    ),
    "certificate-not-named": "its signed attributes do not name its certificate",
    "cannot-be-judged": "it cannot be validated: {error}",
    # its time
    "timestamps-many": "it has more than one signature timestamp",
    "timestamp-weak-digest": "its timestamp uses the digest {algorithm}; SHA-256 or better is needed",
    "timestamp-weak-certificate-reference": (
        "its timestamp names its certificate by the digest {algorithm}; SHA-256 or better is needed"
    ),
    "timestamp-other": "its signature timestamp is not over this signature, or was changed",
    "timestamp-not-judged": "its signature timestamp was not judged",
    "timestamp-later": "its timestamp ({moment} UTC) lies after the moment of judgement",
    "timestamp-order": "it says {moment} UTC, which is later than the timestamp behind it",
    "renewal-missed": (
        "the renewal was missed: this timestamp proves nothing after {until}, when its certificate chain "
        "ended, and it was not renewed"
    ),
    "renewal-late": (
        "the renewal was missed: this timestamp proves nothing after {until}, when its certificate chain "
        "ended, and it was renewed on {renewed} only"
    ),
    # the verdicts of ETSI EN 319 102-1, 5.1.3
    "ades-hash-failure": "the bytes that it covers were changed ({indication})",
    "ades-sig-crypto-failure": "its signature value is wrong ({indication})",
    "ades-format-failure": "it is malformed ({indication})",
    "ades-revoked": "its certificate was revoked ({indication})",
    "ades-not-yet-valid": "it was made before its certificate began ({indication})",
    "ades-sig-constraints-failure": "it has no signature timestamp ({indication})",
    "ades-no-certificate-chain-found": "its certificate does not lead to a trusted root ({indication})",
    "ades-no-signing-certificate-found": "it does not carry its certificate ({indication})",
    "ades-chain-constraints-failure": "its certificate is not meant for this use ({indication})",
    "ades-revoked-no-poe": "its certificate was revoked before it was made ({indication})",
    "ades-revoked-ca-no-poe": "the certificate of its issuer was revoked ({indication})",
    "ades-out-of-bounds-no-poe": "its certificate was not valid when it was made ({indication})",
    "ades-out-of-bounds-not-revoked": "its certificate was not valid when it was made ({indication})",
    "ades-expired": "its certificate had expired when it was made ({indication})",
    "ades-certificate-chain-general-failure": (
        "its certificate chain is not valid then, or the file holds no proof that it was not revoked "
        "({indication})"
    ),
    "ades-no-poe": "no valid document timestamp proves that it existed in time ({indication})",
    "ades-try-later": "the file holds no proof that its certificate was not revoked ({indication})",
    "ades-crypto-constraints-failure": "it uses an algorithm that is too weak ({indication})",
    "ades-other": "it could not be validated ({indication})",
}


@dataclass(frozen=True)
class Finding:
    """One reason why a file is not valid.

    ``code`` is a key of ``SENTENCES``, ``values`` what stands at the places of that sentence, and
    ``field`` the signature field that it is about (None: the file). ``str`` gives the English sentence.
    """

    code: str
    field: str | None = None
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @classmethod
    def of(cls, code: str, field: str | None = None, **values: object) -> Finding:
        """Raises ``KeyError`` when there is no such code, or when a place of its sentence stays open."""
        found = cls(code, field, {name: str(value)[:LONGEST_VALUE] for name, value in values.items()})
        _ = str(found)
        return found

    def __str__(self) -> str:
        sentence = SENTENCES[self.code].format(**self.values)
        return sentence if self.field is None else f"{self.field}: {sentence}"
