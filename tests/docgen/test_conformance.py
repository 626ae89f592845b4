from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

import docgen
from tests.docgen import samples


@pytest.mark.parametrize("content", [b"", b"text", b"%PDF-1.7\n", b"%PDF-1.7\n" + b"\x00" * 5000])
def test_what_is_no_pdf_cannot_be_judged(content: bytes) -> None:
    with pytest.raises(docgen.UnusablePdf):
        docgen.conformance(content)


def test_a_file_that_claims_nothing_is_not_conforming(core: docgen.Document) -> None:
    silent = core.pdf
    for claim in (b"<pdfaid:part>2</pdfaid:part>", b"<pdfuaid:part>1</pdfuaid:part>"):
        silent = silent.replace(claim, b" " * len(claim))  # of the same length, so that the xref holds
    verdict = docgen.conformance(silent)
    assert (verdict.flavour, verdict.pdfa) == ("", False)
    assert any("does not say which flavour" in failure for failure in verdict.failures)


def test_a_claim_that_does_not_hold_is_told_by_its_clause(core: docgen.Document) -> None:
    broken = core.pdf.replace(b"/OutputIntents", b"/OutputIntentz")
    assert broken != core.pdf
    verdict = docgen.conformance(broken)
    assert (verdict.flavour, verdict.pdfa, verdict.pdfua) == ("PDF/A-2a", False, True)
    assert any("PDF/A-2a 6.2.4" in failure for failure in verdict.failures)


def test_libreoffice_alone_does_not_conform_so_preparing_is_needed(office: docgen.Office) -> None:
    verdict = docgen.conformance(office.convert(samples.word(["text"])))
    assert verdict.flavour == "PDF/A-2b"
    assert not verdict.pdfa


def test_several_threads_may_ask_at_once(core: docgen.Document) -> None:
    with ThreadPoolExecutor(4) as pool:
        verdicts = list(pool.map(docgen.conformance, [core.pdf] * 6))
    assert all(verdict.pdfa and verdict.pdfua for verdict in verdicts)
