"""The report as a PDF of its own: it conforms, says what it must, and survives a hostile file."""

from dataclasses import replace
from datetime import date

import pytest

import docgen
from signing.config import TEMPLATES
from signing.pades import Report
from signing.report import LANGUAGES, Answer, report_pdf, report_texts, tell
from tests import people
from tests.signing.report.conftest import REFERENCE

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def catalog() -> docgen.Catalog:
    return docgen.Catalog(TEMPLATES)


@pytest.fixture(scope="module")
def generator(catalog: docgen.Catalog, office: docgen.Office) -> docgen.Generator:
    return docgen.Generator(catalog, office, test=True)


def make(found: Answer, language: str, catalog: docgen.Catalog, generator: docgen.Generator) -> bytes:
    told = tell(found, report_texts(language), language)
    return report_pdf(found, told, catalog, generator, service="Huurzegel TEST", today=TODAY)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verdict", ["genuine", "unknown", "not-valid", "unusable"])
def test_a_report_conforms_and_says_the_verdict(
    answers: dict[str, Answer],
    verdict: str,
    language: str,
    catalog: docgen.Catalog,
    generator: docgen.Generator,
):
    pdf = make(answers[verdict], language, catalog, generator)
    assert docgen.conformance(pdf) == docgen.Conformance("PDF/A-2a", True, True, ())
    text = people.text_of(pdf)
    assert report_texts(language).get(f"report.headline.{verdict}") in text
    assert answers[verdict].file.sha256 in text
    assert "TEST" in text


def test_names_are_printed_as_they_are(
    answers: dict[str, Answer], catalog: docgen.Catalog, generator: docgen.Generator
):
    text = people.text_of(make(answers["genuine"], "nl", catalog, generator))
    assert "Anne-Fleur van der Meijden-Şahin" in text
    assert "W. Wałęsa" in text


def test_what_no_document_can_print_becomes_question_marks(
    answers: dict[str, Answer], catalog: docgen.Catalog, generator: docgen.Generator
):
    hostile = replace(
        answers["not-valid"].report,
        signatures=tuple(
            replace(signature, name="签名\x00<&{{ 7*7 }}" * 50, reason="123456782", role="\u202e")
            for signature in _report(answers["not-valid"]).signatures
        ),
        title="\u0627" * 500,
    )
    found = replace(answers["not-valid"], report=hostile)
    text = people.text_of(make(found, "nl", catalog, generator))
    assert "{{ 7*7 }}" in text
    assert "签" not in text


def test_a_valid_file_gives_the_report_its_reference(
    answers: dict[str, Answer], catalog: docgen.Catalog, generator: docgen.Generator
):
    named = replace(answers["genuine"], report=replace(_report(answers["genuine"]), subject=REFERENCE))
    assert f"Kenmerk {REFERENCE}" in people.text_of(make(named, "nl", catalog, generator))
    claims = replace(answers["not-valid"], report=replace(_report(answers["not-valid"]), subject=REFERENCE))
    assert f"Kenmerk {REFERENCE} ·" not in people.text_of(make(claims, "nl", catalog, generator))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_folder_passes_the_check_that_authors_run(language: str, catalog: docgen.Catalog):
    name = {"nl": "validation-report", "en": "validation-report-en"}[language]
    manifest = catalog.manifest(name)
    assert manifest.language == {"nl": "nl-NL", "en": "en-GB"}[language]
    assert [leaflet.name for leaflet in manifest.leaflets] == ["report"]
    assert manifest.recipients == ()


def _report(found: Answer) -> Report:
    assert found.report is not None
    return found.report
