"""What a batch has made in a folder, so that it can go on where it was stopped."""

import fcntl
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from docgen.errors import FolderBusy

JOURNAL = "made.jsonl"
UNFINISHED = ".part"  # end of the name of a file that is being written


@dataclass(frozen=True)
class Entry:
    """One row that was made: ``key`` tells what from, ``files`` gives each file its sha256."""

    key: str
    place: str
    reference: str
    files: Mapping[str, str]
    warnings: tuple[str, ...] = ()


class Journal:
    """The folder of a batch, for one process at a time.

    Raises:
        FolderBusy: another process is writing there.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._file = (folder / JOURNAL).open("ab+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise FolderBusy(
                f"Another batch writes to {folder} now: wait, or give another folder."
            ) from error
        for left in folder.glob(f".*{UNFINISHED}"):
            left.unlink()
        self._entries = self._read()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def _read(self) -> dict[str, Entry]:
        self._file.seek(0)
        lines = self._file.read().split(b"\n")
        if lines[-1]:
            self._file.write(b"\n")  # a line that was cut off by a crash stays alone
            self._file.flush()
        entries = (_entry(line) for line in lines)
        return {entry.key: entry for entry in entries if entry is not None}

    def made(self, key: str) -> Entry | None:
        """What was made of this key, when all of it is still there as it was written."""
        entry = self._entries.get(key)
        if entry is None or not all(self._holds(name, digest) for name, digest in entry.files.items()):
            return None
        return entry

    def _holds(self, name: str, digest: str) -> bool:
        try:
            return hashlib.sha256((self._folder / name).read_bytes()).hexdigest() == digest
        except FileNotFoundError:
            return False

    def write(self, name: str, content: bytes) -> str:
        """Put a file into the folder, whole or not at all; returns its sha256 in hex."""
        unfinished = self._folder / f".{name}{UNFINISHED}"
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._folder / name)
        return hashlib.sha256(content).hexdigest()

    def remove(self, name: str) -> None:
        """Take a file of an earlier run away."""
        (self._folder / name).unlink(missing_ok=True)

    def note(self, entry: Entry) -> None:
        """Remember that a row was made, after its files are there."""
        self._file.write(json.dumps(asdict(entry)).encode() + b"\n")
        self._file.flush()
        self._entries[entry.key] = entry


def _entry(line: bytes) -> Entry | None:
    try:
        found = json.loads(line)
        return Entry(
            key=str(found["key"]),
            place=str(found["place"]),
            reference=str(found["reference"]),
            files={str(name): str(digest) for name, digest in found["files"].items()},
            warnings=tuple(map(str, found["warnings"])),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None  # cut off by a crash: that row is made again
