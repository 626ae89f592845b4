"""The template folders on disk, read once."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docgen import grammar, summary, translation
from docgen.container import check_docx
from docgen.errors import (
    InvalidManifest,
    Problem,
    TemplateFault,
    UnknownDocument,
    UnknownLanguage,
    UnknownType,
    UnusableDocx,
)
from docgen.manifest import Manifest
from docgen.summary import Summary
from docgen.translation import Translation

MANIFEST = "manifest.toml"
SUMMARY = re.compile(r"summary\.([a-z]{2,3})\.md")


@dataclass(frozen=True)
class _Type:
    manifest: Manifest
    documents: dict[str, bytes]
    summaries: dict[str, Summary]
    translations: dict[str, Translation]
    digest: str


class Catalog:
    """Every packet type under a folder; what changes on disk afterwards is not seen.

    Raises:
        InvalidManifest: a manifest cannot be used; all its problems are told.
        TemplateFault: a document of a manifest is not there or no usable DOCX, or a summary or a
            translation cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        found = [_read(path.parent) for path in sorted(folder.glob(f"*/{MANIFEST}"))]
        self._types = {each.manifest.type: each for each in found}

    @property
    def types(self) -> tuple[str, ...]:
        """The names of the packet types, in alphabetical order."""
        return tuple(sorted(self._types))

    def manifest(self, type: str) -> Manifest:
        """The manifest of a type; raises ``UnknownType``, which lists the known ones."""
        return self._type(type).manifest

    def docx(self, type: str, document: str) -> bytes:
        """The template of one document or leaflet; raises ``UnknownType`` or ``UnknownDocument``."""
        documents = self._type(type).documents
        if document not in documents:
            raise UnknownDocument(type, document, documents)
        return documents[document]

    def digest(self, type: str) -> str:
        """sha256 in hex over the names and contents of all files in the type's folder."""
        return self._type(type).digest

    def languages(self, type: str) -> tuple[str, ...]:
        """The languages with a summary: Dutch first, the others in the order of their codes."""
        return tuple(sorted(self._type(type).summaries, key=lambda each: (each != summary.OFFICIAL, each)))

    def summary(self, type: str, language: str) -> Summary:
        """What the packet is about, in short; raises ``UnknownType`` or ``UnknownLanguage``."""
        summaries = self._type(type).summaries
        if language not in summaries:
            raise UnknownLanguage(type, language, summaries)
        return summaries[language]

    def translation(self, type: str, language: str) -> Translation | None:
        """The words of the manifest in another language, None when there are none; raises ``UnknownType``."""
        return self._type(type).translations.get(language)

    def leaflet_type(self, name: str) -> str | None:
        """The packet type that has this leaflet, when exactly one has."""
        found = [type for type, each in self._types.items() if each.manifest.leaflet(name)]
        return found[0] if len(found) == 1 else None

    def _type(self, type: str) -> _Type:
        if type not in self._types:
            raise UnknownType(type, self._types)
        return self._types[type]


def _read(folder: Path) -> _Type:
    try:
        manifest = grammar.read((folder / MANIFEST).read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        problem = Problem("", f"{folder.name}/{MANIFEST} is not UTF-8.", "Save it as UTF-8.")
        raise InvalidManifest("The manifest cannot be used.", [problem]) from error
    if manifest.type != folder.name:
        problem = Problem(
            "type", f"It differs from the folder's name, {folder.name}.", "Make the two the same."
        )
        raise InvalidManifest("The manifest cannot be used.", [problem])
    documents = {sheet.name: _docx(folder / f"{sheet.name}.docx") for sheet in manifest.sheets}
    words = dict(_translations(folder, manifest))
    return _Type(manifest, documents, dict(_summaries(folder)), words, _digest(folder))


def _summaries(folder: Path) -> Iterator[tuple[str, Summary]]:
    for path in sorted(folder.glob("summary.*.md")):
        found = SUMMARY.fullmatch(path.name)
        if found is None:
            raise TemplateFault(f"{folder.name}/{path.name}: name it summary.nl.md, with a language code.")
        try:
            yield found[1], summary.read(found[1], path.read_text(encoding="utf-8"))
        except UnicodeDecodeError as error:
            raise TemplateFault(f"{folder.name}/{path.name} is not UTF-8: save it as UTF-8.") from error


def _translations(folder: Path, manifest: Manifest) -> Iterator[tuple[str, Translation]]:
    for path in sorted(folder.glob("words.*")):
        found = translation.FILE.fullmatch(path.name)
        if found is None:
            raise TemplateFault(f"{folder.name}/{path.name}: name it words.en.toml, with a language code.")
        try:
            yield found[1], translation.read(found[1], path.read_text(encoding="utf-8"), manifest)
        except UnicodeDecodeError as error:
            raise TemplateFault(f"{folder.name}/{path.name} is not UTF-8: save it as UTF-8.") from error


def _docx(path: Path) -> bytes:
    place = f"{path.parent.name}/{path.name}"
    try:
        docx = path.read_bytes()
        check_docx(docx)
    except FileNotFoundError as error:
        raise TemplateFault(f"{place} is not there: add it, or take it out of the manifest.") from error
    except UnusableDocx as error:
        raise TemplateFault(f"{place}: {error}") from error
    return docx


def _digest(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix().encode()
        total.update(b"%d:%s:%s" % (len(name), name, hashlib.sha256(path.read_bytes()).digest()))
    return total.hexdigest()
