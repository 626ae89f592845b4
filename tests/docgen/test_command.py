from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from docgen.__main__ import main
from tests.docgen import samples
from tests.docgen.test_leaflets import LEAFLET, with_code


def with_leaflets(templates: Path, *names: str) -> Path:
    """The small packet type with these leaflets."""
    folder = templates / "small-lease"
    more = [LEAFLET.replace('"summary"', f'"{name}"') for name in names]
    (folder / "manifest.toml").write_text("".join([samples.manifest_toml(), *more]), encoding="utf-8")
    for name in names:
        (folder / f"{name}.docx").write_bytes(with_code())
    return templates


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
    named = run(with_leaflets(folder, "clause"), samples.data(), "--document", "nothing")
    assert "core, annex, clause" in named.stderr


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


def test_a_leaflet_is_made_by_its_own_name_or_as_one_of_its_type(folder: Path) -> None:
    with_leaflets(folder, "clause")
    by_name = run(folder, samples.data(), type="clause")
    assert by_name.exit_code == 0, by_name.stderr
    assert "out.pdf: In het kort, 1 page(s), not signed" in by_name.stdout
    assert not PdfReader(folder.parent / "out.pdf").pages[0].images
    url = "https://huurzegel.voorbeeld.nl/validatie/x"
    of_type = run(folder, samples.data(), "--document", "clause", "--validation-url", url)
    assert of_type.exit_code == 0, of_type.stderr
    assert PdfReader(folder.parent / "out.pdf").pages[0].images
    assert not (folder.parent / "out-annex.pdf").exists()


def test_a_leaflet_that_two_types_have_is_asked_for_by_its_type(folder: Path) -> None:
    with_leaflets(folder, "clause")
    shutil.copytree(folder / "small-lease", folder / "other-lease")
    toml = samples.manifest_toml().replace("small-lease", "other-lease")
    (folder / "other-lease" / "manifest.toml").write_text(toml + LEAFLET.replace('"summary"', '"clause"'))
    result = run(folder, samples.data(), type="clause")
    assert result.exit_code == 2
    assert "choose one of other-lease, small-lease" in result.stderr


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


def test_check_lists_errors_with_1_and_a_folder_without_a_manifest_with_2(folder: Path) -> None:
    nothing = CliRunner().invoke(main, ["check", str(folder)])
    assert nothing.exit_code == 2
    assert "holds no manifest.toml" in nothing.stderr
    broken = CliRunner().invoke(main, ["check", str(folder / "small-lease")])
    assert broken.exit_code == 1
    assert "sample.json" in broken.stderr or "lists" in broken.stderr
    assert "small-lease: " in broken.stdout


def test_check_of_a_template_of_the_house_ends_with_0() -> None:
    fine = CliRunner().invoke(main, ["check", str(Path(__file__).parents[2] / "templates" / "evidence")])
    assert fine.exit_code == 0, fine.stderr
    assert "evidence: 0 error(s)" in fine.stdout


def test_preview_without_a_usable_sample_ends_with_2(folder: Path) -> None:
    out = str(folder.parent / "out")
    result = CliRunner().invoke(main, ["preview", "small-lease", "-o", out, "--templates", str(folder)])
    assert result.exit_code == 2
    assert "sample.json" in result.stderr


def test_preview_writes_every_document_and_leaflet_as_pdf_and_as_pictures(folder: Path) -> None:
    with_leaflets(folder, "clause")
    (folder / "small-lease" / "sample.json").write_text(json.dumps(samples.data()), encoding="utf-8")
    out = folder.parent / "out"
    out.mkdir()
    (out / "core-07.png").write_bytes(b"of an earlier, longer preview")
    command = ["preview", "small-lease", "-o", str(out), "--templates", str(folder), "--dpi", "40"]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.stderr
    assert {path.name for path in out.iterdir()} == {
        f"{name}{end}" for name in ("core", "annex", "clause") for end in (".pdf", "-01.png")
    }
    assert PdfReader(out / "clause.pdf").pages[0].images  # the QR code, so that its place can be judged
    assert "core.pdf: 1 page(s)" in result.stdout
