"""Answers of every kind, from the papers of the signing tests."""

from datetime import UTC, datetime, timedelta

import pytest

from signing.pades import UnusableFile, validate
from signing.report import Answer, File, Issued, Unusable, answer
from tests.pki import ServedPki
from tests.signing.pades import forgeries
from tests.signing.pades.conftest import Papers, pades, papers

__all__ = ["pades", "papers"]

MOMENT = datetime(2026, 11, 23, 9, 5, 12, tzinfo=UTC)
HOSTILE_NAME = "\u202e<b>بيت\x1b[31m.pdf"
REFERENCE = "MTR-0012345678-BGO01-C"


def answer_of(pdf: bytes, pki: ServedPki, issued: Issued, name: str = "brief.pdf") -> Answer:
    """The answer about a file, judged in this process."""
    at = pki.clock() + timedelta(seconds=1)
    try:
        report = validate(pdf, pki.trust, at=at)
    except UnusableFile as error:
        return answer(File(name, len(pdf), "0" * 64), Unusable(error.code, str(error)), issued, MOMENT)
    return answer(File(name, len(pdf), report.sha256), report, issued, MOMENT)


@pytest.fixture(scope="session")
def answers(served_pki: ServedPki, papers: Papers) -> dict[str, Answer]:
    """One answer per verdict; the file that is not valid has a hostile name."""
    known = Issued("exact", REFERENCE, "Begeleidingsovereenkomst")
    return {
        "genuine": answer_of(papers.sealed, served_pki, known),
        "valid": answer_of(papers.sealed, served_pki, Issued("not-asked")),
        "unknown": answer_of(papers.sealed, served_pki, Issued("unknown")),
        "not-valid": answer_of(
            forgeries.with_text_field(papers.sealed),
            served_pki,
            Issued("unknown"),
            "\u202e<b>بيت\x1b[31m.pdf",
        ),
        "unusable": answer_of(b"hello", served_pki, Issued("not-asked"), "foto.jpg"),
    }
