"""What is handed to an archive: these six files of one document, and there is no place for a seventh."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from signing.archive import mdto
from signing.archive.errors import PackageInvalid
from signing.archive.record import ArchiveRecord, as_json

MANIFEST = "manifest-sha256.txt"


@dataclass(frozen=True)
class File:
    """One file of a package."""

    name: str
    data: bytes = field(repr=False)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the content, hex."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Package:
    """One document for one archive; all files follow from the record and the two PDFs.

    Raises PackageInvalid when the PDF is not the one that the record describes.
    """

    record: ArchiveRecord
    pdf: bytes = field(repr=False)
    evidence_pdf: bytes = field(repr=False)

    def __post_init__(self) -> None:
        problems = _problems(self.record, self.pdf, self.evidence_pdf)
        if problems:
            raise PackageInvalid(problems)

    @cached_property
    def files(self) -> tuple[File, ...]:
        """In the order of writing: the manifest, which vouches for the others, last."""
        reference = self.record.reference
        described = (
            File(f"{reference}.pdf", self.pdf),
            File(f"{reference}.evidence.pdf", self.evidence_pdf),
            File(f"{reference}.json", as_json(self.record)),
            File(f"{reference}.mdto.xml", mdto.informatieobject(self.record)),
            File(f"{reference}.bestand.mdto.xml", mdto.bestand(self.record)),
        )
        return (*described, File(MANIFEST, _manifest(described)))

    @property
    def key(self) -> str:
        """Equal for equal deliveries: reference and SHA-256 of the PDF (domain 4.4)."""
        return f"{self.record.reference}:{self.record.sha256}"


@dataclass(frozen=True)
class Received:
    """One file as the archive gave it back; ``size`` in bytes."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Receipt:
    """That an archive has a package. ``proof``: how that was seen, e.g. ``read-back``."""

    destination: str
    files: tuple[Received, ...]
    delivered_at: datetime
    proof: str


def build(record: ArchiveRecord, pdf: bytes, evidence_pdf: bytes) -> Package:
    """The package of a sealed PDF and its evidence. Equal input, equal bytes. Raises PackageInvalid."""
    return Package(record, pdf, evidence_pdf)


def _manifest(files: tuple[File, ...]) -> bytes:
    """As sha256sum writes and ``sha256sum -c`` reads it."""
    lines = (f"{file.sha256}  {file.name}\n" for file in sorted(files, key=lambda file: file.name))
    return "".join(lines).encode("ascii")


def _problems(record: ArchiveRecord, pdf: bytes, evidence_pdf: bytes) -> list[str]:
    checks = {
        "the document is no PDF": pdf.startswith(b"%PDF-"),
        "the evidence is no PDF": evidence_pdf.startswith(b"%PDF-"),
        "the document has another SHA-256 than the record says": (
            hashlib.sha256(pdf).hexdigest() == record.sha256
        ),
        "the document has another size than the record says": len(pdf) == record.size,
        "document and evidence are the same file": pdf != evidence_pdf,
    }
    return [problem for problem, fine in checks.items() if not fine]
