"""The command line: what cannot be done is said in one line, with what to do, and leaves nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import people


@pytest.mark.parametrize("command", [["serve"], ["stuck"], ["evidence", "MTR-0012345678-BGO01-C", "-o", "x"]])
def test_a_development_folder_that_cannot_be_made_is_named(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    for folder in ("/proc/nothing", str(tmp_path / "file"), str(tmp_path / "file" / "below")):
        done = people.command(*command, "--development", folder)
        assert done.returncode == 1
        assert folder in done.stderr
        assert "name another" in done.stderr
        assert "Traceback" not in done.stderr


def test_evidence_is_never_written_over_something_else(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    command = ("evidence", "MTR-0012345678-BGO01-C", "--development", str(tmp_path / "service"), "-o")
    done = people.command(*command, str(kept))
    assert done.returncode == 2
    assert "exists already" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(kept.iterdir()) == []


def test_an_operator_needs_an_address(tmp_path: Path) -> None:
    done = people.command("operator", "add", "nobody", "--development", str(tmp_path / "service"))
    assert done.returncode == 2
    assert "is no address; give another" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_first_operator_gets_a_link_that_opens_the_desk(tmp_path: Path) -> None:
    folder = tmp_path / "service"
    done = people.command("operator", "add", "beheer@voorbeeld.nl", "--development", str(folder))
    assert done.returncode == 0, done.stderr
    (link,) = done.stdout.split()
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/bureau/welkom/[A-Za-z0-9_-]{43}", link)


def test_retention_tells_what_goes_and_changes_nothing_unless_it_is_told_to(tmp_path: Path) -> None:
    folder = str(tmp_path / "service")
    for option in ((), ("--dry-run",)):
        done = people.command("retention", *option, "--development", folder)
        assert done.returncode == 0, done.stderr
        assert (
            done.stdout.strip() == "0 drafts, 0 packets nobody sent and 0 lines of the log of looks are due"
        )
    done = people.command("retention", "--erase", "--development", folder)
    assert "promised 0 erasures" in done.stdout
