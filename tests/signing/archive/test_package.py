"""The package: six files of one document, and no place for more."""

import dataclasses
import inspect
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from signing.archive import Package, PackageInvalid, build
from tests.signing.archive.samples import EVIDENCE, PDF, RECORD, package


@pytest.mark.parametrize(
    ("record", "pdf", "evidence", "reason"),
    [
        (RECORD, PDF + b"\n", EVIDENCE, "another SHA-256"),
        (RECORD, b"", EVIDENCE, "no PDF"),
        (RECORD, b"<html>", EVIDENCE, "no PDF"),
        (RECORD, PDF, b"", "evidence is no PDF"),
        (RECORD, PDF, PDF, "same file"),
        (replace(RECORD, size=RECORD.size + 1), PDF, EVIDENCE, "another size"),
    ],
)
def test_files_that_do_not_belong_to_the_record_are_refused(
    record: Any, pdf: bytes, evidence: bytes, reason: str
) -> None:
    with pytest.raises(PackageInvalid, match=reason):
        build(record, pdf, evidence)


def test_an_annex_cannot_be_put_in() -> None:
    assert list(inspect.signature(build).parameters) == ["record", "pdf", "evidence_pdf"]
    assert [field.name for field in dataclasses.fields(Package)] == ["record", "pdf", "evidence_pdf"]
    made: Any = package()
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.files = (*made.files, "annex")
    assert isinstance(made.files, tuple)


def test_the_files_and_their_order_with_the_manifest_last() -> None:
    ref = "MTR-0012345678-BGO01-C"
    assert [file.name for file in package().files] == [
        f"{ref}.pdf",
        f"{ref}.evidence.pdf",
        f"{ref}.json",
        f"{ref}.mdto.xml",
        f"{ref}.bestand.mdto.xml",
        "manifest-sha256.txt",
    ]
    assert package().files[0].data == PDF
    assert package().files[1].data == EVIDENCE


def test_sha256sum_agrees_with_the_manifest_which_is_sorted(tmp_path: Path) -> None:
    for file in package().files:
        (tmp_path / file.name).write_bytes(file.data)
    check = subprocess.run(
        ["sha256sum", "--strict", "--check", "manifest-sha256.txt"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert check.returncode == 0, check.stdout + check.stderr
    assert check.stdout.count(": OK") == 5
    names = [line[66:] for line in (tmp_path / "manifest-sha256.txt").read_text().splitlines()]
    assert names == sorted(names)


def test_equal_input_gives_equal_bytes_and_an_equal_key() -> None:
    assert [file.data for file in package().files] == [file.data for file in package().files]
    assert package().key == package().key == f"{RECORD.reference}:{RECORD.sha256}"
    assert package(pdf=PDF + b"%").key != package().key


def test_neither_content_nor_names_show_in_a_repr() -> None:
    for personal in ("sealed agreement", "Amina", "12345678"):
        assert personal not in repr(package())
    assert "sealed agreement" not in repr(package().files)
