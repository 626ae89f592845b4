"""Looks over a whole template folder and tells every problem at once, with the paragraph where it is."""

import json
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from lxml.etree import XMLSyntaxError

from docgen import grammar, readability
from docgen.anatomy import BODY, Anatomy
from docgen.catalog import MANIFEST, Catalog
from docgen.conformance import conformance
from docgen.container import faults
from docgen.convert import Office
from docgen.errors import ConformanceFault, DocgenError, InvalidManifest, OfficeMissing, Problem
from docgen.generate import Generator
from docgen.manifest import Manifest
from docgen.numbering import first_reference
from docgen.placeholders import bare
from docgen.typefaces import installed
from docgen.usage import Usage
from docgen.values import check, complete

LANGUAGE = "nl-NL"  # looked for when the manifest cannot say
SAMPLE = "sample.json"


def checkup(folder: Path, office: Office, today: date) -> list[Problem]:
    """Every problem of one template folder; ``field`` of each says where it is in Word's terms.

    Only when there is no error are the samples made, since a broken template says no more that way.

    Raises:
        OfficeMissing, ConformanceFault: LibreOffice or veraPDF cannot run, so not all could be checked.
    """
    manifest, problems = _manifest(folder)
    usage = Usage(manifest) if manifest else None
    names = {path.stem for path in folder.glob("*.docx")}
    for name in sorted(names | {part.name for part in manifest.documents} if manifest else names):
        problems += _document(folder / f"{name}.docx", manifest, usage)
    if usage:
        problems += usage.unused()
    if not any(problem.severity == "error" for problem in problems) and manifest:
        problems += _made(folder, manifest, office, today)
    return problems


def _manifest(folder: Path) -> tuple[Manifest | None, list[Problem]]:
    try:
        manifest = grammar.read((folder / MANIFEST).read_text(encoding="utf-8"))
    except InvalidManifest as error:
        return None, [_in_manifest(problem) for problem in error.problems]
    except UnicodeDecodeError:
        return None, [Problem(MANIFEST, "It is not UTF-8.", "Save it as UTF-8.")]
    if manifest.type != folder.resolve().name:
        reason = f"The type is {manifest.type}, the folder is called {folder.resolve().name}."
        return manifest, [Problem(MANIFEST, reason, "Make the two the same.")]
    return manifest, []


def _in_manifest(problem: Problem) -> Problem:
    where = f"{MANIFEST}, {problem.field}" if problem.field else MANIFEST
    return Problem(where, problem.reason, problem.advice, problem.severity)


def _document(path: Path, manifest: Manifest | None, usage: Usage | None) -> Iterator[Problem]:
    """All that is wrong with one DOCX."""
    if not path.is_file():
        yield Problem(path.name, "It is not there.", f"Add it, or take it out of {MANIFEST}.")
        return
    docx = path.read_bytes()
    found = [Problem(path.name, *_halves(sentence)) for sentence in faults(docx)]
    if found:
        yield from found
        return
    try:
        anatomy = Anatomy(path.name, docx)
    except XMLSyntaxError as error:
        yield Problem(path.name, f"A part is not XML ({error}).", "Save it again in Word.")
        return
    yield from anatomy.problems(manifest.language if manifest else LANGUAGE)
    yield from _typefaces(anatomy)
    part = manifest.document(path.stem) if manifest else None
    if usage and part:
        yield from usage.read(anatomy, part)
    yield from _hard(anatomy)


def _halves(sentence: str) -> tuple[str, str]:
    reason, _, advice = sentence.rpartition(": ")
    return (f"{reason}.", f"{advice[:1].upper()}{advice[1:]}") if reason else (sentence, "Repair it in Word.")


def _typefaces(anatomy: Anatomy) -> Iterator[Problem]:
    for name, where in anatomy.typefaces().items():
        if name.lower() not in installed():
            reason = f"The typeface {name} is not on this machine; another would take its place."
            yield Problem(where, reason, "Choose one that is (Carlito, Caladea, Liberation), or install it.")


def _hard(anatomy: Anatomy) -> Iterator[Problem]:
    """Warnings only: whether a text is clear is for people to judge."""
    total = []
    for paragraph in anatomy.paragraphs:
        if paragraph.part != BODY:
            continue
        for sentence in readability.sentences(bare(paragraph.text)):
            count = len(readability.words(sentence))
            if count > readability.LONGEST_SENTENCE:
                reason = f"A sentence of {count} words is too long for level B1: “{sentence[:60]}…”."
                advice = f"Make two of it, of at most {readability.LONGEST_SENTENCE} words each."
                yield Problem(paragraph.where, reason, advice, "warning")
            if sentence.endswith((".", "!", "?")):  # not a heading or a label
                total.append(sentence)
    score = readability.score(total)
    if score is not None and score < readability.LOWEST_SCORE:
        reason = f"The text is hard to read: {score} on the scale of Flesch-Douma."
        advice = f"Use shorter words and sentences, up to {readability.LOWEST_SCORE:g} or more."
        yield Problem(anatomy.name, reason, advice, "warning")


def _made(folder: Path, manifest: Manifest, office: Office, today: date) -> Iterator[Problem]:
    """What shows only when the samples are really made: boxes off the page, and veraPDF's verdict."""
    samples = sorted(folder.glob("sample*.json"))
    if folder / SAMPLE not in samples:
        yield Problem(SAMPLE, "It is not there.", "Add the values of an invented packet.")
    with tempfile.TemporaryDirectory(prefix="docgen-") as alone:
        (Path(alone) / manifest.type).symlink_to(folder.resolve(), target_is_directory=True)
        generator = Generator(Catalog(Path(alone)), office, test=True)
        for sample in samples:
            yield from _sample(sample, generator, manifest, today)


def _sample(path: Path, generator: Generator, manifest: Manifest, today: date) -> Iterator[Problem]:
    try:
        data = json.loads(path.read_bytes())
    except ValueError as error:
        yield Problem(path.name, f"It is not JSON ({error}).", "Correct it at that place.")
        return
    found = check(manifest, data, today)
    for problem in found:
        where = f"{path.name}, {problem.field}"
        yield Problem(where, problem.reason, problem.advice, problem.severity)
    if any(problem.severity == "error" for problem in found):
        return
    values = complete(manifest, data, today)
    for part in manifest.documents:
        where = f"{part.name}.docx with {path.name}"
        try:
            made = generator.generate(manifest.type, part.name, values, first_reference(manifest, values))
            verdict = conformance(made.pdf)
        except (OfficeMissing, ConformanceFault):
            raise
        except DocgenError as error:
            yield Problem(where, f"It cannot be made: {error}", "Repair the template.")
            continue
        for failure in verdict.failures:
            yield Problem(where, failure, "Repair the template; see the clause named.")
