from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from docgen.__main__ import main
from tests.docgen import samples


def run(folder: Path, data: object, *more: str, type: str = "small-lease") -> Result:
    path = folder.parent / "data.json"
    if isinstance(data, bytes):
        path.write_bytes(data)
    else:
        path.write_text(json.dumps(data), encoding="utf-8")
    out = str(folder.parent / "out.pdf")
    return CliRunner().invoke(main, [type, str(path), "-o", out, "--templates", str(folder), *more])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"{", "is not JSON"),
        (b"[1]", "holds no JSON object"),
        (b'{"a": NaN}', "is not JSON"),
        (b"\xff\xfe\x00", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b'"' + b"x" * (10 * 1024 * 1024) + b'"', "larger than 10 MB"),
    ],
)
def test_unusable_data_ends_with_2_and_says_why(folder: Path, data: bytes, message: str) -> None:
    result = run(folder, data)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not (folder.parent / "out.pdf").exists()


def test_a_missing_file_unknown_type_or_unknown_document_ends_with_2(folder: Path) -> None:
    missing = CliRunner().invoke(
        main, ["small-lease", str(folder / "no.json"), "-o", "x.pdf", "--templates", str(folder)]
    )
    assert missing.exit_code == 2
    unknown = run(folder, samples.data(), type="big-lease")
    assert unknown.exit_code == 2
    assert "small-lease" in unknown.stderr
    document = run(folder, samples.data(), "--document", "nothing")
    assert document.exit_code == 2
    assert "core, annex" in document.stderr


def test_problems_with_the_values_are_listed_and_end_with_1(folder: Path) -> None:
    data = samples.data(lambda values: values.update(guide="", talked=None, remark="x" * 5_000_000))
    result = run(folder, data)
    assert result.exit_code == 1
    for field in ("guide", "talked", "remark"):
        assert field in result.stderr
    assert len(result.stderr) < 5000
    assert not (folder.parent / "out.pdf").exists()


def test_an_impossible_reference_ends_with_1(folder: Path) -> None:
    result = run(folder, samples.data(), "--reference", "x" * 60)
    assert result.exit_code == 1
    assert "reference" in result.stderr


def test_all_documents_are_made_beside_each_other_and_named(folder: Path) -> None:
    result = run(folder, samples.data(), "--test")
    assert result.exit_code == 0, result.stderr
    assert "out.pdf: Kleine overeenkomst, 1 page(s)" in result.stdout
    assert "out-annex.pdf: Bijlage" in result.stdout
    reader = PdfReader(folder.parent / "out.pdf")
    assert reader.metadata is not None
    assert reader.metadata.subject == "MTR-0012345678-KLN01-" + str(reader.metadata.subject)[-1]
    assert "TEST" in reader.pages[0].extract_text()


def test_one_document_with_a_reference_of_choice_is_made_by_the_program_itself(folder: Path) -> None:
    data = folder.parent / "data.json"
    data.write_text(json.dumps(samples.data()), encoding="utf-8")
    out = folder.parent / "annex.pdf"
    command = [
        sys.executable, "-m", "docgen", "small-lease", str(data), "-o", str(out), "--document", "annex",
        "--reference", samples.REFERENCE, "--templates", str(folder),
    ]  # fmt: skip
    root = Path(__file__).parents[2]
    made = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=root, env={**os.environ}, timeout=120
    )
    assert made.returncode == 0, made.stderr
    assert made.stderr == ""
    assert out.exists()
    assert not (folder.parent / "annex-annex.pdf").exists()
