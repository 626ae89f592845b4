"""python -m docgen TYPE DATA.json -o OUT.pdf: the documents and leaflets of a packet from a file."""

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import click

from docgen.catalog import Catalog
from docgen.commands import screen
from docgen.convert import Office
from docgen.errors import DocgenError, InvalidValues, UnknownDocument
from docgen.generate import Document, Generator
from docgen.manifest import Manifest
from docgen.numbering import first_reference
from docgen.values import check, complete

PROBLEMS_TITLE = "Problems with the values"
LARGEST_DATA = 10 * 1024 * 1024


@click.command()
@click.argument("type")
@click.argument("data", type=click.Path(path_type=Path, dir_okay=False))
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="PDF.")
@click.option("--document", help="Only this document or leaflet; otherwise all the documents.")
@click.option("--reference", help="The reference to print; otherwise the first one of this lease.")
@click.option("--validation-url", help="The address for the QR code; otherwise there is none.")
@click.option("--test", is_flag=True, help="Print TEST on every page.")
@screen.templates_option
def make(
    type: str,
    data: Path,
    output: Path,
    document: str | None,
    reference: str | None,
    validation_url: str | None,
    test: bool,
    templates: Path,
) -> None:
    """Fill the documents of packet type TYPE with the values in DATA (JSON).

    TYPE may also be a leaflet that only one type has, such as lease-clause.

    Exit code 0: made. 1: the values have problems, which are listed. 2: the input cannot be used at all.
    """
    try:
        catalog = Catalog(templates)
        manifest, names = _wanted(catalog, type, document)
        given = _load(data)
        today = screen.today()
        screen.show(check(manifest, given, today), PROBLEMS_TITLE)
        values = complete(manifest, given, today)
        printed = reference or first_reference(manifest, values)
        with tempfile.TemporaryDirectory(prefix="docgen-") as folder, Office(Path(folder)) as office:
            generator = Generator(catalog, office, test=test)
            made = [
                generator.generate(manifest.type, name, values, printed, validation_url) for name in names
            ]
        _write(made, output)
    except InvalidValues as error:
        if any(problem.field == "reference" for problem in error.problems):
            screen.show(error.problems, PROBLEMS_TITLE)
        sys.exit(screen.PROBLEMS)
    except (DocgenError, OSError) as error:
        screen.stop(str(error))


def _wanted(catalog: Catalog, name: str, document: str | None) -> tuple[Manifest, list[str]]:
    """The manifest and which of its documents or leaflets; ``name`` is a type, or a leaflet of one type."""
    owner = None if name in catalog.types or document else catalog.leaflet_type(name)
    manifest = catalog.manifest(owner or name)
    wanted = name if owner else document
    if wanted is None:
        # A type that nobody signs, such as a letter, has leaflets only.
        return manifest, [each.name for each in manifest.documents or manifest.leaflets]
    if not (manifest.document(wanted) or manifest.leaflet(wanted)):
        raise UnknownDocument(manifest.type, wanted, (each.name for each in manifest.sheets))
    return manifest, [wanted]


def _load(path: Path) -> Mapping[str, object]:
    if path.stat().st_size > LARGEST_DATA:
        screen.stop(f"{path} is larger than {LARGEST_DATA >> 20} MB: give only the values of one packet.")
    text = path.read_bytes()
    if not text.strip():
        screen.stop(f"{path} is empty: write the values as a JSON object.")
    try:
        found = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        screen.stop(f"{path} is not JSON ({error}): correct it at that place.")
    if not isinstance(found, dict):
        screen.stop(f'{path} holds no JSON object: write the values as {{"lease_number": ...}}.')
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _write(documents: Sequence[Document], output: Path) -> None:
    for path, document in _paths(documents, output):
        path.write_bytes(document.pdf)
        fields = f"signature fields {', '.join(document.fields)}" if document.fields else "not signed"
        click.echo(f"{path}: {document.title}, {document.pages} page(s), {fields}")


def _paths(documents: Sequence[Document], output: Path) -> Iterator[tuple[Path, Document]]:
    first, *others = documents
    yield output, first
    for document in others:
        yield output.with_name(f"{output.stem}-{document.name}{output.suffix}"), document
