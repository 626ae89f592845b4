"""Registry beside archive: each difference is named, and the exit status says that there is one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from signing import archive, reconciling
from signing.archive import Settings
from signing.packet import Status
from signing.steps import STEPS, renew_now
from signing.store import Outcome
from tests import people
from tests.conftest import Case


def told(case: Case, *, names_only: bool = False) -> list[tuple[str, str]]:
    found = reconciling.reconcile(case.services, names_only=names_only)
    return [(finding.name, finding.told) for finding in found.findings if finding.corporation == "MTR"]


def spoil_file(folder: Path) -> None:
    path = next(folder.glob("*.evidence.pdf"))
    path.write_bytes(path.read_bytes() + b"%")


@pytest.mark.parametrize(
    ("spoil", "difference"),
    [
        (shutil.rmtree, "missing"),
        (spoil_file, "{reference}.evidence.pdf: other content"),
        (lambda folder: (folder / "manifest-sha256.txt").unlink(), "manifest-sha256.txt: missing"),
        (lambda folder: (folder / "x.pdf").write_bytes(b"%PDF"), "x.pdf: not of the package"),
    ],
)
def test_each_difference_is_named_with_its_package_and_file(
    delivered: Case, spoil: Callable[[Path], object], difference: str
) -> None:
    reference = delivered.packet.reference
    spoil(people.archived(delivered.services, delivered.packet))
    assert told(delivered) == [(reference, difference.format(reference=reference))]


def test_a_package_that_the_registry_does_not_know_is_named(delivered: Case) -> None:
    folder = people.archived(delivered.services, delivered.packet)
    shutil.copytree(folder, folder.with_name("MTR-0012345678-BGO02-X"))
    assert told(delivered) == [("MTR-0012345678-BGO02-X", "not in the registry")]


def test_an_archive_that_cannot_be_looked_into_is_a_difference(delivered: Case) -> None:
    root = people.archived(delivered.services, delivered.packet).parents[1]
    root.rename(root.with_name("lost"))
    ((name, difference),) = told(delivered)
    assert name == ""
    assert "Mount or make it" in difference


def test_a_corporation_whose_archive_is_not_set_any_more_is_a_difference(delivered: Case) -> None:
    case = replace(delivered, services=replace(delivered.services, archives={}))
    assert told(case) == [("", "no archive is set in HUURZEGEL_ARCHIVES")]


def test_by_names_alone_a_missing_package_shows_and_a_changed_file_does_not(delivered: Case) -> None:
    folder = people.archived(delivered.services, delivered.packet)
    spoil_file(folder)
    assert told(delivered, names_only=True) == []
    shutil.rmtree(folder)
    assert told(delivered, names_only=True) == [(delivered.packet.reference, "missing")]


def test_what_only_a_receipt_proves_is_counted_apart(delivered: Case) -> None:
    contact = {"MTR": archive.open_destination(Settings("contact:"))}
    found = reconciling.reconcile(replace(delivered.services, archives=contact))
    assert (found.compared, found.closed, found.findings) == (0, 1, ())


def test_a_delivery_whose_receipt_is_not_here_yet_is_no_difference(signed: Case) -> None:
    people.press(signed.services, signed.packet, "corporation")
    people.run_due(signed.services, until="deliver")
    other = {**signed.services.archives}
    assert people.now(signed.services, signed.packet).status is Status.ARCHIVED
    STEPS["deliver"](signed.services, signed.packet.id, "")
    with signed.services.store.write() as tx:
        packet = tx.packets.get(signed.packet.id)
        tx.packets.save(replace(packet, status=Status.ARCHIVED))
    found = reconciling.reconcile(replace(signed.services, archives=other))
    assert (found.compared, found.waiting, found.findings) == (0, 1, ())


def test_a_renewal_is_compared_as_well_and_looking_changes_nothing(due: Case) -> None:
    renew_now(due.services, due.packet.id)
    people.run_due(due.services)
    folder = people.archived(due.services, due.packet)
    before = sorted(path for path in folder.parent.rglob("*"))
    found = reconciling.reconcile(due.services)
    assert (found.compared, found.waiting, found.findings) == (2, 0, ())
    assert sorted(path for path in folder.parent.rglob("*")) == before
    renewed = folder.with_name(f"{folder.name}-renewal-1")
    spoil_file(renewed)
    assert told(due) == [(renewed.name, f"{renewed.name}.evidence.pdf: other content")]


def test_the_command_names_the_differences_and_ends_with_1(delivered: Case, tmp_path: Path) -> None:
    done = people.command("reconcile", "--development", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 compared" in done.stdout
    spoil_file(people.archived(delivered.services, delivered.packet))
    done = people.command("reconcile", "--development", str(tmp_path))
    assert done.returncode == 1
    assert "other content" in done.stdout
    assert "1 differences" in done.stdout


def outcome(case: Case) -> Outcome | None:
    """What the desk says of the packet's package."""
    with case.services.store.read() as tx:
        found = tx.reconciliations.of("MTR", case.packet.reference)
    return None if found is None else found.outcome


def test_what_was_found_last_is_kept_for_the_desk(delivered: Case) -> None:
    folder = people.archived(delivered.services, delivered.packet)
    assert outcome(delivered) is None
    told(delivered, names_only=True)
    assert outcome(delivered) is Outcome.THERE
    told(delivered)
    assert outcome(delivered) is Outcome.SAME
    spoil_file(folder)
    told(delivered)
    assert outcome(delivered) is Outcome.DIFFERS
    folder.parents[1].rename(folder.parents[1].with_name("lost"))
    told(delivered)
    assert outcome(delivered) is Outcome.UNKNOWN
    contact = {"MTR": archive.open_destination(Settings("contact:"))}
    told(replace(delivered, services=replace(delivered.services, archives=contact)))
    assert outcome(delivered) is Outcome.CLOSED
