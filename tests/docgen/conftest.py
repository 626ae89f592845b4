"""What every docgen test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

import docgen
from tests.docgen import samples


@pytest.fixture(scope="session")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> docgen.Catalog:
    """The small packet type, from disk."""
    return docgen.Catalog(samples.write_folder(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def generator(catalog: docgen.Catalog, office: docgen.Office) -> docgen.Generator:
    """Makes the small packet's documents, without the TEST mark."""
    return docgen.Generator(catalog, office, test=False)


@pytest.fixture(scope="session")
def core(catalog: docgen.Catalog, office: docgen.Office) -> docgen.Document:
    """The core document of the small packet, made once with the TEST mark."""
    values = docgen.complete(samples.manifest(), samples.data(), samples.TODAY)
    return docgen.Generator(catalog, office, test=True).generate(
        "small-lease", "core", values, samples.REFERENCE
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A templates folder of the test's own, to break."""
    return samples.write_folder(tmp_path / "templates")
