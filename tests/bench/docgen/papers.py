"""The documents that are raced: every one that is signed, filled with the sample of its packet type."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import docgen
from docgen.numbering import example_address, first_reference

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "templates"
TYPES = ("guidance-agreement", "transfer-form")


class Recorder(docgen.Office):
    """An office that keeps what it was given, so that the others get the very same DOCX."""

    last = b""

    def convert(self, docx: bytes) -> bytes:
        """As the office's own."""
        self.last = docx
        return super().convert(docx)


@dataclass(frozen=True)
class Paper:
    """One document, as data for the service and as a filled DOCX for the others."""

    type: str
    name: str
    data: Mapping[str, object]
    docx: Path
    pages: int

    def whole(
        self, catalog: docgen.Catalog, generator: docgen.Generator, today: date, *, with_html: bool
    ) -> docgen.Document:
        """What the service does: check and complete, fill, convert, prepare."""
        manifest = catalog.manifest(self.type)
        values = docgen.complete(manifest, self.data, today)
        reference = first_reference(manifest, values)
        address = example_address(reference)
        return generator.generate(self.type, self.name, values, reference, address, with_html=with_html)


def papers(catalog: docgen.Catalog, office: Recorder, today: date, folder: Path) -> list[Paper]:
    """All papers; their DOCX files go into the folder."""
    generator = docgen.Generator(catalog, office, test=False)
    made = []
    for type in TYPES:
        data = json.loads((TEMPLATES / type / "sample.json").read_bytes())
        for part in catalog.manifest(type).documents:
            path = folder / f"{type}-{part.name}.docx"
            paper = Paper(type, part.name, data, path, 0)
            pages = paper.whole(catalog, generator, today, with_html=False).pages
            path.write_bytes(office.last)
            made.append(Paper(type, part.name, data, path, pages))
    return made
