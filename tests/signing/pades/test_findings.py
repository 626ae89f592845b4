"""Reasons with a stable code, and reports that survive as JSON."""

import json
import string

import pytest

from signing.pades import Expected, Finding, Report, validate
from signing.pades.findings import SENTENCES
from tests.pki import ServedPki
from tests.signing.pades import forgeries
from tests.signing.pades.conftest import Papers


def test_a_reason_without_a_code_or_with_an_open_place_cannot_be_made():
    with pytest.raises(KeyError):
        Finding.of("just-because")
    with pytest.raises(KeyError):
        Finding.of("weak-digest", "tenant")


@pytest.mark.parametrize("code", SENTENCES)
def test_every_reason_has_a_sentence(code: str):
    places = {name for _, name, _, _ in string.Formatter().parse(SENTENCES[code]) if name}
    found = Finding.of(code, "tenant", **dict.fromkeys(places, "this"))
    assert str(found).startswith("tenant: ")
    assert "{" not in str(found)


@pytest.mark.parametrize("plain", [{}, [], None, {"valid": True}, "report"])
def test_what_is_no_report_is_not_read_as_one(plain):
    with pytest.raises(ValueError, match=r"expected|members"):
        Report.read(plain)


def test_a_member_of_another_kind_is_not_read(served_pki: ServedPki, papers: Papers):
    plain = validate(papers.sealed, served_pki.trust, at=served_pki.clock()).as_dict()
    for wrong in ({"valid": "yes"}, {"revisions": [{"change": "eaten"}]}, {"timestamp": 5}, {"more": 1}):
        with pytest.raises(ValueError, match=r"expected|members"):
            Report.read({**plain, **wrong})


def test_a_report_survives_as_json(served_pki: ServedPki, papers: Papers):
    for pdf in (papers.sealed, papers.signed, forgeries.with_note(papers.sealed)):
        report = validate(pdf, served_pki.trust, at=served_pki.clock())
        assert Report.read(json.loads(json.dumps(report.as_dict()))) == report


def test_problems_are_the_findings_in_words(served_pki: ServedPki, papers: Papers):
    expected = Expected(("tenant",), subject="MTR-0012345678-BGO02-C")
    report = validate(papers.signed, served_pki.trust, expected=expected, at=served_pki.clock())
    assert report.problems == tuple(str(finding) for finding in report.findings)
    assert "the document calls itself nothing, not MTR-0012345678-BGO02-C" in report.problems
    assert {"not-sealed", "signature-unexpected", "other-document"} <= {
        finding.code for finding in report.findings
    }
