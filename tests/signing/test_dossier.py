"""The dossier as a file: for who asked for the packet, read back with limits, proved from itself alone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from signing import development, dossier
from signing.dossier import DossierUnusable
from signing.dossier.container import LARGEST, MOST_FILES
from signing.errors import NotFound
from signing.web import create_app
from tests import people
from tests.conftest import Case

FILES = {"a.pdf": b"%PDF-1.7\n" * 100, "manifest-sha256.txt": b""}


def a_zip(files: dict[str, bytes], folder: Path) -> Path:
    path = folder / "given.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def asker(case: Case) -> tuple[FlaskClient, dict[str, str]]:
    key = (case.services.config.data.parent / development.API_KEY).read_text()
    return create_app(case.services).test_client(), {"Authorization": f"Bearer {key}"}


def path_of(case: Case) -> str:
    return f"/api/v1/packets/{case.packet.reference}/evidence.zip"


# Refusals


def test_a_file_that_is_no_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "given.zip").write_bytes(b"%PDF-1.7")
    with pytest.raises(DossierUnusable, match="neither a folder nor a zip file"):
        dossier.read(tmp_path / "given.zip")


@pytest.mark.parametrize("name", ["../outside.pdf", "/etc/passwd", "inside/a.pdf", "a\\b.pdf", "folder/"])
def test_a_zip_with_folders_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(DossierUnusable, match="a dossier is flat"):
        dossier.read(a_zip({name: b""}, tmp_path))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_with_one_name_twice_is_refused(tmp_path: Path) -> None:
    path = a_zip(FILES, tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("a.pdf", b"another")
    with pytest.raises(DossierUnusable, match="the same name"):
        dossier.read(path)


def test_a_zip_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "given.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.pdf", "w", force_zip64=True) as entry,
    ):
        for _ in range(LARGEST // 1_000_000 + 1):
            entry.write(bytes(1_000_000))
    assert path.stat().st_size < 1_000_000
    with pytest.raises(DossierUnusable, match="at most"):
        dossier.read(path)
    with pytest.raises(DossierUnusable, match="at most"):
        dossier.read(a_zip({f"{number}.pdf": b"" for number in range(MOST_FILES + 1)}, tmp_path))


@pytest.mark.parametrize("spoil", [lambda data: data[:-30], lambda data: data[:40] + b"!" + data[41:]])
def test_a_zip_that_was_damaged_is_refused(spoil: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "given.zip"
    path.write_bytes(spoil(dossier.zipped(FILES)))
    with pytest.raises(DossierUnusable):
        dossier.read(path)


def test_before_its_seal_a_packet_has_no_evidence_and_the_answer_says_when(signed: Case) -> None:
    client, key = asker(signed)
    answer = client.get(path_of(signed), headers=key)
    assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")
    assert "evidence comes when all have signed" in answer.json["detail"]


def test_the_evidence_is_for_who_asked_for_the_packet_only(delivered: Case) -> None:
    client, _ = asker(delivered)
    assert client.get(path_of(delivered)).status_code == 401
    with pytest.raises(NotFound, match="no packet"):
        dossier.export(delivered.services, people.MALLORY, delivered.packet.reference)


# What comes out


def test_equal_files_give_equal_zips_that_are_read_back(tmp_path: Path) -> None:
    made = dossier.zipped(FILES)
    assert made == dossier.zipped(dict(FILES))
    (tmp_path / "given.zip").write_bytes(made)
    assert dossier.read(tmp_path / "given.zip") == FILES


def test_the_zip_of_the_api_proves_itself_as_a_file_and_unpacked(delivered: Case, tmp_path: Path) -> None:
    client, key = asker(delivered)
    answer = client.get(path_of(delivered), headers=key)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    reference = delivered.packet.reference
    given = tmp_path / "evidence.zip"
    given.write_bytes(answer.data)
    unpacked = tmp_path / "unpacked"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        archive.extractall(unpacked)
        assert set(archive.namelist()) == {
            *(f"{reference}-{name}.pdf" for name in ("core", "annex")),
            *(f"{reference}-{name}.validation.json" for name in ("core", "annex")),
            f"{reference}.evidence.pdf",
            f"{reference}.evidence.validation.json",
            f"{reference}.audit.json",
            dossier.MANIFEST,
        }
    for path in (given, unpacked):
        assert dossier.problems(dossier.read(path), delivered.services.trust, delivered.clock()) == []


@pytest.mark.parametrize(
    "ending",
    ["-core.validation.json", ".evidence.validation.json", "-annex.pdf", ".evidence.pdf", ".audit.json"],
)
def test_a_file_that_is_missing_or_changed_along_with_the_manifest_is_named(
    delivered: Case, ending: str
) -> None:
    files = dossier.export(delivered.services, None, delivered.packet.reference)
    name = f"{delivered.packet.reference}{ending}"
    del files[dossier.MANIFEST]
    left = {key: data for key, data in files.items() if key != name}
    place = files[name].index(b"2025") if ending.endswith(".json") else len(files[name]) // 2
    forged = files[name][:place] + b"2024" + files[name][place + 4 :]
    for wrong in (left, {**files, name: forged}):
        wrong[dossier.MANIFEST] = dossier.manifest(wrong)
        found = dossier.problems(wrong, delivered.services.trust, delivered.clock())
        assert any(name in problem or ".audit.json" in problem for problem in found), found


def test_a_stranger_among_the_files_is_named(delivered: Case) -> None:
    files = dossier.export(delivered.services, None, delivered.packet.reference)
    del files[dossier.MANIFEST]
    files["stranger.pdf"] = files[f"{delivered.packet.reference}-core.pdf"]
    files[dossier.MANIFEST] = dossier.manifest(files)
    found = dossier.problems(files, delivered.services.trust, delivered.clock())
    assert found == ["stranger.pdf is not among the files that the audit trail names"]
