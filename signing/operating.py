"""The commands of who runs the service on a machine: backup and restore."""

from __future__ import annotations

from pathlib import Path

import click

from signing import backup, development
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


def settings(keys: Path | None) -> Config:
    """Those of the environment, or of a folder with development keys."""
    return read_config() if keys is None else development.prepare(keys, "127.0.0.1:8000", utc_now())


COMMANDS = (backup_command, restore_command)
