"""The report of a validation is plain: it can be kept, and holds on to nothing."""

from signing.pades import TrustRoots, validate
from tests.pki import ServedPki
from tests.signing.pades.conftest import Papers


def test_a_report_holds_only_plain_text(served_pki: ServedPki, papers: Papers) -> None:
    report = validate(papers.sealed, TrustRoots.read([served_pki.pki.root]), at=served_pki.clock())
    assert {type(signature.field) for signature in report.signatures} == {str}
    assert {type(field) for field in report.empty_fields} <= {str}
