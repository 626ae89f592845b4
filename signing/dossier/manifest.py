"""The checksums of a dossier, as ``sha256sum -c`` reads them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping

MANIFEST = "manifest-sha256.txt"
_LINE = re.compile(r"(?P<sha256>[0-9a-f]{64})  (?P<name>[A-Za-z0-9._-]+)")


def manifest(files: Mapping[str, bytes]) -> bytes:
    """One line per file, in the order of their names."""
    lines = (f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    return "".join(lines).encode("ascii")


def manifest_problems(files: Mapping[str, bytes]) -> Iterator[str]:
    """Which files differ from the manifest among them, are missing, or are one too many."""
    if MANIFEST not in files:
        yield f"{MANIFEST} is missing"
        return
    listed = {}
    for number, line in enumerate(files[MANIFEST].decode("utf-8", "replace").splitlines(), start=1):
        match = _LINE.fullmatch(line)
        if match is None:
            yield f"{MANIFEST} was changed: line {number} is not a checksum and a name"
            continue
        listed[match["name"]] = match["sha256"]
    for name in sorted(listed.keys() | files.keys() - {MANIFEST}):
        if name not in files:
            yield f"{name} is missing, though {MANIFEST} lists it"
        elif name not in listed:
            yield f"{name} does not belong to this packet's files: {MANIFEST} does not list it"
        elif hashlib.sha256(files[name]).hexdigest() != listed[name]:
            yield f"{name} was changed, or its line in {MANIFEST}: they do not fit"
