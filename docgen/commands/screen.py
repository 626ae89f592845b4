"""How the commands speak: problems as a table, an end with a code, the folder of templates, today."""

import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table

from docgen.errors import Problem

TEMPLATES = Path(__file__).parents[2] / "templates"
PROBLEMS, UNUSABLE = 1, 2  # exit codes
AMSTERDAM = ZoneInfo("Europe/Amsterdam")

templates_option = click.option(
    "--templates",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=TEMPLATES,
    show_default=False,
    help="Folder with the packet types.",
)


def today() -> date:
    """The day in the Netherlands."""
    return datetime.now(AMSTERDAM).date()


def stop(message: str) -> NoReturn:
    """End with code 2: the input cannot be used at all."""
    click.echo(f"Error: {message}", err=True)
    sys.exit(UNUSABLE)


def show(problems: Sequence[Problem], title: str, where: str = "field") -> None:
    """The problems as a table on stderr; nothing when there is none."""
    if not problems:
        return
    table = Table(where, "what", "why", "do", title=title)
    for problem in problems:
        hint = f" ({problem.value_hint})" if problem.value_hint else ""
        table.add_row(problem.field, problem.severity, problem.reason, problem.advice + hint)
    Console(stderr=True, markup=False).print(table)
