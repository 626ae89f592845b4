"""Making a packet: begin, fill in what is asked, look at what is wrong, and make it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import g, request
from werkzeug.wrappers import Response as AnyResponse

import docgen
from signing import drafting, filling, finding, recalling
from signing.account import Permission
from signing.errors import InvalidRequest, NotFound, Refused
from signing.intake import AlreadyRunning
from signing.store import Draft
from signing.web.desk import guard
from signing.web.desk.frame import on, page, said
from signing.web.desk.guard import blueprint, needs
from signing.web.desk.telling import in_words, reason
from signing.web.parts import the_services

LONGEST = 4000  # characters of one field that are kept: what is too long is told, not cut
# How large the body of a form may be, by endpoint; protection.py knows all other forms.
LIMITS = {"desk.saved": 512 * 1024}
_INPUTS = {"date": "date", "email": "email", "phone": "tel"}


@dataclass(frozen=True)
class Input:
    """One thing to fill in. ``kind``: of the input; ``needed``: ``always``, ``sometimes`` or ``never``."""

    name: str
    label: str
    kind: str
    value: str
    problem: str
    warning: str
    help: str | None
    needed: str
    choices: tuple[docgen.Choice, ...]


@dataclass(frozen=True)
class Block:
    """One field of the manifest: one input, or for rows some of them for every row."""

    key: str
    label: str
    help: str | None
    problem: str
    inputs: tuple[tuple[Input, ...], ...]
    rows: bool


@blueprint.get("/nieuw")
@needs(Permission.STEER_PACKETS)
def new() -> str:
    """Which kind of packet, for which lease; and what was begun before."""
    services, person = the_services(), guard.person()
    titles = {manifest.type: manifest.title for manifest in drafting.types(services)}
    words = request.args.get("zoek", "")[: finding.LONGEST_SEARCH]
    return page(
        "new.html",
        "packets",
        types=titles,
        drafts=drafting.drafts(services, person),
        gone=said() == "weg",
        words=words,
        choices=recalling.choices(services, person, words),
        meant=recalling.meant(services, person, words),
    )


@blueprint.post("/nieuw")
@needs(Permission.STEER_PACKETS)
def begun() -> AnyResponse:
    """A new draft, with all that is known."""
    lease = request.form.get("lease", "")[:60]
    made = drafting.begin(the_services(), guard.person(), request.form.get("type", "")[:64], lease)
    return on("desk.draft", draft_id=made.id)


@blueprint.get("/concepten/<draft_id>")
@needs(Permission.STEER_PACKETS)
def draft(draft_id: str) -> AnyResponse | str:
    """The form, as far as it was filled in."""
    found = drafting.draft(the_services(), guard.person(), draft_id)
    if found.reference is not None:
        return on("desk.packet", wanted=found.reference)
    return _page(found, (), note="saved" if said() == "bewaard" else None)


@blueprint.post("/concepten/<draft_id>")
@needs(Permission.STEER_PACKETS)
def saved(draft_id: str) -> AnyResponse | tuple[str, int]:
    """Keeps the form, always; and makes the packet when that is asked and nothing is wrong.

    The page's script saves while somebody types, and is only told that it was kept.
    """
    services, person = the_services(), guard.person()
    typed = {name: value[:LONGEST] for name, value in request.form.items()}
    found = drafting.save(services, person, draft_id, typed)
    if request.form.get("act") == "typed":
        return "", 204
    if request.form.get("act") != "make":
        return on("desk.draft", draft_id=draft_id, na="bewaard")
    try:
        return on("desk.packet", wanted=drafting.make(services, person, draft_id))
    except InvalidRequest as error:
        told = error.problems if found.reference else drafting.problems(services, found) or error.problems
        return _page(found, told), 422
    except AlreadyRunning as error:
        return _page(found, (), note="running", running=error.running), 409
    except NotFound:
        raise
    except Refused:
        return _page(found, (), note="refused"), 409


@blueprint.post("/concepten/<draft_id>/weg")
@needs(Permission.STEER_PACKETS)
def discarded(draft_id: str) -> AnyResponse:
    """A draft goes."""
    drafting.discard(the_services(), guard.person(), draft_id)
    return on("desk.new", na="weg")


@blueprint.post("/pakketten/<wanted>/overdracht")
@needs(Permission.STEER_PACKETS)
def transferred(wanted: str) -> AnyResponse:
    """A transfer form for a running agreement, with all that is known."""
    made = drafting.transfer(the_services(), guard.person(), wanted)
    return on("desk.draft", draft_id=made.id)


@blueprint.post("/pakketten/<wanted>/aanpassen")
@needs(Permission.STEER_PACKETS)
def reworked(wanted: str) -> AnyResponse:
    """A new version of a stopped packet, to change something in."""
    made = drafting.rework(the_services(), guard.person(), wanted)
    return on("desk.draft", draft_id=made.id)


def _page(found: Draft, problems: Iterable[Any], note: str | None = None, running: str | None = None) -> str:
    services = the_services()
    manifest = services.catalog.manifest(found.type)
    errors: dict[str, str] = {}
    warnings: dict[str, str] = {}
    for problem in problems:
        told = warnings if getattr(problem, "severity", "error") == "warning" else errors
        told.setdefault(problem.field, in_words(services.texts, problem, reason(problem)))
    values = filling.written(manifest, found.data)
    labels = {field.key: field.label for field in manifest.fields}
    blocks = [_block(field, values, errors, warnings) for field in filling.fields(manifest)]
    # What is wrong, or was emptied, is asked for like everything else.
    known = [block for block in blocks if block.key in found.known and block.key in values]
    known = [block for block in known if block.key not in errors and block.key not in warnings]
    g.scripts = g.asks = True
    return page(
        "draft.html",
        "packets",
        draft=found,
        manifest=manifest,
        blocks=[block for block in blocks if block not in known],
        known=[_in_short(block) for block in known],
        problems={key: f"{labels.get(key.partition('[')[0], '')}: {text}" for key, text in errors.items()},
        note=note,
        running=running,
    )


def _block(
    field: docgen.Field, values: Mapping[str, str], errors: Mapping[str, str], warnings: Mapping[str, str]
) -> Block:
    problem = errors.get(field.key, "")
    if field.type != "rows":
        only = _input(field, field.key, _needed(field), values, errors, warnings)
        return Block(field.key, field.label, field.help, problem, ((only,),), rows=False)
    filled = [name for name in values if name.startswith(f"{field.key}[")]
    last = max((int(name.partition("[")[2].partition("]")[0]) for name in filled), default=-1)
    most = min(max(last + 2, 1), field.max or filling.MOST_ROWS)
    rows = tuple(
        tuple(
            _input(
                column,
                f"{field.key}[{number}].{column.key}",
                "always" if column.required else "never",
                values,
                errors,
                warnings,
            )
            for column in field.columns
        )
        for number in range(most)
    )
    return Block(field.key, field.label, field.help, problem, rows, rows=True)


def _in_short(block: Block) -> Block:
    """Without help: somebody filled it in before."""
    ((only,),) = block.inputs
    return replace(block, help=None, inputs=((replace(only, help=None, needed="always"),),))


def _input(
    item: docgen.Field | docgen.Column,
    name: str,
    needed: str,
    values: Mapping[str, str],
    errors: Mapping[str, str],
    warnings: Mapping[str, str],
) -> Input:
    long = item.type == "text" and (item.max or 0) >= 200
    kind = "choice" if item.type in ("choice", "boolean") else "long" if long else "text"
    return Input(
        name,
        item.label,
        _INPUTS.get(item.type, kind),
        values.get(name, ""),
        errors.get(name, ""),
        warnings.get(name, ""),
        item.help,
        needed,
        _yes_or_no() if item.type == "boolean" else item.choices,
    )


def _yes_or_no() -> tuple[docgen.Choice, ...]:
    return (docgen.Choice(filling.YES, "ja"), docgen.Choice(filling.NO, "nee"))


def _needed(field: docgen.Field) -> str:
    if field.required:
        return "always"
    return "sometimes" if field.required_if or field.required_if_younger or field.one_of else "never"
