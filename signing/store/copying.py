"""The whole database as one file, and back: SQLite by its backup, PostgreSQL by pg_dump and pg_restore."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from signing import disk
from signing.errors import SigningError

SQLITE, POSTGRESQL = "sqlite", "postgresql"
_PACKAGE = "postgresql-client"  # Debian's, with both programs


class CopyFailed(SigningError):
    """The database was not copied; the text says what its program said, never what it holds."""


def kind_of(url: str) -> str:
    """``sqlite`` or ``postgresql``: a copy of the one cannot be put into the other."""
    return sa.make_url(url).get_backend_name()


def copy_out(url: str, path: Path) -> None:
    """Writes the database as it is at one moment to a new file, while others go on. Raises CopyFailed."""
    if kind_of(url) == SQLITE:
        _copy_sqlite(_file_of(url), path)
        return
    _run(url, "pg_dump", ["--format=custom", "--no-owner", "--no-privileges", f"--file={path}"])
    os.chmod(path, disk.FILE_MODE)


def copy_in(url: str, path: Path) -> None:
    """Puts a copy in a place that is ``vacant``: whole, or not at all. Raises CopyFailed."""
    if kind_of(url) == SQLITE:
        _place_sqlite(path, _file_of(url))
        return
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(path)]
    _run(url, "pg_restore", options)


def vacant(url: str) -> bool:
    """Whether there is no registry at a URL yet. Raises CopyFailed when that cannot be seen."""
    if kind_of(url) == SQLITE:
        return not _file_of(url).exists()
    engine = sa.create_engine(url)
    try:
        found = sa.inspect(engine)
        return not found.get_table_names() and "dbos" not in found.get_schema_names()
    except sa.exc.OperationalError as error:
        raise CopyFailed(_unreachable(error)) from None
    finally:
        engine.dispose()


def _unreachable(error: sa.exc.OperationalError) -> str:
    return f"The database cannot be reached ({type(error.orig).__name__}). Look at HUURZEGEL_DATABASE_URL."


def _file_of(url: str) -> Path:
    return Path(sa.make_url(url).database or "")


def _copy_sqlite(source: Path, path: Path) -> None:
    if not source.is_file():
        raise CopyFailed(
            f"There is no registry at {source}. Look at HUURZEGEL_DATA and HUURZEGEL_DATABASE_URL."
        )
    try:
        with closing(sqlite3.connect(source, timeout=30)) as opened, closing(sqlite3.connect(path)) as copy:
            opened.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
            (said,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise CopyFailed(f"The registry was not copied ({type(error).__name__}). Look at the disk.") from None
    if said != "ok":
        raise CopyFailed(
            "The registry on the disk is damaged. Keep it, and restore the last backup elsewhere."
        )
    os.chmod(path, disk.FILE_MODE)


def _place_sqlite(path: Path, place: Path) -> None:
    """Under its name only when it is whole: whoever starts meanwhile must not find a half registry."""
    place.parent.mkdir(mode=disk.FOLDER_MODE, parents=True, exist_ok=True)
    draft = place.with_name(f"{disk.UNFINISHED}{place.name}")
    try:
        shutil.copyfile(path, draft)
        with draft.open("rb+") as file:
            os.fchmod(file.fileno(), disk.FILE_MODE)
            os.fsync(file.fileno())
        os.link(draft, place)
        disk.sync_folder(place.parent)
    except OSError as error:
        raise CopyFailed(f"The registry was not written to {place}: {error.strerror}.") from None
    finally:
        draft.unlink(missing_ok=True)


def _run(url: str, program: str, options: Sequence[str]) -> None:
    """Without a password on the command line, where every user of the machine reads it."""
    found = shutil.which(program)
    if found is None:
        raise CopyFailed(f"{program} is not installed: apt-get install {_PACKAGE}")
    address = sa.make_url(url)
    bare = sa.URL.create(
        "postgresql", address.username, None, address.host, address.port, address.database, address.query
    )
    secret = {"PGPASSWORD": str(address.password)} if address.password is not None else {}
    done = subprocess.run(  # noqa: S603  (a program of PostgreSQL, our own words)
        [found, f"--dbname={bare.render_as_string(hide_password=False)}", "--no-password", *options],
        env={**os.environ, **secret},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        # The first line names the cause; the lines below may hold rows.
        said = done.stderr.decode(errors="replace").strip().partition("\n")[0][:300]
        raise CopyFailed(f"{program} stopped ({done.returncode}): {said}")
