"""The threat model names only tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_every_line_of_the_threat_model_names_a_test_that_exists() -> None:
    text = (ROOT / "signing" / "README.md").read_text(encoding="utf-8")
    model = text.partition("# Threats\n")[2].partition("\n# ")[0]
    lines = [line for line in model.splitlines() if line.startswith("|")][2:]
    there = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.M)
    }
    assert len(lines) >= 15
    for line in lines:
        named = re.findall(r"`(test_\w+)`", line)
        assert named, line
        assert set(named) <= there, set(named) - there
