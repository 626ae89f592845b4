"""A backup of all that the service knows (registry, promised work, documents) in a folder, and its restore.

Keys, secrets and settings are not in it: they are kept apart from what they open.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from signing import disk
from signing.blobs import BlobError, Blobs
from signing.config import Config
from signing.errors import SigningError
from signing.services import open_blobs
from signing.store import copying

# As `sha256sum -c` reads it; written last, so a folder without it is no backup.
MANIFEST, ABOUT, REGISTRY, DOCUMENTS = "manifest-sha256.txt", "backup.json", "registry.copy", "documents"
_VERSION = 1


class BackupFailed(SigningError):
    """No backup was made; ``problems`` says all that is in the way."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("No backup was made: " + "; ".join(problems))


class NotRestorable(SigningError):
    """Nothing was restored; ``problems`` says all that is in the way."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("Nothing was restored: " + "; ".join(problems))


@dataclass(frozen=True)
class Saved:
    """What a backup holds; ``made_at``: aware."""

    made_at: datetime
    database: str
    documents: int


def backup(config: Config, folder: Path, now: datetime) -> Saved:
    """Copies registry and documents to a new or empty folder, while the service goes on.

    The registry first: a document is there before any row names it, and none is ever changed, so every
    document that the copied registry names is found after it. Raises BackupFailed, CopyFailed.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupFailed([f"{folder} is not an empty folder; name a new one"])
    try:
        folder.mkdir(mode=disk.FOLDER_MODE, parents=True, exist_ok=True)
        copying.copy_out(config.registry_url, folder / REGISTRY)
        keys = _copy_documents(open_blobs(config), Blobs(folder / DOCUMENTS))
        saved = Saved(now, copying.kind_of(config.registry_url), len(keys))
        about = {"version": _VERSION, "made_at": now.astimezone(UTC).isoformat(), "database": saved.database}
        disk.write_new(folder / ABOUT, f"{json.dumps(about, indent=2)}\n".encode())
        sums = {name: _sha256(folder / name) for name in (ABOUT, REGISTRY)}
        sums |= {f"{DOCUMENTS}/{key[:2]}/{key}": key for key in keys}
        lines = "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(sums.items()))
        disk.write_new(folder / MANIFEST, lines.encode())
        disk.sync_folder(folder)
    except OSError as error:
        raise BackupFailed([f"{folder} cannot be written ({error.strerror}); name another"]) from None
    return saved


def restore(config: Config, folder: Path) -> Saved:
    """Puts a backup in the places that the settings name; they have to be empty.

    All of it is checked before anything is written; the registry comes last, so a restore that was cut off is
    never taken for a service. Raises NotRestorable, CopyFailed.
    """
    saved, keys = _checked(folder)
    blobs = open_blobs(config)
    wanted = copying.kind_of(config.registry_url)
    checks = {
        f"the backup is of {saved.database} and the settings name {wanted}": wanted == saved.database,
        "a registry is there already; name another database": copying.vacant(config.registry_url),
        "documents are there already; name another place for them": next(blobs.keys(), None) is None,
    }
    if problems := [problem for problem, fine in checks.items() if not fine]:
        raise NotRestorable(problems)
    kept = Blobs(folder / DOCUMENTS)
    for key in keys:
        blobs.put(kept.get(key))
    copying.copy_in(config.registry_url, folder / REGISTRY)
    return saved


def _copy_documents(source: Blobs, target: Blobs) -> list[str]:
    keys, problems = sorted(source.keys()), []
    for key in keys:
        try:
            target.put(source.get(key))
        except BlobError as error:
            problems.append(str(error))
    if problems:
        raise BackupFailed(problems)
    return keys


def _checked(folder: Path) -> tuple[Saved, list[str]]:
    """What a backup says of itself, and the keys of its documents, once every byte was compared."""
    try:
        wanted = dict(_manifest((folder / MANIFEST).read_text(encoding="ascii")))
        found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        problems = [f"{name} is missing" for name in sorted(wanted.keys() - found)]
        problems += [f"{name} is not of the backup" for name in sorted(found - wanted.keys() - {MANIFEST})]
        for name in sorted(wanted.keys() & found):
            if _sha256(folder / name) != wanted[name]:
                problems.append(f"{name} is not what was copied")
        if problems:
            raise NotRestorable(problems)
        about = json.loads((folder / ABOUT).read_bytes())
        if about["version"] != _VERSION:
            raise NotRestorable([f"a newer version of the service made {folder}; restore it with that"])
        keys = [name.rpartition("/")[2] for name in wanted if name.startswith(f"{DOCUMENTS}/")]
        return Saved(datetime.fromisoformat(about["made_at"]), about["database"], len(keys)), keys
    except (OSError, ValueError, KeyError):
        raise NotRestorable([f"{folder} is no whole backup: its {MANIFEST} cannot be read"]) from None


def _manifest(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        sha256, gap, name = line.partition("  ")
        if not gap:
            raise ValueError("a line without a name")
        yield name, sha256


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
