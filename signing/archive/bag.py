"""The same package as a bag: BagIt 1.0 (RFC 8493), for archives that take nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC

from signing.archive.package import MANIFEST, File, Package

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
TAG_MANIFEST = "tagmanifest-sha256.txt"


def bag(package: Package) -> tuple[File, ...]:
    """The files in the order of writing; the manifest of the tags, which vouches for all others, last.

    Equal packages are equal bags: the date is that of the seal, not of the packing.
    """
    payload = tuple(File(f"data/{file.name}", file.data) for file in package.files if file.name != MANIFEST)
    tags = (
        File("bagit.txt", DECLARATION),
        File("bag-info.txt", _info(package, payload)),
        File(MANIFEST, _lines(payload)),
    )
    return (*payload, *tags, File(TAG_MANIFEST, _lines(tags)))


def _info(package: Package, payload: tuple[File, ...]) -> bytes:
    record = package.record
    made = record.renewed.at if record.renewed else record.sealed_at
    told = {
        "Bagging-Date": f"{made.astimezone(UTC):%Y-%m-%d}",
        "Payload-Oxum": f"{sum(len(file.data) for file in payload)}.{len(payload)}",
        "External-Identifier": record.reference,
        "Internal-Sender-Identifier": record.uuid,
    }
    return "".join(f"{label}: {value}\n" for label, value in told.items()).encode("utf-8")


def _lines(files: Iterable[File]) -> bytes:
    lines = (f"{file.sha256}  {file.name}\n" for file in sorted(files, key=lambda file: file.name))
    return "".join(lines).encode("ascii")
