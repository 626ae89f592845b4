"""The package: one document with its evidence, and no place for an annex."""

import dataclasses
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from signing.archive import Leaflet, Package, PackageInvalid, Sealed
from tests.signing.archive.samples import EVIDENCE, LEAFLET, PDF, RECORD, REPORT, package, renewed


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
        Package(record, Sealed(pdf, REPORT), Sealed(evidence, REPORT))


@pytest.mark.parametrize(
    ("leaflets", "reason"),
    [
        ((Leaflet("summary", b"<html>"),), "leaflet is no PDF"),
        ((LEAFLET, Leaflet("lease-clause", b"%PDF-1.7")), "name of its own"),
        ((Leaflet("../annex", b"%PDF-1.7"),), "name of its own"),
        ((Leaflet("copy", PDF),), "same file"),
    ],
)
def test_leaflets_that_are_not_what_they_say_are_refused(leaflets: tuple[Leaflet, ...], reason: str) -> None:
    with pytest.raises(PackageInvalid, match=reason):
        Package(RECORD, Sealed(PDF, REPORT), Sealed(EVIDENCE, REPORT), leaflets)


@pytest.mark.parametrize("missing", ["document", "evidence"])
def test_no_document_goes_to_an_archive_without_the_report_of_its_validation(missing: str) -> None:
    made: Any = package()
    with pytest.raises(PackageInvalid, match="report is missing"):
        replace(made, **{missing: replace(getattr(made, missing), report=b"")})


def test_an_annex_cannot_be_put_in() -> None:
    fields = [field.name for field in dataclasses.fields(Package)]
    assert fields == ["record", "document", "evidence", "leaflets"]
    made: Any = package()
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.files = (*made.files, "annex")
    assert isinstance(made.files, tuple)


def test_the_files_and_their_order_with_the_manifest_last() -> None:
    ref = "MTR-0012345678-BGO01-C"
    assert [file.name for file in package().files] == [
        f"{ref}.pdf",
        f"{ref}.validation.json",
        f"{ref}.evidence.pdf",
        f"{ref}.evidence.validation.json",
        f"{ref}.json",
        f"{ref}.mdto.xml",
        f"{ref}.bestand.mdto.xml",
        f"leaflets/{ref}.lease-clause.pdf",
        "manifest-sha256.txt",
    ]
    assert package().files[0].data == PDF
    assert package().files[2].data == EVIDENCE


def test_a_renewed_document_is_a_package_beside_the_first_and_names_what_it_renews() -> None:
    first, second = package(), renewed()
    assert (first.name, second.name) == (RECORD.reference, f"{RECORD.reference}-renewal-1")
    assert not {file.name for file in first.files[:-1]} & {file.name for file in second.files}
    told = next(file for file in second.files if file.name.endswith("renewal-1.json"))
    assert f'"previous_sha256": "{RECORD.sha256}"' in told.data.decode()


def test_sha256sum_agrees_with_the_manifest_which_is_sorted(tmp_path: Path) -> None:
    (tmp_path / "leaflets").mkdir()
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
    assert check.stdout.count(": OK") == 8
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
