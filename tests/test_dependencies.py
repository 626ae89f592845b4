"""Known weaknesses of what this is built on; advisories are kept elsewhere, so a network is needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DEMANDED = os.environ.get("HUURZEGEL_TEST_NETWORK") == "1"  # then not knowing is a failure too


def test_no_dependency_has_a_known_weakness() -> None:
    line = [sys.executable, "-m", "pip_audit", "-r", ROOT / "requirements.txt", "--disable-pip"]
    line += ["--require-hashes", "--format", "json", "--timeout", "20"]
    audit = subprocess.run(line, capture_output=True, text=True, check=False)
    told = json.loads(audit.stdout)["dependencies"] if audit.stdout.startswith("{") else []
    weak = {each["name"]: [flaw["id"] for flaw in each["vulns"]] for each in told if each.get("vulns")}
    assert weak == {}
    unknown = [each["name"] for each in told if "skip_reason" in each]
    if told and not unknown:
        return
    said = f"no advisory could be looked up for {len(unknown) or 'all'} packages: {audit.stderr[-300:]}"
    assert not DEMANDED, said
    pytest.skip(said)


def test_every_dependency_is_pinned_with_its_hash() -> None:
    lines = (ROOT / "requirements.txt").read_text().replace("\\\n", " ").splitlines()
    pinned = [line for line in lines if line and not line.startswith(("#", " "))]
    assert len(pinned) > 20
    for line in pinned:
        assert "==" in line, line
        assert "--hash=sha256:" in line, line
