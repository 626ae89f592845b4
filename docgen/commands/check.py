"""python -m docgen check: every problem of a template folder at once."""

import sys
import tempfile
from pathlib import Path

import click

from docgen.catalog import MANIFEST
from docgen.checkup import checkup
from docgen.commands import screen
from docgen.convert import Office
from docgen.errors import DocgenError


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def check(folder: Path) -> None:
    """Check the template folder FOLDER, render its samples and judge them with veraPDF.

    Exit code 0: fine, perhaps with warnings. 1: it has errors. 2: it cannot be checked at all.
    """
    if not (folder / MANIFEST).is_file():
        screen.stop(f"{folder} holds no {MANIFEST}: give the folder of one packet type.")
    try:
        with tempfile.TemporaryDirectory(prefix="docgen-") as profiles, Office(Path(profiles)) as office:
            problems = checkup(folder, office, screen.today())
    except (DocgenError, OSError) as error:
        screen.stop(str(error))
    screen.show(problems, f"Problems with {folder.resolve().name}", "where")
    errors = sum(problem.severity == "error" for problem in problems)
    click.echo(f"{folder.resolve().name}: {errors} error(s), {len(problems) - errors} warning(s)")
    sys.exit(screen.PROBLEMS if errors else 0)
