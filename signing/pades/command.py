"""The command ``python -m signing validate``: one rule for people and for scripts."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from signing.pades.certificates import TrustRoots
from signing.pades.errors import UnusableFile, UnusableTrust
from signing.pades.model import Report
from signing.pades.validate import validate

VALID, NOT_VALID, UNUSABLE = 0, 1, 2


@click.command("validate")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--trust",
    "roots",
    type=click.Path(path_type=Path),
    required=True,
    multiple=True,
    help="PEM or DER file with the root certificate(s) to trust; may be given more than once.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the whole report as JSON.")
@click.pass_context
def validate_command(context: click.Context, file: Path, roots: tuple[Path, ...], as_json: bool) -> None:
    """Validate the seal and every signature of FILE, offline.

    Exit status: 0 valid, 1 not valid, 2 the file or a root cannot be used.
    """
    try:
        trust = TrustRoots.read(roots)
        report = validate(file.read_bytes(), trust, at=datetime.now(UTC))
    except OSError as error:
        _refuse(context, f"cannot read {file}: {error.strerror}", as_json)
    except (UnusableFile, UnusableTrust) as error:
        _refuse(context, str(error), as_json)
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
    else:
        _show(file, report)
    context.exit(VALID if report.valid else NOT_VALID)


def _refuse(context: click.Context, reason: str, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(json.dumps({"valid": False, "unusable": reason}, ensure_ascii=False))
    click.echo(f"unusable: {reason}", err=True)
    context.exit(UNUSABLE)


def _show(file: Path, report: Report) -> None:
    console = Console(highlight=False)
    table = Table("field", "name", "signed (UTC)", "level", "intact", "trusted")
    for signature in report.signatures:
        moment = signature.signed_at
        table.add_row(
            *(escape(text or "-") for text in (signature.field, signature.name)),
            f"{moment:%Y-%m-%d %H:%M:%S}" if moment else "-",
            signature.level or "-",
            *("yes" if holds else "NO" for holds in (signature.intact, signature.trusted)),
        )
    console.print(table)
    if report.timestamp is not None:
        console.print(f"document timestamp: {report.timestamp:%Y-%m-%d %H:%M:%S} UTC")
    for problem in report.problems:
        console.print(f"[red]problem:[/red] {escape(problem)}", soft_wrap=True)
    verdict = f"[green]VALID[/green] {report.level}" if report.valid else "[red]NOT VALID[/red]"
    console.print(f"{verdict}: {escape(file.name)}", soft_wrap=True)
