"""Documents as docgen really makes them stay PDF/A-2a and PDF/UA-1 under every signature and the seal."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import docgen
from signing.pades import Expected, Mark, Pades, check_progress, validate
from tests.pki import ServedPki
from tests.signing.pades.conftest import seal, sha256, sign, signature_of
from tests.signing.pades.oracle import openssl_opinions, pdfsig

TEMPLATES = Path(__file__).parents[3] / "templates"
DOCUMENTS = [("guidance-agreement", "core"), ("transfer-form", "form")]


@pytest.fixture(params=DOCUMENTS, ids=lambda pair: pair[1])
def document(request: pytest.FixtureRequest, office: docgen.Office) -> docgen.Document:
    """A document of a real packet type, filled with its sample."""
    packet_type, name = request.param
    catalog = docgen.Catalog(TEMPLATES)
    sample = json.loads((TEMPLATES / packet_type / "sample.json").read_text(encoding="utf-8"))
    values = docgen.complete(catalog.manifest(packet_type), sample, date(2026, 11, 23))
    generator = docgen.Generator(catalog, office, test=True)
    return generator.generate(packet_type, name, values, "MTR-0012345678-BGO01-C")


def test_a_real_document_conforms_after_every_signature_and_the_seal(
    document: docgen.Document, served_pki: ServedPki, pades: Pades, tmp_path: Path
):
    pdf, signed = document.pdf, []
    parties = [field for field in document.fields if field != "seal"]
    for field in parties:
        pdf = sign(pades, pdf, field, served_pki.clock())
        signed.append(field)
        empty = tuple({*document.fields} - {*signed})
        progress = Expected(tuple(signed), empty)
        report = check_progress(pdf, served_pki.trust, expected=progress, at=served_pki.clock())
        assert report.problems == ()
        assert _failures(pdf) == ()
    sealed = seal(pades, pdf, served_pki.clock())
    assert _failures(sealed) == ()
    report = validate(sealed, served_pki.trust, expected=Expected((*parties, "seal")), at=served_pki.clock())
    assert (report.problems, report.level) == ((), "B-LTA")
    opinions = openssl_opinions(sealed, served_pki.pki.root, tmp_path)
    assert [opinion.said for opinion in opinions if not (opinion.intact and opinion.timestamp_intact)] == []
    assert len(opinions) == len(parties) + 2
    assert pdfsig(sealed, tmp_path).count("Signature is Valid") == len(parties) + 1


def test_a_drawn_mark_conforms(document: docgen.Document, served_pki: ServedPki, pades: Pades):
    mark = Mark.read([[[0.1, 0.9], [0.3, 0.1], [0.5, 0.9]], [[0.7, 0.5]]])
    asked = replace(signature_of(document.fields[0]), mark=mark)
    now = served_pki.clock()
    signed = pades.apply_signature(document.pdf, asked, base_sha256=sha256(document.pdf), now=now)
    assert _failures(signed) == ()


def _failures(pdf: bytes) -> tuple[str, ...]:
    found = docgen.conformance(pdf)
    assert found.flavour == "PDF/A-2a"
    return found.failures or (() if found.pdfa and found.pdfua else ("refused without a reason",))
