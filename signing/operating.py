"""The commands of who runs the service on a machine: backup, restore, retention, and a look at its parts."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from signing import backup, development, doctor
from signing.config import Config, read_config
from signing.services import open_services, utc_now
from signing.steps import access_term, planned, sweep, terms_of
from signing.work import DurableAgenda

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


@click.command("retention")
@click.option(
    "--dry-run/--erase", "only_list", default=True, help="Tell what goes when, or promise what is due."
)
@click.option("--development", "keys", type=FOLDER, help="Folder with development keys.")
def retention_command(only_list: bool, keys: Path | None) -> None:
    """List what of each packet is erased, from when, and what it waits for; only --erase changes anything.

    The service erases what is due every night. Days and years are set by HUURZEGEL_RETENTION.
    """
    with open_services(settings(keys), DurableAgenda) as services:
        now, held = services.clock(), terms_of(services)
        for each in planned(services):
            waits = f", waits for {' and '.join(each.going.waits)}" if each.going.waits else ""
            due = "due" if each.going.now(now) else f"{each.going.at:%Y-%m-%d}"
            click.echo(f"{each.reference}: {each.going.part} {due}{waits}")
        with services.store.read() as tx:
            drafts = tx.erasures.drafts(now - held.drafts)
            unsent = len(tx.erasures.unsent(now - held.drafts))
            looks = tx.accesses.count_before(now - access_term(services))
        click.echo(
            f"{drafts} drafts, {unsent} packets nobody sent and {looks} lines of the log of looks are due"
        )
        if not only_list:
            swept = sweep(services)
            click.echo(
                f"promised {swept.promised} erasures; stopped {swept.unsent} packets; "
                f"removed {swept.drafts} drafts, {swept.looks} lines"
            )


def settings(keys: Path | None) -> Config:
    """Those of the environment, or of a folder with development keys."""
    return read_config() if keys is None else development.prepare(keys, "127.0.0.1:8000", utc_now())


COMMANDS = (backup_command, restore_command, doctor_command, retention_command)
