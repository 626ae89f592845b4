"""Long term: renewed in time by the service itself, and provable from the files alone through the decades."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from signing import dossier, renewal, renewing
from signing.archive import ArchiveConflict
from signing.blobs import BlobDamaged
from signing.pades import TimestampUnavailable, TrustRoots, validate
from signing.services import Services
from signing.steps import STEPS, look
from signing.steps.renew import NothingGained, RenewalMissed
from tests import people
from tests.conftest import Case, Clock, Stages
from tests.signing import decades
from tests.signing.test_steps import broken_tsa

REFERENCE = "MTR-0012345678-BGO01-C"


@dataclass(frozen=True)
class Thirty:
    """What thirty years left: the archive's folder, the roots that were ever trusted, and two dossiers."""

    archive: Path
    roots: TrustRoots
    renewed: list[datetime]
    files_of_2026: dict[str, bytes]
    files_of_2056: dict[str, bytes]

    def sealed(self, package: str) -> list[bytes]:
        """Document and evidence of a package, as the corporation has them."""
        folder = self.archive / package
        return [(folder / f"{package}{ending}").read_bytes() for ending in (".pdf", ".evidence.pdf")]


@pytest.fixture(scope="module")
def thirty(stages: Stages, tmp_path_factory: pytest.TempPathFactory) -> Thirty:
    """One packet from 2025 to 2056: a new certificate of the TSA in 2034 and 2042, a new root in 2049."""
    folder, clock = tmp_path_factory.mktemp("thirty"), Clock()
    with stages.open("delivered", folder, clock) as case:
        then = dossier.export(case.services, None, REFERENCE)
        renewed = decades.live(case.services, clock, (2026, 1), (2034, 1))
    for start, end in (((2034, 1), (2042, 6)), ((2042, 6), (2049, 6))):
        clock.now = decades.first_of(*start)
        decades.roll_tsa_over(folder, clock)
        with decades.started(folder, clock) as services:
            renewed += decades.live(services, clock, start, end)
    clock.now = decades.first_of(2049, 6)
    successor = decades.successor(folder, clock)
    with decades.started(folder, clock, successor) as services:
        renewed += decades.live(services, clock, (2049, 6), (2056, 1))
        now = dossier.export(services, None, REFERENCE)
    roots = TrustRoots.read([folder / "trust" / "root.pem", successor.root])
    for gone in ("data", "pki", "successor", "mail"):
        shutil.rmtree(folder / gone)
    return Thirty(folder / "archive" / "MTR", roots, renewed, then, now)


def renewals(services: Services, case: Case) -> int:
    with services.store.read() as tx:
        return len(tx.renewals.of(case.packet.id))


def stuck(case: Case) -> list[tuple[str, str]]:
    with case.services.store.read() as tx:
        return [(each.step, each.reason) for each in tx.attention.all(case.packet.id)]


# The rule


@pytest.mark.parametrize(
    ("years", "margin", "before_end"),
    [(10, 365, 365), (10, 30, 30), (1, 365, 182.5), (10, 100_000, 5 * 365)],
)
def test_a_renewal_is_due_a_margin_before_the_end_but_never_in_the_first_half(
    years: int, margin: int, before_end: float
) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    end = start + timedelta(days=365 * years)
    assert renewal.due(start, end, timedelta(days=margin)) == end - timedelta(days=before_end)


# Refusals


def test_a_packet_that_is_not_due_is_left_as_it_is(delivered: Case) -> None:
    STEPS["renew"](delivered.services, delivered.packet.id, "1")
    assert look(delivered.services).due == ()
    assert renewals(delivered.services, delivered) == 0


def test_a_renewal_that_was_missed_waits_on_the_list_with_the_reason_once(due: Case) -> None:
    due.clock.now = decades.first_of(2036, 1)
    for _ in range(2):
        assert look(due.services).missed == (due.packet.id,)
        due.clock.move(days=1)
    assert people.run_due(due.services) == []
    ((step, reason),) = stuck(due)
    assert step == "renew:1"
    assert "RenewalMissed: The renewal was missed: the timestamp proved until 2035-11-22" in reason
    with pytest.raises(RenewalMissed):
        STEPS["renew"](due.services, due.packet.id, "1")
    (outcome,) = renewing.run(due.services)
    assert (outcome.reference, outcome.done) == (REFERENCE, False)
    assert "was missed" in outcome.told
    assert renewals(due.services, due) == 0


