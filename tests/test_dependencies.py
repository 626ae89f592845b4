"""Known weaknesses of what this is built on. Only where there is a network: advisories are kept elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NETWORK = os.environ.get("HUURZEGEL_TEST_NETWORK") == "1"


@pytest.mark.skipif(
    not NETWORK, reason="not checked: set HUURZEGEL_TEST_NETWORK=1 where the advisories can be reached"
)
def test_no_dependency_has_a_known_weakness() -> None:
    audit = subprocess.run(
        [
            sys.executable,
            "-m",
            "pip_audit",
            "-r",
            ROOT / "requirements.txt",
            "--disable-pip",
            "--require-hashes",
            "--strict",  # what cannot be looked up is not well, it is unknown
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert audit.returncode == 0, f"{audit.stdout}\n{audit.stderr}"


def test_every_dependency_is_pinned_with_its_hash() -> None:
    lines = (ROOT / "requirements.txt").read_text().replace("\\\n", " ").splitlines()
    pinned = [line for line in lines if line and not line.startswith(("#", " "))]
    assert len(pinned) > 20
    for line in pinned:
        assert "==" in line, line
        assert "--hash=sha256:" in line, line
