"""A sealed document through the decades: valid offline when it was renewed in time, and otherwise not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from signing.pades import (
    DocumentChanged,
    Expected,
    NotRenewable,
    Pades,
    Report,
    TrustRoots,
    UnusableKey,
    renewal_due,
    validate,
)
from signing.pades.development import ensure
from signing.pades.development_server import serve
from tests.pki import FixedClock, ServedPki
from tests.signing.pades import forgeries
from tests.signing.pades.conftest import Papers, seal, sha256, sign
from tests.signing.pades.oracle import openssl_opinions
from tests.signing.pades.papers import PARTIES, prepared_pdf

ALL = Expected((*PARTIES, "seal"))
MARGIN = timedelta(days=365)


def on(year: int) -> datetime:
    """A day in November."""
    return datetime(year, 11, 23, 10, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Decades:
    """One document: sealed in 2026, renewed in 2034, in 2042 with a new TSA, and in 2050 with a new root."""

    sealed: bytes
    renewed: dict[int, bytes]
    roots: TrustRoots
    late: bytes

    def judge(self, pdf: bytes, year: int) -> Report:
        return validate(pdf, self.roots, expected=ALL, at=on(year))


@contextmanager
def served(pki: ServedPki, *roots: Path) -> Iterator[Pades]:
    """Signs and renews as long as the services of this PKI answer."""
    settings = pki.settings
    with serve(pki.pki, pki.clock), Pades(replace(settings, trust_roots=(pki.pki.root, *roots))) as pades:
        yield pades


def renew(pades: Pades, pdf: bytes, now: datetime) -> bytes:
    """The next revision."""
    return pades.renew(pdf, base_sha256=sha256(pdf), now=now)


@pytest.fixture(scope="module")
def decades(tmp_path_factory: pytest.TempPathFactory) -> Decades:
    """Every service answers in the year that the clock says; afterwards all of them are gone."""
    folder = tmp_path_factory.mktemp("decades")
    clock = FixedClock(on(2026))
    old = ServedPki(ensure(folder / "old", clock()), clock, folder)
    with served(old) as pades:
        sealed = prepared_pdf()
        for field in PARTIES:
            sealed = sign(pades, sealed, field, clock())
        sealed = seal(pades, sealed, clock())
    renewed = {}
    for year in (2034, 2042):
        clock.now = on(year)
        old.roll_tsa_over()
        with served(old) as pades:
            renewed[year] = renew(pades, renewed.get(2034, sealed), clock())
    clock.now = on(2050)
    new = old.successor()
    with serve(old.pki, clock), served(new, old.pki.root) as pades:
        renewed[2050] = renew(pades, renewed[2042], clock())
        late = forgeries.stamped_again(sealed, new.pki.tsa_url)
    roots = TrustRoots.read([old.pki.root, new.pki.root])
    shutil.rmtree(folder)
    return Decades(sealed, renewed, roots, late)


def test_a_renewal_that_was_missed_is_refused_with_the_day_that_it_ended(decades: Decades):
    for pdf, year, ended in ((decades.sealed, 2041, "2036-11-20"), (decades.renewed[2034], 2056, "2044-11-")):
        report = decades.judge(pdf, year)
        assert not report.valid
        assert any(
            f"the renewal was missed: this timestamp proves nothing after {ended}" in problem
            for problem in report.problems
        )


def test_a_timestamp_that_came_too_late_proves_nothing(decades: Decades):
    report = decades.judge(decades.late, 2051)
    assert not report.valid
    said = " | ".join(report.problems)
    assert "proves nothing after 2036-11-20" in said
    assert "it was renewed on 2050-11-23 only" in said


def test_what_ended_is_not_renewed(decades: Decades, served_pki: ServedPki, pades: Pades):
    with pytest.raises(NotRenewable, match="ended on 2036-11-20"):
        renew(pades, decades.sealed, on(2037))


def test_only_a_sealed_file_is_renewed(served_pki: ServedPki, pades: Pades, papers: Papers):
    for pdf in (papers.prepared, papers.signed, forgeries.with_note(papers.sealed)):
        with pytest.raises(NotRenewable, match="only a sealed file"):
            renew(pades, pdf, served_pki.clock())
    with pytest.raises(DocumentChanged):
        pades.renew(papers.sealed, base_sha256=sha256(papers.signed), now=served_pki.clock())
    with pytest.raises(NotRenewable, match="only a sealed file"):
        renewal_due(validate(papers.signed, served_pki.trust, at=served_pki.clock()), MARGIN)


@pytest.mark.parametrize("change", [forgeries.with_overlay, forgeries.with_note, forgeries.with_text_field])
def test_a_change_behind_the_seal_is_not_healed_by_a_timestamp(change, served_pki: ServedPki, papers: Papers):
    changed = forgeries.stamped_again(change(papers.sealed), served_pki.pki.tsa_url)
    report = validate(changed, served_pki.trust, expected=ALL, at=served_pki.clock())
    assert not report.valid
    assert any("tenant: the document was changed" in problem for problem in report.problems)


def test_a_signature_behind_a_document_timestamp_is_not_valid(
    served_pki: ServedPki, pades: Pades, papers: Papers
):
    now = served_pki.clock()
    early = forgeries.stamped_again(papers.certified, served_pki.pki.tsa_url)
    sealed = seal(pades, sign(pades, early, "referring_org", now), now)
    expected = Expected(("tenant", "referring_org", "seal"), ("corporation",))
    report = validate(sealed, served_pki.trust, expected=expected, at=now)
    assert any("a signature behind a document timestamp" in problem for problem in report.problems)


def test_a_timestamp_of_a_revoked_authority_is_not_renewed(tmp_path: Path):
    clock = FixedClock(on(2026))
    pki = ServedPki(ensure(tmp_path / "pki", clock()), clock, tmp_path)
    with served(pki) as pades:
        sealed = seal(pades, prepared_pdf(("seal",)), clock())
        clock.now = on(2030)
        pki.pki.revoke(pki.pki.entity("tsa").certificate.serial_number, clock() - timedelta(days=1))
        with pytest.raises(UnusableKey, match=r"TSA.*revoked"):
            renew(pades, sealed, clock())


@pytest.mark.parametrize("year", [2027, 2031, 2035])
def test_a_sealed_document_is_valid_offline_until_its_timestamp_ends(decades: Decades, year: int):
    report = decades.judge(decades.sealed, year)
    assert (report.problems, report.level) == ((), "B-LTA")


@pytest.mark.parametrize(
    ("renewal", "year"), [(2034, 2035), (2034, 2041), (2042, 2043), (2042, 2050), (2050, 2051), (2050, 2056)]
)
def test_a_document_that_was_renewed_in_time_is_valid_offline(decades: Decades, renewal: int, year: int):
    report = decades.judge(decades.renewed[renewal], year)
    assert (report.problems, report.level) == ((), "B-LTA")


def test_a_document_is_judged_by_the_roots_of_today_and_of_then(decades: Decades):
    old, new = decades.roots.certificates
    for roots in ((old,), (new,)):
        report = validate(decades.renewed[2050], TrustRoots(roots), expected=ALL, at=on(2056))
        assert not report.valid


def test_an_older_revision_is_a_prefix_of_a_newer_one(decades: Decades):
    chain = [decades.sealed, *decades.renewed.values()]
    for older, newer in pairwise(chain):
        assert newer.startswith(older)
        assert len(newer) - len(older) < 40_000


def test_the_report_tells_which_timestamp_proved_which_time(decades: Decades):
    report = decades.judge(decades.renewed[2050], 2056)
    assert [stamp.moment.year for stamp in report.timestamps if stamp.moment] == [2026, 2034, 2042, 2050]
    assert [stamp.judged_at.year for stamp in report.timestamps] == [2034, 2042, 2050, 2056]
    assert all(stamp.holds for stamp in report.timestamps)
    assert {signature.proved_by for signature in report.signatures} == {report.timestamps[0].field}
    changes = [(revision.change, revision.proofs) for revision in report.revisions]
    assert changes == [("signed", False)] * 4 + [("timestamped", True)] * 4
    chain = [decades.sealed, *decades.renewed.values()]
    assert [revision.sha256 for revision in report.revisions[4:]] == [sha256(pdf) for pdf in chain]


def test_a_renewal_is_due_before_the_certificate_of_the_last_timestamp_ends(decades: Decades):
    assert renewal_due(decades.judge(decades.sealed, 2027), MARGIN).date().isoformat() == "2035-11-21"
    due = renewal_due(decades.judge(decades.renewed[2042], 2043), MARGIN)
    assert due.year == 2050, "the root ends before the certificate of the timestamp does"


def test_openssl_agrees_on_a_renewed_file(
    served_pki: ServedPki, pades: Pades, papers: Papers, tmp_path: Path
):
    renewed = renew(pades, papers.sealed, served_pki.clock())
    report = validate(renewed, served_pki.trust, expected=ALL, at=served_pki.clock())
    assert (report.problems, report.level) == ((), "B-LTA")
    opinions = openssl_opinions(renewed, served_pki.pki.root, tmp_path)
    assert [opinion.said for opinion in opinions if not (opinion.intact and opinion.timestamp_intact)] == []
    assert [opinion.whole_file for opinion in opinions] == [False] * 5 + [True]
