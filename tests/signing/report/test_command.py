"""``validate`` on the command line: what it prints and the exit status that scripts rely on."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import docgen
from signing.validating import validate_command
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
    assert "absent.pdf: No such file" in result.stderr


def test_what_is_no_pdf_is_unusable(served_pki: ServedPki):
    result = run(served_pki.pki.root, "--trust", served_pki.pki.root, "--json")
    assert result.exit_code == 2
    told = json.loads(result.stdout)
    assert (told["valid"], told["verdict"], told["unusable"]["code"]) == (False, "unusable", "no-pdf")


def test_a_root_that_is_no_certificate_is_unusable(sealed: Path):
    assert run(sealed, "--trust", sealed).exit_code == 2


def test_without_a_root_and_without_a_service_nothing_can_be_judged(
    sealed: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in ("HUURZEGEL_DATA", "HUURZEGEL_TRUST_ROOTS"):
        monkeypatch.delenv(name, raising=False)
    result = run(sealed)
    assert result.exit_code == 2
    assert "--trust" in result.stderr


def test_another_root_means_not_valid(sealed: Path, rogue_pki: ServedPki):
    result = run(sealed, "--trust", rogue_pki.pki.root, "--lang", "en")
    assert result.exit_code == 1
    assert "THIS DOCUMENT IS NOT VALID" in result.stdout
    assert "does not lead to a trusted root" in result.stdout


def test_a_file_that_is_not_sealed_is_not_valid(papers: Papers, served_pki: ServedPki, tmp_path: Path):
    path = tmp_path / "signed.pdf"
    path.write_bytes(papers.signed)
    result = run(path, "--trust", served_pki.pki.root, "--json")
    assert result.exit_code == 1
    codes = {finding["code"] for finding in json.loads(result.stdout)["report"]["findings"]}
    assert "not-sealed" in codes


def test_a_sealed_file_is_valid_in_every_form(
    sealed: Path, served_pki: ServedPki, tmp_path: Path, office: docgen.Office
):
    result = run(sealed, "--trust", served_pki.pki.root)
    assert result.exit_code == 0
    assert "DE HANDTEKENINGEN EN HET ZEGEL KLOPPEN" in result.stdout
    told = json.loads(run(sealed, "--trust", served_pki.pki.root, "--json").stdout)
    assert (told["valid"], told["verdict"], told["issued"]["answer"]) == (True, "valid", "not-asked")
    assert len(told["report"]["signatures"]) == 4
    page = run(sealed, "--trust", served_pki.pki.root, "--html", "--lang", "en").stdout
    assert page.startswith("<!doctype html>")
    made = tmp_path / "report.pdf"
    assert run(sealed, "--trust", served_pki.pki.root, "--pdf", made).exit_code == 0
    assert docgen.conformance(made.read_bytes()).pdfa
