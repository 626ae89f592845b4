"""What is handed to an archive: one sealed document with its evidence, and there is no place for an annex."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from signing.archive import mdto
from signing.archive.errors import PackageInvalid
from signing.archive.notation import as_json
from signing.archive.record import ArchiveRecord

MANIFEST = "manifest-sha256.txt"
LEAFLETS = "leaflets"  # the folder, within a package, of what nobody signs

_LEAFLET = re.compile(r"[a-z][a-z0-9-]*")


@dataclass(frozen=True)
class File:
    """One file of a package; ``name`` may lead into folders: ``leaflets/….pdf``."""

    name: str
    data: bytes = field(repr=False)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the content, hex."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Sealed:
    """A sealed PDF, and the report (JSON) of the validation that let it pass."""

    pdf: bytes = field(repr=False)
    report: bytes = field(repr=False)


@dataclass(frozen=True)
class Leaflet:
    """A PDF for the corporation that nobody signs; ``name`` as in the manifest of its packet type."""

    name: str
    pdf: bytes = field(repr=False)


@dataclass(frozen=True)
class Package:
    """One document for one archive, as it was sealed or as it was renewed; all files follow from the parts.

    Raises PackageInvalid when the PDF is not the one that the record describes.
    """

    record: ArchiveRecord
    document: Sealed
    evidence: Sealed
    leaflets: tuple[Leaflet, ...] = ()

    def __post_init__(self) -> None:
        problems = list(_problems(self))
        if problems:
            raise PackageInvalid(problems)

    @property
    def name(self) -> str:
        """Of its folder, and the beginning of the names of its files."""
        return self.record.name

    @cached_property
    def files(self) -> tuple[File, ...]:
        """In the order of writing: the manifest, which vouches for the others, last."""
        name = self.name
        described = (
            File(f"{name}.pdf", self.document.pdf),
            File(f"{name}.validation.json", self.document.report),
            File(f"{name}.evidence.pdf", self.evidence.pdf),
            File(f"{name}.evidence.validation.json", self.evidence.report),
            File(f"{name}.json", as_json(self.record)),
            File(f"{name}.mdto.xml", mdto.informatieobject(self.record)),
            File(f"{name}.bestand.mdto.xml", mdto.bestand(self.record)),
            *(File(f"{LEAFLETS}/{name}.{leaflet.name}.pdf", leaflet.pdf) for leaflet in self.leaflets),
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
    """That an archive has a package.

    ``proof``: how that was seen: ``read-back`` (size and hash of every file, as the archive gave it back),
    ``answer`` (the archive named them itself) or ``contact`` (a person there confirmed it).
    ``locked_until``: before then not even the archive's owner can change or remove it.
    """

    destination: str
    files: tuple[Received, ...]
    delivered_at: datetime
    proof: str
    locked_until: datetime | None = None


@dataclass(frozen=True)
class Handover:
    """A package that is ready at its destination and that nobody has confirmed yet: no receipt."""

    destination: str
    files: tuple[Received, ...]


def folders(files: tuple[File, ...]) -> list[str]:
    """Those that the files lie in, outer ones first."""
    found: set[str] = set()
    for file in files:
        steps = file.name.split("/")[:-1]
        found |= {"/".join(steps[: depth + 1]) for depth in range(len(steps))}
    return sorted(found)


def _manifest(files: tuple[File, ...]) -> bytes:
    """As sha256sum writes and ``sha256sum -c`` reads it."""
    lines = (f"{file.sha256}  {file.name}\n" for file in sorted(files, key=lambda file: file.name))
    return "".join(lines).encode("ascii")


def _problems(package: Package) -> Iterator[str]:
    record, pdf, evidence = package.record, package.document.pdf, package.evidence.pdf
    names = [leaflet.name for leaflet in package.leaflets]
    pdfs = [pdf, evidence, *(leaflet.pdf for leaflet in package.leaflets)]
    checks = {
        "the document is no PDF": pdf.startswith(b"%PDF-"),
        "the evidence is no PDF": evidence.startswith(b"%PDF-"),
        "a leaflet is no PDF": all(leaflet.pdf.startswith(b"%PDF-") for leaflet in package.leaflets),
        "a leaflet has no name of its own": (
            len(set(names)) == len(names) and all(_LEAFLET.fullmatch(name) for name in names)
        ),
        "the document has another SHA-256 than the record says": (
            hashlib.sha256(pdf).hexdigest() == record.sha256
        ),
        "the document has another size than the record says": len(pdf) == record.size,
        "two of its PDFs are the same file": len(set(pdfs)) == len(pdfs),
        "a report is missing": package.document.report and package.evidence.report,
    }
    for problem, fine in checks.items():
        if not fine:
            yield problem
