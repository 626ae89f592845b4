from __future__ import annotations

import io
from pathlib import Path

import docx
import pypdfium2
import pytest
from pypdf import PdfReader

import docgen
from tests.docgen import samples


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def test_values_that_did_not_come_from_complete_are_refused(generator: docgen.Generator) -> None:
    with pytest.raises(docgen.InvalidValues, match="guide"):
        generator.generate("small-lease", "core", {}, samples.REFERENCE)


@pytest.mark.parametrize("reference", ["", "x" * 41, "a\nb", "é"])
def test_a_reference_that_cannot_be_printed_is_refused(generator: docgen.Generator, reference: str) -> None:
    values = docgen.complete(samples.manifest(), samples.data(), samples.TODAY)
    with pytest.raises(docgen.InvalidValues, match="reference"):
        generator.generate("small-lease", "core", values, reference)


def test_an_unknown_type_or_document_is_named_with_those_that_exist(generator: docgen.Generator) -> None:
    with pytest.raises(docgen.UnknownType, match="small-lease"):
        generator.generate("no-lease", "core", {}, samples.REFERENCE)
    with pytest.raises(docgen.UnknownDocument, match="core, annex"):
        generator.generate("small-lease", "nothing", {}, samples.REFERENCE)


def test_a_document_that_shows_on_the_screen_what_is_not_on_paper_is_not_made(
    folder: Path, office: docgen.Office
) -> None:
    path = folder / "small-lease" / "core.docx"
    document = docx.Document(str(path))
    document.add_paragraph().add_run("De huur is nul euro.").font.hidden = True
    document.save(str(path))
    generator = docgen.Generator(docgen.Catalog(folder), office, test=False)
    values = docgen.complete(samples.manifest(), samples.data(), samples.TODAY)

    with pytest.raises(docgen.TemplateFault, match=r"core\.docx: Paper.*differ.*De huur is nul euro"):
        generator.generate("small-lease", "core", values, samples.REFERENCE)
    assert generator.generate("small-lease", "core", values, samples.REFERENCE, with_html=False).html == ""


def test_the_core_holds_the_values_as_a_reader_expects_them(core: docgen.Document) -> None:
    text = text_of(core.pdf)
    for expected in (
        "Ayşe van der Wałęsa-O’Neill, 3511 AB, 12",
        "Van 1 december 2026 tot en met 30 november 2028. Gesproken: ja.",
        "Contingent (contingent) met tussenvoegsel",
        "Huurder: Samen, 24 december 2026",
        samples.REFERENCE,
    ):
        assert expected in text
        assert expected in core.html.replace("&#x27;", "'")
    assert "None" not in text


def test_each_page_says_test_only_when_it_is_one(core: docgen.Document, generator: docgen.Generator) -> None:
    values = docgen.complete(samples.manifest(), samples.data(), samples.TODAY)
    real = generator.generate("small-lease", "core", values, samples.REFERENCE)
    assert text_of(core.pdf).count("TEST") == core.pages
    assert "TEST" in core.html
    assert "TEST" not in text_of(real.pdf)
    assert "TEST" not in real.html


def test_every_recipient_of_a_document_has_one_empty_field_and_the_seal_comes_last(
    core: docgen.Document, generator: docgen.Generator
) -> None:
    values = docgen.complete(samples.manifest(), samples.data(), samples.TODAY)
    annex = generator.generate("small-lease", "annex", values, samples.REFERENCE)
    assert core.fields == ("tenant", "referring_org", "corporation", "seal")
    assert annex.fields == ("tenant", "referring_org", "seal")
    fields = PdfReader(io.BytesIO(annex.pdf)).get_fields() or {}
    assert tuple(fields) == annex.fields
    assert all(field.get("/V") is None for field in fields.values())


