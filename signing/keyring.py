"""The command line's ``key``: make, show, rotate and revoke keys of the API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from signing import clients, development
from signing.apikey import KeyScope
from signing.config import read_config
from signing.services import utc_now
from signing.store import Store

_FOLDER = click.option(
    "--development", "folder", type=click.Path(path_type=Path), help="Folder with development keys."
)
LONGEST_CLIENT = 64  # characters


@click.group("key")
def key_group() -> None:
    """Keys of the API; the registry keeps only their hash."""


@key_group.command("add")
@click.argument("client")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice([scope.value for scope in KeyScope]),
    help="What it may do; may be given more often. Default: everything.",
)  # fmt: skip
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True, help="Its life.")
@_FOLDER
def add_command(client: str, scopes: tuple[str, ...], days: int, folder: Path | None) -> None:
    """Make a key for CLIENT (the organisation's name in the API) and print it, this once."""
    if not 0 < len(client) <= LONGEST_CLIENT or not client.isprintable():
        raise click.BadParameter("give a name of 1 to 64 characters", param_hint="CLIENT")
    with _registry(folder) as store:
        key, text = clients.add(store, client, scopes or tuple(KeyScope), utc_now(), timedelta(days=days))
    click.echo(text)
    click.echo(f"key {key.id} of {client}, until {key.ends_at:%Y-%m-%d}; it is shown only now", err=True)


@key_group.command("list")
@_FOLDER
def list_command(folder: Path | None) -> None:
    """Show the keys of the registry; those of the setting api_keys are not among them."""
    now = utc_now()
    with _registry(folder) as store:
        found = clients.keys(store)
    table = Table("Key", "Client", "Scopes", "Made", "Until", "Works", title=f"{len(found)} keys")
    for key in found:
        until = f"{key.ends_at:%Y-%m-%d}" if key.ends_at else "revoked"
        made, works = f"{key.made_at:%Y-%m-%d}", "yes" if key.works(now) else "no"
        table.add_row(key.id, key.client, ", ".join(key.scopes), made, until, works)
    Console().print(table)


@key_group.command("rotate")
@click.argument("key_id", metavar="KEY")
@click.option(
    "--overlap-days", type=click.IntRange(0, 90), default=7, show_default=True,
    help="How long the old key works beside the new one.",
)  # fmt: skip
@_FOLDER
def rotate_command(key_id: str, overlap_days: int, folder: Path | None) -> None:
    """Make a new key with the scopes of KEY and print it; KEY ends after the overlap."""
    with _registry(folder) as store:
        key, text = clients.rotate(store, key_id, utc_now(), timedelta(days=overlap_days))
    click.echo(text)
    click.echo(f"key {key.id} takes the place of {key_id}; it is shown only now", err=True)


@key_group.command("revoke")
@click.argument("key_id", metavar="KEY")
@_FOLDER
def revoke_command(key_id: str, folder: Path | None) -> None:
    """Stop KEY at once, in every process."""
    with _registry(folder) as store:
        clients.revoke(store, key_id, utc_now())
    click.echo(f"key {key_id} works no more")


@contextmanager
def _registry(folder: Path | None) -> Iterator[Store]:
    bind = "127.0.0.1:8000"
    config = read_config() if folder is None else development.prepare(folder, bind, utc_now())
    store = clients.open_store(config)
    try:
        yield store
    finally:
        store.close()
