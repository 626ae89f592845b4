"""Many packets from one file: an empty one to fill in, what is wrong with each row, and how far it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, g, request
from werkzeug.wrappers import Response as AnyResponse

import docgen
from signing import batching, columns, drafting, spreadsheet
from signing.account import Permission
from signing.batching import Looked, UnknownHeadings
from signing.spreadsheet import UnreadableFile
from signing.staff import Person
from signing.store import BatchRow, RowState
from signing.web import parts
from signing.web.desk import guard
from signing.web.desk.frame import on, page, said
from signing.web.desk.guard import blueprint, needs
from signing.web.desk.telling import in_words, reason
from signing.web.parts import the_services

# How large the body of a form may be, by endpoint; protection.py knows all other forms.
LIMITS = {"desk.brought": spreadsheet.LARGEST + 64 * 1024}
MOST_SHOWN = 50  # rows with something wrong; the file to correct has all of them
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Told:
    """A row with what there is to say about it, each time with its column."""

    number: int
    name: str
    lines: tuple[str, ...]


@blueprint.get("/lijsten")
@needs(Permission.STEER_PACKETS)
def batches() -> str:
    """Empty files, the form for a filled one, and what was brought of late."""
    return _page(())


@blueprint.post("/lijsten")
@needs(Permission.STEER_PACKETS)
def brought() -> AnyResponse | tuple[str, int]:
    """A file came: every row is checked, nothing is made."""
    services, upload = the_services(), request.files.get("file")
    if upload is None or not upload.filename:
        return _page((services.texts.get("desk.batch.unreadable.none"),)), 422
    kind, name = request.form.get("type", "")[:64], upload.filename
    try:
        made = batching.bring(services, guard.person(), kind, name, upload.read())
    except UnreadableFile as error:
        return _page((_unreadable(error.reason),), kind), 422
    except UnknownHeadings as error:
        return _page(_headings(error), kind), 422
    return on("desk.batch", batch_id=made.id)


@blueprint.get("/lijsten/leeg/<packet_type>.csv")
@needs(Permission.STEER_PACKETS)
def empty_csv(packet_type: str) -> Response:
    """All headings, for any spreadsheet."""
    made = batching.example(the_services(), packet_type, xlsx=False)
    return parts.download(made, "text/csv", f"{packet_type}.csv")


@blueprint.get("/lijsten/leeg/<packet_type>.xlsx")
@needs(Permission.STEER_PACKETS)
def empty_xlsx(packet_type: str) -> Response:
    """All headings, with cells that keep what is typed in them."""
    made = batching.example(the_services(), packet_type, xlsx=True)
    return parts.download(made, _XLSX, f"{packet_type}.xlsx")


@blueprint.get("/lijsten/<batch_id>")
@needs(Permission.STEER_PACKETS)
def batch(batch_id: str) -> str:
    """What is wrong with the rows; or how far it is; or what was made and what was not."""
    found = batching.look(the_services(), guard.person(), batch_id)
    g.scripts = g.asks = found.running
    wrong = [row for row in found.told if row.state in (RowState.BAD, RowState.FAILED)]
    doubtful = [row for row in found.told if row not in wrong]
    return page(
        "batch.html",
        "packets",
        found=found,
        wrong=[_told(found, row) for row in wrong[:MOST_SHOWN]],
        more=max(len(wrong) - MOST_SHOWN, 0),
        doubtful=[_told(found, row) for row in doubtful[:MOST_SHOWN]],
        sent=said() == "verstuurd",
    )


@blueprint.get("/lijsten/<batch_id>/rijen.csv")
@needs(Permission.STEER_PACKETS)
def batch_rows(batch_id: str) -> Response:
    """The rows of which nothing was made, as they came, each with what is wrong; to correct and to bring."""
    found = batching.look(the_services(), guard.person(), batch_id)
    ours = the_services().texts.get("desk.batch.reason")
    places = [place for place, heading in enumerate(found.batch.headings) if heading != ours]
    lines = [[*(found.batch.headings[place] for place in places), ours]]
    for row in found.told:
        if row.state in (RowState.BAD, RowState.FAILED):
            cells = [*row.cells, *[""] * len(found.batch.headings)]
            lines.append([*(cells[place] for place in places), " ".join(_told(found, row).lines)])
    return parts.download(spreadsheet.as_csv(lines), "text/csv", "rijen-die-niet-kloppen.csv")


@blueprint.post("/lijsten/<batch_id>/maak")
@needs(Permission.STEER_PACKETS)
def batch_started(batch_id: str) -> AnyResponse:
    """The good rows are to become packets."""
    batching.start(the_services(), guard.person(), batch_id)
    return on("desk.batch", batch_id=batch_id)


@blueprint.post("/lijsten/<batch_id>/verstuur")
@needs(Permission.STEER_PACKETS)
def batch_sent(batch_id: str) -> AnyResponse:
    """All packets of the list that are ready go out."""
    batching.send(the_services(), guard.person(), batch_id)
    return on("desk.batch", batch_id=batch_id, na="verstuurd")


@blueprint.post("/lijsten/<batch_id>/weg")
@needs(Permission.STEER_PACKETS)
def batch_discarded(batch_id: str) -> AnyResponse:
    """A list goes."""
    batching.discard(the_services(), guard.person(), batch_id)
    return on("desk.batches", na="weg")


def is_for(somebody: Person | None) -> bool:
    """Whether these pages are for who asks."""
    return somebody is not None and somebody.may(Permission.STEER_PACKETS)


def too_large() -> tuple[str, int]:
    """The form again, for a file that was not even read."""
    return _page((_unreadable("too_large"),)), 413


def _page(problems: Iterable[str], chosen: str = "") -> str:
    services, person = the_services(), guard.person()
    return page(
        "batches.html",
        "packets",
        types={manifest.type: manifest.title for manifest in drafting.types(services)},
        chosen=chosen,
        problems=tuple(problems),
        batches=batching.batches(services, person),
        rows=spreadsheet.MOST_LINES,
        megabytes=spreadsheet.LARGEST >> 20,
        days=batching.KEPT.days,
        gone=said() == "weg",
    )


def _unreadable(why: str) -> str:
    values = {"rows": spreadsheet.MOST_LINES, "columns": spreadsheet.MOST_COLUMNS}
    texts = the_services().texts
    return texts.get(f"desk.batch.unreadable.{why}", megabytes=spreadsheet.LARGEST >> 20, **values)


def _headings(error: UnknownHeadings) -> Iterable[str]:
    texts = the_services().texts
    for wrong in error.problems[:MOST_SHOWN]:
        values = {"column": spreadsheet.letters(wrong.place), "heading": wrong.heading[:60]}
        if wrong.twice:
            yield texts.get("desk.batch.heading.twice", **values)
        elif wrong.near is not None:
            yield texts.get("desk.batch.heading.near", near=wrong.near, **values)
        else:
            yield texts.get("desk.batch.heading.unknown", **values)


def _told(found: Looked, row: BatchRow) -> Told:
    known, _ = columns.matched(found.manifest, found.batch.headings, "")
    places = {column.key: place for place, column in enumerate(known) if column is not None}
    labels = {column.key: column.label for column in known if column is not None}
    lines = tuple(_line(found.manifest, problem, places, labels) for problem in row.problems)
    data = row.data
    name = " ".join(str(data.get(f"tenant.{part}", "")) for part in ("given_names", "prefix", "family_name"))
    return Told(row.number, " ".join(name.split())[:100], lines)


def _line(
    manifest: docgen.Manifest, kept: Mapping[str, Any], places: dict[str, int], labels: dict[str, str]
) -> str:
    texts, problem = the_services().texts, columns.told_problem(kept)
    told = in_words(texts, problem, reason(problem))
    field = manifest.field(problem.field)
    if reason(problem) == "choose" and field is not None and field.choices:
        choices = " / ".join(choice.label for choice in field.choices)
        told = texts.get("desk.batch.help.choice", choices=choices)
    if not problem.field:
        return told
    label = labels.get(problem.field) or (field.label if field is not None else problem.field)
    if problem.field in places:
        letter = spreadsheet.letters(places[problem.field])
        return texts.get("desk.batch.line", column=letter, label=label, told=told)
    return texts.get("desk.batch.line_absent", label=label, told=told)
