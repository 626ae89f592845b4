"""``validate`` on the command line: what it prints and the exit status that scripts rely on."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from signing.pades import validate_command
from tests.pki import ServedPki
from tests.signing.pades.conftest import Papers


def run(*arguments: object) -> Result:
    return CliRunner().invoke(validate_command, [str(argument) for argument in arguments])


@pytest.fixture
def sealed(papers: Papers, tmp_path: Path) -> Path:
    path = tmp_path / "sealed.pdf"
    path.write_bytes(papers.sealed)
    return path


def test_a_missing_file_is_unusable(served_pki: ServedPki, tmp_path: Path):
    result = run(tmp_path / "absent.pdf", "--trust", served_pki.pki.root)
    assert result.exit_code == 2
    assert "cannot read" in result.stderr


def test_what_is_no_pdf_is_unusable(served_pki: ServedPki):
    result = run(served_pki.pki.root, "--trust", served_pki.pki.root, "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["valid"] is False


def test_a_root_that_is_no_certificate_is_unusable(sealed: Path):
    assert run(sealed, "--trust", sealed).exit_code == 2
    assert run(sealed).exit_code == 2


def test_another_root_means_not_valid(sealed: Path, rogue_pki: ServedPki):
    result = run(sealed, "--trust", rogue_pki.pki.root)
    assert result.exit_code == 1
    assert "NOT VALID" in result.stdout
    assert "does not lead to a trusted root" in result.stdout


def test_a_file_that_is_not_sealed_is_not_valid(papers: Papers, served_pki: ServedPki, tmp_path: Path):
    path = tmp_path / "signed.pdf"
    path.write_bytes(papers.signed)
    result = run(path, "--trust", served_pki.pki.root, "--json")
    assert result.exit_code == 1
    assert any("not sealed" in problem for problem in json.loads(result.stdout)["problems"])


def test_a_sealed_file_is_valid(sealed: Path, served_pki: ServedPki):
    result = run(sealed, "--trust", served_pki.pki.root)
    assert result.exit_code == 0
    assert "VALID B-LTA" in result.stdout
    report = json.loads(run(sealed, "--trust", served_pki.pki.root, "--json").stdout)
    assert report["valid"] is True
    assert len(report["signatures"]) == 4
