"""The command line: what cannot be done is said in one line, with what to do, and leaves nothing."""

from __future__ import annotations

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