@pytest.mark.parametrize("remark", ["Samen besproken.", None])
def test_only_who_takes_part_has_a_field(folder, office: docgen.Office, remark: str | None) -> None:
    toml = (folder / "small-lease" / "manifest.toml").read_text(encoding="utf-8")
    toml = toml.replace('role = "corporation"', 'role = "corporation"\nwhen = "remark"')
    (folder / "small-lease" / "manifest.toml").write_text(toml, encoding="utf-8")
    lines = [*samples.CORE[:-2], "{%p if remark %}", *samples.CORE[-2:-1], "{%p endif %}", samples.CORE[-1]]
    (folder / "small-lease" / "core.docx").write_bytes(samples.word(lines))
    catalog = docgen.Catalog(folder)
    data = samples.data(lambda values: values.update(remark=remark))
    values = docgen.complete(catalog.manifest("small-lease"), data, samples.TODAY)
    made = docgen.Generator(catalog, office, test=False).generate(
        "small-lease", "core", values, samples.REFERENCE
    )
    assert ("corporation" in made.fields) == (remark is not None)
    assert tuple(PdfReader(io.BytesIO(made.pdf)).get_fields() or {}) == made.fields


def test_a_mark_of_who_does_not_take_part_is_refused(folder, office: docgen.Office) -> None:
    toml = (folder / "small-lease" / "manifest.toml").read_text(encoding="utf-8")
    toml = toml.replace('role = "corporation"', 'role = "corporation"\nwhen = "remark"')
    (folder / "small-lease" / "manifest.toml").write_text(toml, encoding="utf-8")
    catalog = docgen.Catalog(folder)
    values = docgen.complete(catalog.manifest("small-lease"), samples.data(), samples.TODAY)
    with pytest.raises(docgen.TemplateFault, match="'corporation' is not here"):
        docgen.Generator(catalog, office, test=False).generate(
            "small-lease", "core", values, samples.REFERENCE
        )


def test_what_is_for_the_parties_reaches_the_annex_and_never_an_archived_document(
    folder, office: docgen.Office
) -> None:
    (folder / "small-lease" / "core.docx").write_bytes(samples.word([*samples.CORE, "{{ wish }}"]))
    generator = docgen.Generator(docgen.Catalog(folder), office, test=False)
    values = docgen.complete(samples.manifest(), samples.data(), samples.TODAY)
    annex = generator.generate("small-lease", "annex", values, samples.REFERENCE)
    assert "Graag rust." in text_of(annex.pdf)
    with pytest.raises(docgen.TemplateFault, match=r"small-lease/core.docx.*wish"):
        generator.generate("small-lease", "core", values, samples.REFERENCE)


def test_what_is_metadata_reaches_no_document(folder, office: docgen.Office) -> None:
    (folder / "small-lease" / "annex.docx").write_bytes(samples.word([*samples.ANNEX, "{{ tenant.email }}"]))
    generator = docgen.Generator(docgen.Catalog(folder), office, test=False)
    values = docgen.complete(samples.manifest(), samples.data(), samples.TODAY)
    with pytest.raises(docgen.TemplateFault, match="'email' is not here, or may not be shown"):
        generator.generate("small-lease", "annex", values, samples.REFERENCE)


@pytest.mark.parametrize(
    "nasty",
    [
        "{{ 7*7 }} {% raw %} {_{ 7 }_}",
        "<w:p/></w:t> 1 < 2 & \"x\" 'y'",
        "${7*7} #{7} <script>alert(1)</script>",
    ],
)
def test_markup_and_braces_in_a_value_are_simply_text(generator: docgen.Generator, nasty: str) -> None:
    values = docgen.complete(
        samples.manifest(), samples.data(lambda data: data.update(remark=nasty)), samples.TODAY
    )
    made = generator.generate("small-lease", "core", values, samples.REFERENCE)
    assert nasty in text_of(made.pdf)
    assert "<script" not in made.html


def test_every_document_is_what_it_claims_to_be(core: docgen.Document) -> None:
    verdict = docgen.conformance(core.pdf)
    assert verdict == docgen.Conformance("PDF/A-2a", True, True, ())
