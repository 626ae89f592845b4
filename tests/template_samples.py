"""The samples of the templates, and the documents made from them."""

import json
import tomllib
from datetime import date
from io import BytesIO
from typing import NamedTuple

import pypdf
import pypdfium2  # type: ignore[import-untyped]

import docgen
from tests.template_text import TEMPLATES

TODAY = date(2026, 11, 23)  # the day for which the samples are written
REFERENCE = "MTR-0012345678-BGO01-C"


class Case(NamedTuple):
    type: str
    document: str
    sample: str

    def __str__(self) -> str:
        return f"{self.type}-{self.document}-{self.sample}"


# Packets and evidence. What is a leaflet and nothing else, such as a validation report, has tests of its own.
TYPES = tuple(
    sorted(
        path.parent.name
        for path in TEMPLATES.glob("*/manifest.toml")
        if "documents" in tomllib.loads(path.read_text())
    )
)
SAMPLES = tuple(
    (type, path.stem) for type in TYPES for path in sorted((TEMPLATES / type).glob("sample*.json"))
)


def _cases(entry: str) -> tuple[Case, ...]:
    return tuple(
        Case(type, str(part["name"]), sample)
        for type, sample in SAMPLES
        for part in tomllib.loads((TEMPLATES / type / "manifest.toml").read_text()).get(entry, ())
    )


CASES = _cases("documents")
LEAFLETS = _cases("leaflets")
SHEETS = (*CASES, *LEAFLETS)


class Maker:
    """Makes documents from samples, each only once."""

    def __init__(self, catalog: docgen.Catalog, office: docgen.Office) -> None:
        self._catalog = catalog
        self._generators = {test: docgen.Generator(catalog, office, test=test) for test in (False, True)}
        self._made: dict[tuple[Case, bool], docgen.Document] = {}

    def make(self, case: Case, *, test: bool = False) -> docgen.Document:
        if (case, test) not in self._made:
            self._made[case, test] = self.make_from(case, sample_data(case.type, case.sample), test=test)
        return self._made[case, test]

    def values(self, case: Case) -> tuple[docgen.Manifest, dict[str, object]]:
        """The manifest and the complete values of a case."""
        manifest = self._catalog.manifest(case.type)
        return manifest, docgen.complete(manifest, sample_data(case.type, case.sample), TODAY)

    def make_from(self, case: Case, data: dict[str, object], *, test: bool = False) -> docgen.Document:
        values = docgen.complete(self._catalog.manifest(case.type), data, TODAY)
        url = f"https://zegel.voorbeeld.nl/validatie/{REFERENCE}"
        return self._generators[test].generate(case.type, case.document, values, REFERENCE, url)


def sample_data(type: str, sample: str) -> dict[str, object]:
    found = json.loads((TEMPLATES / type / f"{sample}.json").read_text())
    assert isinstance(found, dict)
    return found


def page_texts(made: docgen.Document) -> list[str]:
    """The text of each page on one line."""
    with pypdfium2.PdfDocument(made.pdf) as pdf:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in pdf]


def page_of(made: docgen.Document, field: str) -> int:
    """On which page a signature field is, from 0."""
    for number, page in enumerate(pypdf.PdfReader(BytesIO(made.pdf)).pages):
        if any(each.get_object().get("/T") == field for each in page.get("/Annots", ())):
            return number
    raise AssertionError(f"no field {field}")