def test_a_timestamp_that_proves_no_longer_than_the_last_is_not_kept(
    stages: Stages, tmp_path: Path, clock: Clock
) -> None:
    with stages.open("delivered", tmp_path, clock) as case:
        clock.now = decades.first_of(2034, 12)
        with pytest.raises(NothingGained, match="ends on 2035-11-22"):
            STEPS["renew"](case.services, case.packet.id, "1")
        assert renewals(case.services, case) == 0


def test_without_a_timestamp_nothing_is_renewed(due: Case) -> None:
    with broken_tsa(due.services) as pades, pytest.raises(TimestampUnavailable):
        STEPS["renew"](replace(due.services, pades=pades), due.packet.id, "1")
    assert renewals(due.services, due) == 0


def test_a_file_that_was_damaged_on_the_disk_is_not_renewed(due: Case) -> None:
    with due.services.store.read() as tx:
        key = tx.documents.get(due.packet.id, "annex").sealed_sha256 or ""
    blob = due.services.config.data / "documents" / key[:2] / key
    blob.write_bytes(blob.read_bytes().replace(b"%PDF-1.7", b"%PDF-1.6", 1))
    with pytest.raises(BlobDamaged, match="Restore it from the backup"):
        STEPS["renew"](due.services, due.packet.id, "1")
    assert renewals(due.services, due) == 0


def test_something_else_under_the_name_of_a_renewal_is_never_overwritten(due: Case) -> None:
    folder = people.archived(due.services, due.packet)
    intruder = folder.with_name(f"{folder.name}-renewal-1")
    intruder.mkdir()
    (intruder / "manifest-sha256.txt").write_text("something else")
    (outcome,) = renewing.run(due.services)
    assert not outcome.done
    assert "the archive does not have it yet" in outcome.told
    with pytest.raises(ArchiveConflict):
        STEPS["redeliver"](due.services, due.packet.id, "1")
    assert (intruder / "manifest-sha256.txt").read_text() == "something else"
    shutil.rmtree(intruder)
    assert people.run_due(due.services) == ["redeliver"]
    assert people.events(due.services, due.packet)[-1] == "packet:renewal:delivered"


# Once


def test_a_try_that_failed_is_followed_by_another_and_one_that_waits_is_not(due: Case) -> None:
    for _ in range(3):
        assert look(due.services).due == (due.packet.id,)
    with due.services.store.write() as tx:
        tx.attention.put(people.stuck(due.packet, "renew:1", due.clock()))
    look(due.services)
    assert people.run_due(due.services) == ["renew", "renew", "redeliver"]
    assert stuck(due) == []
    assert renewals(due.services, due) == 1
    assert look(due.services).due == ()


def test_a_run_by_hand_says_what_was_done_and_the_nightly_one_then_finds_nothing(due: Case) -> None:
    before = everything(people.archived(due.services, due.packet))
    (planned,) = renewing.plan(due.services)
    assert (planned.reference, planned.renewals) == (REFERENCE, 0)
    assert planned.due < due.clock() < planned.proves_until
    (outcome,) = renewing.run(due.services)
    assert outcome.done
    assert outcome.told == "renewal 1 is made and proves until 2044-11-28, and the archive has it"
    assert look(due.services).due == ()
    assert renewing.run(due.services) == ()
    people.run_due(due.services)
    assert people.events(due.services, due.packet)[-2:] == ["packet:renewed", "packet:renewal:delivered"]
    assert everything(people.archived(due.services, due.packet)) == before, (
        "the old revision is kept as it was"
    )


def test_files_as_sealed_and_as_renewed_are_accepted_together_while_both_prove(due: Case) -> None:
    sealed = people.archived(due.services, due.packet) / f"{REFERENCE}.pdf"
    renewing.run(due.services)
    files = dossier.export(due.services, None, REFERENCE)
    assert files[f"{REFERENCE}-core.pdf"].startswith(sealed.read_bytes())
    assert dossier.problems(files, due.services.trust, due.clock()) == []
    del files[dossier.MANIFEST]
    del files[f"{REFERENCE}-core.renewal-1.validation.json"]
    files[f"{REFERENCE}-core.pdf"] = sealed.read_bytes()
    files[dossier.MANIFEST] = dossier.manifest(files)
    assert dossier.problems(files, due.services.trust, due.clock()) == []


def test_what_is_not_due_is_renewed_when_that_is_asked(delivered: Case) -> None:
    delivered.clock.move(days=30)
    assert [outcome.done for outcome in renewing.run(delivered.services, wanted=REFERENCE)] == [True]
    delivered.clock.move(days=30)
    assert [outcome.done for outcome in renewing.run(delivered.services, everything=True)] == [True]
    assert renewals(delivered.services, delivered) == 2


