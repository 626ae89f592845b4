"""Makes the samples of a template folder for real, and tells what shows only then."""

import copy
import json
import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from docgen.catalog import Catalog
from docgen.conformance import conformance
from docgen.convert import Office
from docgen.errors import ConformanceFault, DocgenError, InvalidValues, OfficeMissing, Problem
from docgen.generate import Generator
from docgen.manifest import DocumentPart, Leaflet, Manifest, put_at, value_at
from docgen.numbering import example_address, first_reference
from docgen.sameness import difference
from docgen.values import check, complete

SAMPLE = "sample.json"


@dataclass(frozen=True)
class _Packet:
    """The values of one sample; ``name`` says which, for messages."""

    name: str
    values: Mapping[str, object]


def trial(
    folder: Path, manifest: Manifest, faulty: Collection[str], office: Office, today: date
) -> Iterator[Problem]:
    """Every problem of the samples themselves, and of what is made from them.

    ``faulty`` are the documents and leaflets that are wrong in themselves: making them would say no more.

    Raises:
        OfficeMissing, ConformanceFault: LibreOffice or veraPDF cannot run, so not all could be checked.
    """
    paths = sorted(folder.glob("sample*.json"))
    if folder / SAMPLE not in paths:
        yield Problem(SAMPLE, "It is not there.", "Add the values of an invented packet.")
    packets: list[_Packet] = []
    for path in paths:
        yield from _read(path, manifest, today, packets)
    yield from _untried(manifest, packets)
    sheets = [sheet for sheet in manifest.sheets if sheet.name not in faulty]
    if not sheets or not packets:
        return
    with tempfile.TemporaryDirectory(prefix="docgen-") as alone:
        (Path(alone) / manifest.type).symlink_to(folder.resolve(), target_is_directory=True)
        try:
            generator = Generator(Catalog(Path(alone)), office, test=True)
        except DocgenError:
            return  # what is wrong with the folder was told already
        for packet in packets:
            for sheet in sheets:
                yield from _make(generator, manifest, sheet, packet)


def _read(path: Path, manifest: Manifest, today: date, packets: list[_Packet]) -> Iterator[Problem]:
    try:
        data = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        yield Problem(path.name, f"It is not JSON ({error}).", "Correct it at that place.")
        return
    for problem in check(manifest, data, today):
        where = f"{path.name}, {problem.field}" if problem.field else path.name
        yield Problem(where, problem.reason, problem.advice, problem.severity)
    try:
        packets.append(_Packet(path.name, complete(manifest, data, today)))
    except InvalidValues:
        return  # its problems were told


def _untried(manifest: Manifest, packets: list[_Packet]) -> Iterator[Problem]:
    """Adds a packet with and one without each recipient that is not always there, where no sample is one."""
    if not packets:
        return
    for key in sorted({recipient.when for recipient in manifest.recipients if recipient.when}):
        field = manifest.field(key)
        present = {bool(value_at(packet.values, key)) for packet in packets}
        if field is None or len(present) == 2:
            continue
        if True not in present and field.type != "boolean":
            reason = f"No sample has a value for {key}, so who signs because of it is never tried."
            yield Problem(SAMPLE, reason, "Add a sample that has one.", "warning")
            continue
        values = copy.deepcopy(dict(packets[0].values))
        empty = False if field.type == "boolean" else None
        put_at(values, key, True if True not in present else empty)
        side = "without" if True in present else "with"
        packets.append(_Packet(f"{packets[0].name} {side} {key}", values))


def _make(
    generator: Generator, manifest: Manifest, sheet: DocumentPart | Leaflet, packet: _Packet
) -> Iterator[Problem]:
    where = f"{sheet.name}.docx with {packet.name}"
    try:
        reference = first_reference(manifest, packet.values)
        made = generator.generate(
            manifest.type, sheet.name, packet.values, reference, example_address(reference)
        )
        verdict = conformance(made.pdf)
    except (OfficeMissing, ConformanceFault):
        raise
    except DocgenError as error:
        yield Problem(where, f"It cannot be made: {error}", "Repair the template.")
        return
    for failure in verdict.failures:
        yield Problem(where, failure, "Repair the template; see the clause named.")
    different = difference(made.pdf, made.html)
    if different:
        advice = "Use paragraphs, lists and tables, so that paper and screen carry the same words in order."
        yield Problem(where, different, advice)
