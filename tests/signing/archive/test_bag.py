"""The package as a bag: the library of the standard's makers says that it is one."""

from pathlib import Path

import bagit
import pytest

from signing.archive import File
from signing.archive.bag import bag
from tests.signing.archive.samples import package, renewed


def unpacked(files: tuple[File, ...], folder: Path) -> Path:
    for file in files:
        path = folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)
    return folder


@pytest.mark.parametrize("damage", ["changed", "missing", "added", "info"])
def test_a_damaged_bag_is_noticed_by_the_library(tmp_path: Path, damage: str) -> None:
    unpacked(bag(package()), tmp_path)
    document = tmp_path / "data" / "MTR-0012345678-BGO01-C.pdf"
    if damage == "changed":
        document.write_bytes(document.read_bytes().replace(b"sealed", b"SEALED"))
    if damage == "missing":
        document.unlink()
    if damage == "added":
        (tmp_path / "data" / "annex.pdf").write_bytes(b"%PDF-1.7")
    if damage == "info":
        (tmp_path / "bag-info.txt").write_text("External-Identifier: MTR-0012345678-OVD01-4\n")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(tmp_path)).validate()


@pytest.mark.parametrize("made", [package(), renewed()])
def test_the_library_takes_it_for_a_valid_bag_with_the_same_files(made: object, tmp_path: Path) -> None:
    files = bag(made)  # type: ignore[arg-type]
    read = bagit.Bag(str(unpacked(files, tmp_path)))
    read.validate()
    assert read.version_info == (1, 0)
    assert read.info["External-Identifier"] == "MTR-0012345678-BGO01-C"
    payload = {file.name.removeprefix("data/"): file.data for file in files if file.name.startswith("data/")}
    wanted = {file.name: file.data for file in made.files if file.name != "manifest-sha256.txt"}  # type: ignore[attr-defined]
    assert payload == wanted


def test_equal_packages_are_equal_bags_and_what_vouches_for_all_comes_last() -> None:
    assert [file.data for file in bag(package())] == [file.data for file in bag(package())]
    assert [file.name for file in bag(package())][-2:] == ["manifest-sha256.txt", "tagmanifest-sha256.txt"]