def test_a_packet_that_is_not_delivered_is_not_renewed_and_that_is_said(signed: Case) -> None:
    (outcome,) = renewing.run(signed.services, wanted=REFERENCE)
    assert (outcome.done, outcome.told) == (False, "not renewed: it is signed, not delivered")


# Thirty years


def test_the_service_renews_a_year_before_each_end(thirty: Thirty) -> None:
    assert [f"{at:%Y-%m}" for at in thirty.renewed] == ["2034-12", "2043-01", "2049-12"]
    names = [REFERENCE, *(f"{REFERENCE}-renewal-{number}" for number in (1, 2, 3))]
    assert sorted(path.name for path in thirty.archive.iterdir()) == names


@pytest.mark.parametrize(
    ("package", "year"),
    [(REFERENCE, 2031), (f"{REFERENCE}-renewal-1", 2041), (f"{REFERENCE}-renewal-3", 2056)],
)
def test_what_the_archive_has_is_valid_offline_through_the_decades(
    thirty: Thirty, package: str, year: int
) -> None:
    for pdf in thirty.sealed(package):
        report = validate(pdf, thirty.roots, at=datetime(year, 11, 23, tzinfo=UTC))
        assert (report.problems, report.level) == ((), "B-LTA")


@pytest.mark.parametrize(("package", "year"), [(REFERENCE, 2041), (f"{REFERENCE}-renewal-1", 2056)])
def test_a_copy_that_was_not_renewed_proves_nothing_after_its_end(
    thirty: Thirty, package: str, year: int
) -> None:
    for pdf in thirty.sealed(package):
        report = validate(pdf, thirty.roots, at=datetime(year, 11, 23, tzinfo=UTC))
        assert any("the renewal was missed" in problem for problem in report.problems)


def test_each_package_names_the_one_before_and_begins_with_its_bytes(thirty: Thirty) -> None:
    names = [REFERENCE, *(f"{REFERENCE}-renewal-{number}" for number in (1, 2, 3))]
    for older, newer in pairwise(names):
        told = (thirty.archive / newer / f"{newer}.json").read_text()
        for old, new in zip(thirty.sealed(older), thirty.sealed(newer), strict=True):
            assert new.startswith(old)
            assert hashlib.sha256(old).hexdigest() in told


def test_the_whole_proof_holds_in_2056_and_names_one_flipped_byte(thirty: Thirty) -> None:
    at, files = datetime(2056, 11, 23, tzinfo=UTC), thirty.files_of_2056
    assert dossier.problems(files, thirty.roots, at) == []
    for ending in ("-core.pdf", ".evidence.renewal-3.validation.json", ".audit.json"):
        name, data = f"{REFERENCE}{ending}", files[f"{REFERENCE}{ending}"]
        place = len(data) // 2
        flipped = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        found = dossier.problems({**files, name: flipped}, thirty.roots, at)
        assert any(name in problem for problem in found), name


def test_the_files_of_2026_prove_in_2031_and_nothing_more_in_2056(thirty: Thirty) -> None:
    files, old = thirty.files_of_2056, thirty.files_of_2026
    assert dossier.problems(old, thirty.roots, datetime(2031, 1, 1, tzinfo=UTC)) == []
    name = f"{REFERENCE}-core.pdf"
    mixed = {key: data for key, data in files.items() if key != dossier.MANIFEST}
    mixed[name] = old[name]
    mixed[dossier.MANIFEST] = dossier.manifest(mixed)
    found = dossier.problems(mixed, thirty.roots, datetime(2056, 1, 1, tzinfo=UTC))
    assert any("the renewal was missed" in problem for problem in found)
    assert all(problem.startswith(name) for problem in found), found


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_command_lists_what_is_due_when_and_refuses_an_unknown_packet(
    stages: Stages, tmp_path: Path, clock: Clock
) -> None:
    with stages.open("delivered", tmp_path, clock):
        pass
    listed = people.command("renew", "--list", "--development", str(tmp_path))
    assert (listed.returncode, listed.stderr) == (0, "")
    for said in (REFERENCE, "2035-11-22", "2034-11-22"):
        assert said in listed.stdout
    nothing = people.command("renew", "--development", str(tmp_path))
    assert (nothing.returncode, "0 renewed, 0 not" in nothing.stdout) == (0, True)
    unknown = people.command("renew", "--reference", "MTR-0012345678-BGO02-A", "--development", str(tmp_path))
    assert unknown.returncode == 1
    assert "Error: " in unknown.stderr
