"""Looks at everything that the service stands on, and says for each what is wrong and what to do."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import docgen
from signing import archive, disk, mail, starting
from signing.archive import ArchiveError, Readable
from signing.config import Config
from signing.errors import SigningError
from signing.mail import MailError
from signing.pades.development import DevelopmentPki
from signing.services import open_archive, open_blobs
from signing.speech import Speaker
from signing.store import DATABASE_GONE, inspection

LEAST_FREE = (
    2 * 1024**3
)  # bytes; a packet takes a few megabytes, PostgreSQL and SQLite want room of their own
CLOCK_OFF = timedelta(seconds=5)  # the database's clock decides over leases


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; ``told``: how it is, and if it is not well, what to do (English)."""

    name: str
    well: bool
    told: str


def examine(config: Config, now: datetime, pki: DevelopmentPki | None = None) -> Iterator[Finding]:
    """One finding or more per part, as soon as it is known; nothing that the service has is changed.

    ``pki``: a development authority to serve meanwhile.
    """
    yield from _seal(config, pki)
    checks: dict[str, Callable[[], str]] = {
        "office": lambda: _office(config),
        "speech": lambda: _speech(config),
        "database": lambda: _database(config),
        "clock": lambda: _clock(config, now),
        "storage": lambda: _storage(config.data),
        "documents": lambda: _documents(config),
        "disk": lambda: _disk(config.data),
        "mail": lambda: _mail(config),
    }
    checks |= {f"archive {code}": lambda code=code: _archive(config, code) for code in config.archives}  # type: ignore[misc]
    for name, look in checks.items():
        yield _finding(name, look)


class _Wrong(SigningError):
    """Found by a look of this file."""


def _finding(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, look())
    except (SigningError, docgen.DocgenError) as error:
        return Finding(name, False, str(error))
    except DATABASE_GONE as error:
        told = f"no answer ({type(error).__name__}): look at HUURZEGEL_DATABASE_URL and the server"
        return Finding(name, False, told)
    except OSError as error:
        return Finding(
            name, False, f"{error.strerror}: {error.filename}. Look at the mount and its permissions."
        )


def _seal(config: Config, pki: DevelopmentPki | None) -> Iterator[Finding]:
    """Keys, trust, revocation and timestamps, with the authorities' clocks beside ours."""
    try:
        found = starting.check(config, pki)
    except SigningError as error:
        yield Finding("keys and timestamps", False, str(error))
        return
    for problem in found.problems:
        yield Finding("keys and timestamps", False, problem)
    for warning in found.warnings:
        yield Finding("keys and timestamps", False, f"not now, but soon: {warning}")
    if found.ready and not found.warnings:
        first = min(found.certificates, key=lambda end: end.ends)
        told = f"can seal; the first certificate ends in {first.days(found.at)} days ({first.use})"
        yield Finding("keys and timestamps", True, told)


def _office(config: Config) -> str:
    """One of our own templates becomes a PDF, in a LibreOffice of its own."""
    docx = next(iter(sorted(config.templates.glob("*/*.docx"))), None)
    if docx is None:
        raise _Wrong(f"{config.templates} has no template: look at HUURZEGEL_TEMPLATES")
    with tempfile.TemporaryDirectory(prefix="huurzegel-") as folder, docgen.Office(Path(folder)) as office:
        office.convert(docx.read_bytes())
    return f"LibreOffice made a PDF of {docx.parent.name}/{docx.name}"


def _speech(config: Config) -> str:
    Speaker(config.data / "speech")
    return "espeak-ng and lame are there"


def _database(config: Config) -> str:
    state = inspection.look(config.registry_url)
    if state.version is None:
        return f"{state.kind}, empty: the first start makes the tables"
    if state.version not in state.known:
        raise _Wrong(f"a newer version of the service made its tables ({state.version}): start that one")
    if state.version != state.known[-1]:
        return f"{state.kind}, tables {state.version}: the next start brings them to {state.known[-1]}"
    return f"{state.kind}, tables {state.version}, {state.stuck} stuck"


def _clock(config: Config, now: datetime) -> str:
    state = inspection.look(config.registry_url)
    if state.clock is not None and abs(state.clock - now) > CLOCK_OFF:
        raise _Wrong(
            f"the database's clock says {state.clock:%H:%M:%S} UTC and ours {now:%H:%M:%S}: set up NTP"
        )
    if state.latest is not None and state.latest > now + CLOCK_OFF:
        raise _Wrong(
            f"something happened at {state.latest:%Y-%m-%d %H:%M} UTC, later than now: set the clock right"
        )
    return f"{now:%Y-%m-%d %H:%M:%S} UTC"


def _storage(data: Path) -> str:
    """A file is written, brought to the disk and read back, and taken away."""
    data.mkdir(mode=disk.FOLDER_MODE, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=disk.UNFINISHED, dir=data) as folder:
        disk.write_once(Path(folder) / "probe", b"huurzegel")
        if (Path(folder) / "probe").read_bytes() != b"huurzegel":
            raise _Wrong(f"{data} does not give back what was written: look at the disk")
    return f"{data} takes and gives files"


def _documents(config: Config) -> str:
    """Whether their place answers; nothing is put there."""
    open_blobs(config).exists("0" * 64)
    return config.documents.url if config.documents else "in the data folder"


def _disk(data: Path) -> str:
    free = shutil.disk_usage(data).free
    told = f"{free / 1024**3:.1f} GB free in {data}"
    if free < LEAST_FREE:
        raise _Wrong(f"{told}: make room for at least {LEAST_FREE / 1024**3:.0f} GB")
    return told


def _mail(config: Config) -> str:
    try:
        return mail.open_outbox(config.mail_url, config.mail_sender).greet()
    except MailError as error:
        raise _Wrong(f"{error} Look at HUURZEGEL_MAIL_URL.") from None


def _archive(config: Config, code: str) -> str:
    """Whether it lets us look; what it takes is known only from a delivery."""
    opened: archive.Destination = open_archive(config.archives[code])
    if not isinstance(opened, Readable):
        return "cannot be looked into; only a delivery shows whether it works"
    try:
        return f"{len(opened.listing(code))} packages there"
    except ArchiveError as error:
        raise _Wrong(f"{error} Look at HUURZEGEL_ARCHIVES.") from None
