"""python -m docgen batch TYPE LEASES -o DIR: the documents of many packets in one go."""

import os
import signal
import sys
import tempfile
from pathlib import Path

import click

from docgen.batch import REFUSED, Batch, Order, Tally
from docgen.catalog import Catalog
from docgen.commands import screen
from docgen.commands.progress import meter
from docgen.convert import Office
from docgen.errors import DocgenError, UnknownDocument
from docgen.generate import Generator
from docgen.journal import Journal
from docgen.manifest import Manifest
from docgen.rows import Rows

STOPPED = 130  # as a shell tells of SIGINT
CORES = len(os.sched_getaffinity(0))


@click.command()
@click.argument("type")
@click.argument("leases", type=click.Path(path_type=Path, exists=True))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder."
)
@click.option(
    "--document", "documents", multiple=True, help="Only this document or leaflet; may be given more often."
)
@click.option("--validation-url", help="The address for the QR code; {reference} in it is filled in.")
@click.option("--test", is_flag=True, help="Print TEST on every page.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=CORES, show_default="one per core", help="LibreOffices."
)
@screen.templates_option
def batch(
    type: str,
    leases: Path,
    output: Path,
    documents: tuple[str, ...],
    validation_url: str | None,
    test: bool,
    workers: int,
    templates: Path,
) -> None:
    """Fill the documents of packet type TYPE for every row of LEASES.

    LEASES is a file in .jsonl (one JSON object per line), .json (an array of objects) or .csv (columns named
    by their fields, such as tenant.email; lists as JSON), or a folder of .json files. A row holds what make
    takes; next to the values it may hold a reference, otherwise it gets the first one of its lease.

    The folder gets REFERENCE-DOCUMENT.pdf, made.jsonl with what was made, and refused.jsonl with the rows
    that were refused and why. Run it again to go on after a stop, or after a change: rows whose files are
    there and whose values and template did not change are kept.

    Exit code 0: all are made. 1: rows were refused, the others are made. 2: the input cannot be used at all.
    130: it was stopped.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that nothing is left behind
    try:
        catalog = Catalog(templates)
        manifest = catalog.manifest(type)
        order = Order(
            manifest, catalog.digest(type), _names(manifest, documents), screen.today(), validation_url
        )
        rows = Rows(leases, manifest)
        with (
            Journal(output) as journal,
            tempfile.TemporaryDirectory(prefix="docgen-") as profiles,
            Office(Path(profiles), workers=workers) as office,
            meter(len(rows)) as shown,
        ):
            making = Batch(Generator(catalog, office, test=test), order, journal, workers)
            tally = making.run(rows, lambda tally: shown.show(tally.done, _said(tally)))
    except (DocgenError, OSError) as error:
        screen.stop(str(error))
    except KeyboardInterrupt:
        click.echo("Stopped: run it again to go on.", err=True)
        sys.exit(STOPPED)
    click.echo(f"{output}: {_said(tally)}" + (f", see {output / REFUSED}" if tally.refused else ""))
    sys.exit(screen.PROBLEMS if tally.refused else 0)


def _names(manifest: Manifest, wanted: tuple[str, ...]) -> tuple[str, ...]:
    known = [sheet.name for sheet in manifest.sheets]
    for name in wanted:
        if name not in known:
            raise UnknownDocument(manifest.type, name, known)
    return tuple(dict.fromkeys(wanted)) or tuple(part.name for part in manifest.documents)


def _said(tally: Tally) -> str:
    parts = [f"{tally.made} made", f"{tally.kept} there already", f"{tally.refused} refused"]
    return ", ".join([*parts, *([f"{tally.warned} with warnings"] if tally.warned else [])])
