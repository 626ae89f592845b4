"""The commands of who runs the service on a machine: backup, restore, and a look at all that it stands on."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from signing import backup, development, doctor
from signing.config import Config, read_config
from signing.services import utc_now

FOLDER = click.Path(path_type=Path)


@click.command("backup")
@click.argument("folder", type=FOLDER)
@click.option("--development", "keys", type=FOLDER, help="Folder with development keys.")
def backup_command(folder: Path, keys: Path | None) -> None:
    """Copy registry and documents to a new FOLDER, with the sha256 of every file; the service may go on.

    Keys, secrets and settings are not in it: keep those apart.
    """
    saved = backup.backup(settings(keys), folder, utc_now())
    click.echo(f"{saved.documents} documents and the registry ({saved.database}) are in {folder}")


@click.command("restore")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--development", "keys", type=FOLDER, help="Folder with development keys.")
def restore_command(folder: Path, keys: Path | None) -> None:
    """Put the backup in FOLDER where the settings say; what was promised then is done after the next start.

    Refused when anything in the backup changed, or when there is a registry or a document already.
    """
    saved = backup.restore(settings(keys), folder)
    click.echo(f"{saved.documents} documents and the registry of {saved.made_at:%Y-%m-%d %H:%M} UTC are back")


@click.command("doctor")
@click.option("--development", "keys", type=FOLDER, help="Folder with development keys.")
def doctor_command(keys: Path | None) -> None:
    """Look at keys, timestamps, LibreOffice, database, clock, storage, disk, mail and archives.

    A line for each: ok, or problem with what to do. Exit status: 0 all well, 1 at least one problem.
    """
    pki = None if keys is None else development.development_pki(keys, utc_now())
    problems = 0
    for finding in doctor.examine(settings(keys), utc_now(), pki):
        problems += not finding.well
        click.echo(f"{'ok' if finding.well else 'problem':8} {finding.name}: {finding.told}")
    sys.exit(1 if problems else 0)


def settings(keys: Path | None) -> Config:
    """Those of the environment, or of a folder with development keys."""
    return read_config() if keys is None else development.prepare(keys, "127.0.0.1:8000", utc_now())


COMMANDS = (backup_command, restore_command, doctor_command)
