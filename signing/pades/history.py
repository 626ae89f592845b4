"""A file through time: its revisions, and at which moment each of its signatures is judged.

A document timestamp proves everything before it. So it is itself judged at the moment of the next one, with
the proofs that were in the file by then, and only the last is judged at the moment that was asked for.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.pades.findings import Finding
from signing.pades.model import Change, RevisionReport


@dataclass(frozen=True)
class SignedFile:
    """The bytes and everything in them that was signed, oldest first."""

    pdf: bytes
    reader: PdfFileReader
    signatures: tuple[EmbeddedPdfSignature, ...] = ()

    @property
    def parties(self) -> list[EmbeddedPdfSignature]:
        """The signatures and the seal, without document timestamps."""
        return [signature for signature in self.signatures if not is_timestamp(signature)]

    @property
    def timestamps(self) -> list[EmbeddedPdfSignature]:
        """The document timestamps."""
        return [signature for signature in self.signatures if is_timestamp(signature)]

    def up_to(self, signature: EmbeddedPdfSignature) -> SignedFile:
        """The file as this signature left it."""
        end = covered(signature)
        if end == len(self.pdf):
            return self
        return open_file(self.pdf[:end])


@dataclass(frozen=True)
class Setting:
    """When and in which state of the file one signature is judged.

    ``when_sealed`` is the same signature in the file as its first document timestamp left it; the DSS that
    ``proofs`` reads may be used; ``following`` is the moment of the next document timestamp, if any.
    """

    signature: EmbeddedPdfSignature
    when_sealed: EmbeddedPdfSignature
    proofs: PdfFileReader
    at: datetime
    following: datetime | None = None

    def order_problems(self, moment: datetime) -> Iterator[Finding]:
        """Whether the document timestamp of this ``moment`` precedes the next one."""
        if self.following is not None and moment > self.following:
            yield Finding.of("timestamp-order", moment=f"{moment:%Y-%m-%d %H:%M}")

    def renewal_problems(self, until: datetime) -> Iterator[Finding]:
        """Whether the document timestamp that proves ``until`` was renewed in time."""
        if self.at <= until:
            return
        ended = f"{until:%Y-%m-%d}"
        if self.following is None:
            yield Finding.of("renewal-missed", until=ended)
        else:
            yield Finding.of("renewal-late", until=ended, renewed=f"{self.following:%Y-%m-%d}")


def open_file(pdf: bytes) -> SignedFile:
    """Read strictly; raises whatever a hostile file sets off in the parser."""
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    return SignedFile(pdf, reader, tuple(reader.embedded_signatures))


def covered(signature: EmbeddedPdfSignature) -> int:
    """How many bytes, from the start of the file, this signature speaks of."""
    return int(signature.byte_range[-2]) + int(signature.byte_range[-1])


def is_timestamp(signature: EmbeddedPdfSignature) -> bool:
    """Whether it is a document timestamp."""
    return bool(signature.sig_object_type == "/DocTimeStamp")


def order_problem(signatures: Sequence[EmbeddedPdfSignature]) -> Finding | None:
    """Why the order of signatures and document timestamps is odd; None when it is not."""
    kinds = [is_timestamp(signature) for signature in signatures]
    if kinds != sorted(kinds):
        return Finding.of("signature-after-timestamp")
    return None


def settings(file: SignedFile, at: datetime) -> tuple[list[Setting], list[Setting]]:
    """For each signature, and for each document timestamp: when and how it is judged, as of ``at``."""
    stamps = file.timestamps
    states = [file.up_to(stamp) for stamp in stamps[:-1]] + [file]
    moments = [_moment(stamp) for stamp in stamps[1:]]
    stamped = []
    for number, stamp in enumerate(stamps):
        following = moments[number] if number < len(moments) else None
        proofs = states[min(number + 1, len(states) - 1)].reader
        stamped.append(Setting(stamp, stamp, proofs, following or at, following))
    first = stamped[0] if stamped else None
    signed = []
    for signature in file.parties:
        sealed = _same(states[0], signature)
        proofs = first.proofs if first else file.reader
        signed.append(Setting(signature, sealed, proofs, first.at if first else at))
    return signed, stamped


def _same(state: SignedFile, signature: EmbeddedPdfSignature) -> EmbeddedPdfSignature:
    for found in state.signatures:
        if found.field_name == signature.field_name and found.pkcs7_content == signature.pkcs7_content:
            return signature if found.reader is signature.reader else found
    raise ValueError("the first document timestamp does not cover this signature")


def _moment(stamp: EmbeddedPdfSignature) -> datetime:
    moment: datetime = stamp.signed_data["encap_content_info"]["content"].parsed["gen_time"].native
    return moment


def revisions(file: SignedFile) -> tuple[RevisionReport, ...]:
    """What each revision changed, as far as signatures, document timestamps and the DSS go."""
    found = []
    before = 0
    for number, signature in enumerate(file.signatures):
        after = _proofs(file.reader, signature.signed_revision)
        size = covered(signature)
        change: Change = "timestamped" if is_timestamp(signature) else "signed"
        digest = hashlib.sha256(file.pdf[:size]).hexdigest()
        name = str(signature.field_name)
        found.append(RevisionReport(number + 1, change, name, after != before, size, digest))
        before = after
    return tuple(found)


def _proofs(reader: PdfFileReader, revision: int) -> int:
    """How many certificates, answers and lists the DSS held in a revision; it only ever grows."""
    try:
        store = DocumentSecurityStore.read_dss(reader.get_historical_resolver(revision))
    except NoDSSFoundError:
        return 0
    return len(store.certs) + len(store.ocsps) + len(store.crls)
