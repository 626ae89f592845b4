from __future__ import annotations

from pathlib import Path

import pytest

import docgen
from tests.docgen import samples


def test_a_folder_whose_name_is_not_its_type_is_refused(folder: Path) -> None:
    (folder / "small-lease").rename(folder / "other")
    with pytest.raises(docgen.InvalidManifest, match="differs from the folder's name, other"):
        docgen.Catalog(folder)


def test_a_missing_document_is_refused_by_its_path(folder: Path) -> None:
    (folder / "small-lease" / "annex.docx").unlink()
    with pytest.raises(docgen.TemplateFault, match=r"small-lease/annex\.docx is not there"):
        docgen.Catalog(folder)


def test_a_document_that_is_no_docx_is_refused(folder: Path) -> None:
    (folder / "small-lease" / "annex.docx").write_bytes(b"not a zip")
    with pytest.raises(docgen.TemplateFault, match=r"small-lease/annex\.docx: .*no readable DOCX"):
        docgen.Catalog(folder)


def test_a_manifest_in_another_encoding_is_refused(folder: Path) -> None:
    (folder / "small-lease" / "manifest.toml").write_bytes('title = "é"'.encode("latin-1"))
    with pytest.raises(docgen.InvalidManifest, match="not UTF-8"):
        docgen.Catalog(folder)


def test_an_unknown_type_lists_the_known_ones(catalog: docgen.Catalog) -> None:
    for ask in (catalog.manifest, catalog.digest, lambda name: catalog.docx(name, "core")):
        with pytest.raises(docgen.UnknownType, match="choose one of small-lease") as caught:
            ask("../small-lease")
        assert caught.value.known == ("small-lease",)


def test_a_type_gives_its_manifest_and_documents(catalog: docgen.Catalog) -> None:
    assert catalog.types == ("small-lease",)
    assert catalog.manifest("small-lease") == samples.manifest()
    assert catalog.docx("small-lease", "core").startswith(b"PK")


def test_the_digest_follows_every_file_and_only_the_files(folder: Path) -> None:
    before = docgen.Catalog(folder).digest("small-lease")
    assert docgen.Catalog(folder).digest("small-lease") == before
    (folder / "small-lease" / "summary.nl.md").write_text("# In het kort\n\nU huurt.\n", encoding="utf-8")
    after = docgen.Catalog(folder).digest("small-lease")
    assert after != before
    assert len(after) == 64


def test_what_changes_on_disk_later_is_not_seen(folder: Path) -> None:
    catalog = docgen.Catalog(folder)
    before = catalog.docx("small-lease", "core")
    (folder / "small-lease" / "core.docx").write_bytes(b"changed")
    assert catalog.docx("small-lease", "core") == before
