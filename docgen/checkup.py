"""Looks over a whole template folder and tells every problem at once, with the paragraph where it is."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from lxml.etree import XMLSyntaxError

from docgen import grammar, readability, summary, translation
from docgen.anatomy import BODY, Anatomy
from docgen.catalog import MANIFEST
from docgen.container import faults
from docgen.convert import Office
from docgen.errors import InvalidManifest, Problem, TemplateFault
from docgen.manifest import Manifest
from docgen.placeholders import bare
from docgen.trial import trial
from docgen.typefaces import TWINS, installed
from docgen.usage import Usage

LANGUAGE = "nl-NL"  # looked for when the manifest cannot say


def checkup(folder: Path, office: Office, today: date) -> list[Problem]:
    """Every problem of one template folder; ``field`` of each says where it is in Word's terms.

    Documents and leaflets without an error of their own are made from the samples as well.

    Raises:
        OfficeMissing, ConformanceFault: LibreOffice or veraPDF cannot run, so not all could be checked.
    """
    manifest, problems = _manifest(folder)
    usable = manifest is not None and not problems
    usage = Usage(manifest) if manifest else None
    found = {path.stem for path in folder.glob("*.docx")}
    wanted = {sheet.name for sheet in manifest.sheets} if manifest else found
    faulty = set()
    for name in sorted(wanted | found):
        told = list(_document(folder / f"{name}.docx", manifest, usage))
        problems += told
        if any(problem.severity == "error" for problem in told):
            faulty.add(name)
    problems += _summaries(folder)
    if manifest and usable:
        problems += _translations(folder, manifest)
    if usage and manifest and usable:
        problems += usage.unused()
        problems += trial(folder, manifest, faulty, office, today)
    return problems


def _manifest(folder: Path) -> tuple[Manifest | None, list[Problem]]:
    """The manifest as far as it can be read, and its problems."""
    try:
        manifest, problems = grammar.examine((folder / MANIFEST).read_text(encoding="utf-8"))
    except InvalidManifest as error:
        return None, [_in_manifest(problem) for problem in error.problems]
    except UnicodeDecodeError:
        return None, [Problem(MANIFEST, "It is not UTF-8.", "Save it as UTF-8.")]
    found = [_in_manifest(problem) for problem in problems]
    if manifest.type not in ("", folder.resolve().name):
        reason = f"The type is {manifest.type}, the folder is called {folder.resolve().name}."
        found.append(Problem(MANIFEST, reason, "Make the two the same."))
    return manifest, found


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
    sheet = (manifest.document(path.stem) or manifest.leaflet(path.stem)) if manifest else None
    if usage and sheet:
        yield from usage.read(anatomy, sheet)
    elif usage:
        reason = f"It is in the folder, and {MANIFEST} does not name it."
        yield Problem(path.name, reason, f"Add it to {MANIFEST}, or take it away.", "warning")
    yield from _hard(anatomy)


def _summaries(folder: Path) -> Iterator[Problem]:
    for path in sorted(folder.glob("summary.*.md")):
        language = path.name.split(".")[1]
        try:
            summary.read(language, path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            yield Problem(path.name, "It is not UTF-8.", "Save it as UTF-8.")
        except TemplateFault as fault:
            yield Problem(path.name, *_halves(str(fault).removeprefix(f"{path.name}: ")))


def _translations(folder: Path, manifest: Manifest) -> Iterator[Problem]:
    for path in sorted(folder.glob("words.*.toml")):
        try:
            translation.read(path.name.split(".")[1], path.read_text(encoding="utf-8"), manifest)
        except UnicodeDecodeError:
            yield Problem(path.name, "It is not UTF-8.", "Save it as UTF-8.")
        except TemplateFault as fault:
            yield Problem(path.name, str(fault), "Mend it in a text editor.")


def _halves(sentence: str) -> tuple[str, str]:
    reason, _, advice = sentence.rpartition(": ")
    return (f"{reason}.", f"{advice[:1].upper()}{advice[1:]}") if reason else (sentence, "Repair it in Word.")


def _typefaces(anatomy: Anatomy) -> Iterator[Problem]:
    for name, where in anatomy.typefaces().items():
        twin = TWINS.get(name.lower(), "")
        if name.lower() in installed():
            continue
        if twin.lower() in installed():
            reason = f"{name} is not on this machine; {twin} takes its place, with letters as wide."
            yield Problem(where, reason, f"Choose {twin}, to see in Word what will be printed.", "warning")
        else:
            reason = f"The typeface {name} is not on this machine; another would take its place."
            yield Problem(where, reason, "Choose one that is (Carlito, Caladea, Liberation), or install it.")


def _hard(anatomy: Anatomy) -> Iterator[Problem]:
    """Warnings only: whether a text is clear is for people to judge."""
    total = []
    for paragraph in anatomy.paragraphs:
        if paragraph.part != BODY or paragraph.verbatim:
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
