"""The command line of the service: ``python -m signing --help``."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from signing import demo, development, dossier, serving, starting
from signing.config import read_config
from signing.errors import SigningError
from signing.pades import TrustRoots, UnusableTrust, validate_command
from signing.services import open_services, utc_now
from signing.work import DurableAgenda, try_again


@click.group()
def main() -> None:
    """Huurzegel: signs, seals and archives the agreements that belong to a lease."""


@main.command("serve")
@click.option(
    "--development", "folder", type=click.Path(path_type=Path), help="Folder with development keys."
)
@click.option(
    "--bind", default="127.0.0.1:8000", show_default=True, help="Address and port, with --development."
)
@click.option("--samples", is_flag=True, help="With --development: make the sample agreements.")
def serve_command(folder: Path | None, bind: str, samples: bool) -> None:
    """Run the service; its settings come from HUURZEGEL_… in the environment."""
    if folder is None:
        serving.run(read_config())
        return
    pki = development.development_pki(folder, utc_now())
    config = development.prepare(folder, bind, utc_now())
    click.echo(f"Open http://{bind}/ontwikkeling/post for the mails with their links. Stop with Ctrl+C.")
    serving.run(config, pki, samples=samples)


@main.command("check")
@click.option(
    "--development", "folder", type=click.Path(path_type=Path), help="Folder with development keys."
)
def check_command(folder: Path | None) -> None:
    """Say whether the service could sign and seal, and until when: exit 0, or 1 with all problems."""
    pki = None if folder is None else development.development_pki(folder, utc_now())
    config = read_config() if folder is None else development.prepare(folder, "127.0.0.1:8000", utc_now())
    found = starting.check(config, pki)
    table = Table("Use", "Certificate", "Ends", "Days left")
    for end in found.certificates:
        table.add_row(end.use, end.subject, f"{end.ends:%Y-%m-%d}", str(end.days(found.at)))
    Console().print(table)
    for warning in found.warnings:
        click.echo(f"warning: {warning}")
    for problem in found.problems:
        click.echo(f"problem: {problem}")
    click.echo("ready" if found.ready else "not ready")
    sys.exit(0 if found.ready else 1)


@main.command("demo")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("var/demo"), show_default=True)
def demo_command(folder: Path) -> None:
    """Run the whole job with sample data: the service, and its users over HTTP and mail."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=200)  # a table in a log is read whole, not folded
    demo.run(folder, console)


@main.command("stuck")
@click.option(
    "--development", "folder", type=click.Path(path_type=Path), help="Folder with development keys."
)
@click.option("--retry", nargs=2, metavar="PACKET STEP", help="Promise this work again.")
def stuck_command(folder: Path | None, retry: tuple[str, str] | None) -> None:
    """List the work that waits for a human."""
    config = read_config() if folder is None else development.prepare(folder, "127.0.0.1:8000", utc_now())
    with open_services(config, DurableAgenda) as services:
        if retry is not None:
            try_again(services, *retry)
        with services.store.read() as tx:
            waiting = tx.attention.all()
    table = Table("Packet", "Step", "Since", "Reason", title=f"{len(waiting)} waiting")
    for stuck in waiting:
        table.add_row(stuck.packet_id, stuck.step, f"{stuck.since:%Y-%m-%d %H:%M} UTC", stuck.reason)
    Console().print(table)


@main.command("evidence")
@click.argument("wanted", metavar="REFERENCE")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="A new folder.")
@click.option(
    "--development", "folder", type=click.Path(path_type=Path), help="Folder with development keys."
)
def evidence_command(wanted: str, output: Path, folder: Path | None) -> None:
    """Write every file that proves a packet to a folder: documents, evidence, audit trail."""
    config = read_config() if folder is None else development.prepare(folder, "127.0.0.1:8000", utc_now())
    with open_services(config, DurableAgenda) as services:
        files = dossier.export(services, None, wanted)
    output.mkdir(parents=True)
    for name, data in files.items():
        (output / name).write_bytes(data)
    click.echo(f"{len(files)} files in {output}")


@main.command("validate-evidence")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--trust", "roots", type=click.Path(path_type=Path), multiple=True, required=True, help="PEM.")
def validate_evidence_command(folder: Path, roots: tuple[Path, ...]) -> None:
    """Prove from the files alone that documents, evidence and audit trail belong together: exit 0, 1 or 2."""
    try:
        files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
        problems = dossier.problems(files, TrustRoots.read(roots), utc_now())
    except (OSError, UnusableTrust) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    for problem in problems:
        click.echo(f"not valid: {problem}")
    click.echo("not valid" if problems else f"valid: {len(files)} files belong together and are unchanged")
    sys.exit(1 if problems else 0)


main.add_command(validate_command, "validate")


if __name__ == "__main__":
    try:
        main()
    except SigningError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
