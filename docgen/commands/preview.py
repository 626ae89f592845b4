"""python -m docgen preview: the sample of a packet type, as PDF and as pictures of its pages."""

import json
import tempfile
from pathlib import Path

import click

from docgen.catalog import Catalog
from docgen.commands import screen
from docgen.convert import Office
from docgen.errors import DocgenError
from docgen.generate import Generator
from docgen.numbering import example_address, first_reference
from docgen.pictures import MOST_DPI, pages_as_pictures
from docgen.values import complete


@click.command()
@click.argument("type")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder."
)
@click.option("--sample", default="sample.json", show_default=True, help="File of the type's folder.")
@click.option("--dpi", type=click.IntRange(20, MOST_DPI), default=100, show_default=True)
@screen.templates_option
def preview(type: str, output: Path, sample: str, dpi: int, templates: Path) -> None:
    """Render the sample of packet type TYPE, with its leaflets, to PDF and PNG, marked as TEST."""
    try:
        catalog = Catalog(templates)
        manifest = catalog.manifest(type)
        values = complete(manifest, json.loads((templates / type / sample).read_bytes()), screen.today())
        reference = first_reference(manifest, values)
        output.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="docgen-") as profiles, Office(Path(profiles)) as office:
            generator = Generator(catalog, office, test=True)
            for sheet in manifest.sheets:
                made = generator.generate(type, sheet.name, values, reference, example_address(reference))
                _write(made.pdf, output / sheet.name, dpi)
    except (DocgenError, OSError, ValueError) as error:
        screen.stop(str(error))


def _write(pdf: bytes, start: Path, dpi: int) -> None:
    pictures = pages_as_pictures(pdf, dpi)
    start.with_suffix(".pdf").write_bytes(pdf)
    for old in start.parent.glob(f"{start.name}-[0-9]*.png"):
        old.unlink()  # of an earlier, longer preview
    for number, picture in enumerate(pictures, 1):
        start.with_name(f"{start.name}-{number:02d}.png").write_bytes(picture)
    click.echo(f"{start.with_suffix('.pdf')}: {len(pictures)} page(s)")
