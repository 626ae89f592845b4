"""A dossier as a folder or as one zip file, read with limits: it may come from anyone."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

from signing.errors import SigningError

MOST_FILES = 500
LARGEST = 300 * 1024 * 1024  # bytes of all files together
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can say: equal files give equal zips


class DossierUnusable(SigningError):
    """The folder or zip file cannot be read as a dossier; says why (English)."""


def zipped(files: dict[str, bytes]) -> bytes:
    """The files as one zip. Equal files, equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = 0o640 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def read(path: Path) -> dict[str, bytes]:
    """The files by name, from a folder or from a zip file. Raises DossierUnusable, OSError."""
    if path.is_dir():
        return _folder(path)
    try:
        with zipfile.ZipFile(path) as archive:
            return _entries(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, zlib.error) as error:
        raise DossierUnusable(
            f"{path.name} is neither a folder nor a zip file that can be read ({type(error).__name__})."
        ) from error


def _folder(path: Path) -> dict[str, bytes]:
    files = [file for file in sorted(path.iterdir()) if file.is_file()]
    _limit([(file.name, file.stat().st_size) for file in files])
    return {file.name: file.read_bytes() for file in files}


def _entries(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise DossierUnusable("The zip file is packed in an unusual way. Pack it again, or give the folder.")
    _limit([(entry.filename, entry.file_size) for entry in entries])
    files = {}
    for entry in entries:
        with archive.open(entry) as file:
            # One byte more than it says: a size that lies is then seen, and no more is unpacked than it says.
            data = file.read(entry.file_size + 1)
        if len(data) != entry.file_size:
            raise DossierUnusable(f"{entry.filename} in the zip file is not as large as it says.")
        files[entry.filename] = data
    return files


def _limit(sizes: list[tuple[str, int]]) -> None:
    names = [name for name, _ in sizes]
    if len(names) > MOST_FILES or sum(size for _, size in sizes) > LARGEST:
        raise DossierUnusable(
            f"There are {len(names)} files; a dossier has at most {MOST_FILES}, of {LARGEST} bytes together."
        )
    if len(set(names)) != len(names):
        raise DossierUnusable("Two files have the same name; a dossier has each file once.")
    if any("/" in name or "\\" in name for name in names):
        raise DossierUnusable("There are folders inside; a dossier is flat. Unpack it as it was made.")
