"""The place of a measured table in the README."""

from __future__ import annotations

from pathlib import Path

README = Path(__file__).parent.parent.parent / "README.md"


def put(report: str, begin: str, end: str) -> None:
    """Puts a report between two lines of the README. Raises SystemExit when it lacks one of them."""
    before, found, rest = README.read_text(encoding="utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise SystemExit(f"{README} lacks the lines {begin} and {end}")
    README.write_text(f"{before}{begin}\n{report}{end}{after}", encoding="utf-8")
