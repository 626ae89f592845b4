"""Durable files: what these functions have returned from is still there after a power cut."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

FILE_MODE = 0o640
FOLDER_MODE = 0o750
UNFINISHED = ".unfinished-"  # prefix of the name of a file that is being written


def write_once(path: Path, data: bytes) -> bool:
    """Write ``data`` to ``path`` unless something is there; whole or not at all, durable, mode 0640.

    True when this call made the file, False when one was there already (it is left as it is).
    A crash leaves at most a file whose name starts with ``UNFINISHED``. Raises OSError.
    """
    descriptor, name = tempfile.mkstemp(prefix=UNFINISHED, dir=path.parent)
    try:
        with open(descriptor, "wb") as file:
            _fill(file.fileno(), data)
        os.link(name, path)
        made = True
    except FileExistsError:
        made = False
    finally:
        os.unlink(name)
    # Also when the file was there: whoever linked it may not have come to this line.
    sync_folder(path.parent)
    return made


def write_new(path: Path, data: bytes) -> None:
    """Write a file into a folder that nobody looks at yet; the caller syncs the folder. Raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with open(descriptor, "wb") as file:
        _fill(file.fileno(), data)


def make_folder(path: Path) -> None:
    """Make a folder (mode 0750) in one that exists, durably; one that is there is fine. Raises OSError."""
    path.mkdir(mode=FOLDER_MODE, exist_ok=True)
    sync_folder(path.parent)  # also when it was there: its maker may not have come to this line


def sync_folder(path: Path) -> None:
    """Bring the names in a folder to the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _fill(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    os.fchmod(descriptor, FILE_MODE)  # the process's umask does not decide who reads
    os.fsync(descriptor)
