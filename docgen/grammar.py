"""Reads a manifest.toml into a Manifest and reports everything that is wrong with it at once."""

import tomllib
from collections.abc import Mapping
from typing import get_args

from docgen.coherence import incoherent
from docgen.errors import InvalidManifest, Problem, Severity
from docgen.manifest import (
    TODAY,
    Action,
    Appointment,
    Bound,
    Choice,
    Column,
    Condition,
    Contact,
    Derivation,
    DocumentPart,
    Field,
    Guard,
    Kind,
    Leaflet,
    Manifest,
    RecipientRole,
    Visibility,
    Younger,
)
from docgen.tables import Table

NAME = r"[a-z][a-z0-9-]*"
ROLE = r"[a-z][a-z0-9_]*"
KEY = r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*"
NAME_ADVICE = "Write small letters, digits and hyphens."
ROLE_ADVICE = "Write small letters, digits and underscores."
KEY_ADVICE = "Write small letters, digits and underscores, with dots between the parts."

UNREQUIRED = ("required_if", "required_if_younger", "one_of", "derive")
MOST_ROWS = 2000  # a table of more is no document, and a template may walk it inside another
LONGEST_TEXT = 20_000  # characters

KINDS: tuple[Kind, ...] = get_args(Kind)
CELL_KINDS = tuple(kind for kind in KINDS if kind != "rows")
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
VISIBILITIES: tuple[Visibility, ...] = get_args(Visibility)
ACTIONS: tuple[Action, ...] = get_args(Action)
GUARDS: tuple[Guard, ...] = get_args(Guard)


def read(toml: str) -> Manifest:
    """The manifest written in this TOML text.

    Raises:
        InvalidManifest: with every problem found.
    """
    return parse(_loaded(toml))


def parse(entries: Mapping[str, object]) -> Manifest:
    """The manifest in these entries; raises ``InvalidManifest`` with every problem found."""
    manifest, problems = _examined(entries)
    if problems:
        raise InvalidManifest(f"The manifest of {manifest.type or 'this type'} cannot be used.", problems)
    return manifest


def examine(toml: str) -> tuple[Manifest, list[Problem]]:
    """The manifest as far as it can be read, and every problem; to look on, never to make a document.

    Raises:
        InvalidManifest: the text is not TOML.
    """
    return _examined(_loaded(toml))


def _loaded(toml: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        problem = Problem("", f"It is not TOML: {error}.", "Repair the syntax at that place.")
        raise InvalidManifest("The manifest cannot be used.", [problem]) from error


def _examined(entries: Mapping[str, object]) -> tuple[Manifest, list[Problem]]:
    problems: list[Problem] = []
    table = Table(dict(entries), "", problems)
    manifest = Manifest(
        type=table.text("type", pattern=NAME, advice=NAME_ADVICE),
        code=table.text(
            "code", pattern="[A-Z]{3}", advice="Write three capitals; they go into the reference."
        ),
        version=table.text("version", pattern=r"\d+\.\d+\.\d+", advice="Write it as 1.0.0."),
        title=table.text("title"),
        language=table.text("language", pattern=r"[a-z]{2}-[A-Z]{2}", advice="Write it as nl-NL."),
        effect=table.optional_text("effect"),
        contact=_contact(table.table("contact")),
        documents=tuple(_document(each) for each in table.tables("documents")),
        leaflets=tuple(_leaflet(each) for each in table.tables("leaflets")),
        appointments=tuple(_appointment(each) for each in table.tables("appointments")),
        recipients=tuple(_recipient(each) for each in table.tables("recipients")),
        fields=tuple(_field(each) for each in table.tables("fields")),
    )
    table.done()
    return manifest, problems or incoherent(manifest)


def _document(table: Table) -> DocumentPart:
    document = DocumentPart(
        name=table.text("name", pattern=NAME, advice=NAME_ADVICE),
        title=table.text("title"),
        archive=table.flag("archive", True),
    )
    table.done()
    return document


def _leaflet(table: Table) -> Leaflet:
    leaflet = Leaflet(
        name=table.text("name", pattern=NAME, advice=NAME_ADVICE),
        title=table.text("title"),
        roles=table.words("roles"),
        reference_of=table.optional_text("reference_of"),
    )
    table.done()
    return leaflet


def _appointment(table: Table) -> Appointment:
    appointment = Appointment(
        key=table.text("key", pattern=KEY, advice=KEY_ADVICE),
        title=table.text("title"),
    )
    table.done()
    return appointment


def _contact(table: Table | None) -> Contact | None:
    if table is None:
        return None
    contact = Contact(
        name=table.optional_text("name"),
        phone=table.optional_text("phone"),
        email=table.optional_text("email"),
        organisation=table.optional_text("organisation"),
    )
    table.done()
    return contact


def _recipient(table: Table) -> RecipientRole:
    recipient = RecipientRole(
        role=table.text("role", pattern=ROLE, advice=ROLE_ADVICE),
        label=table.text("label"),
        action=table.word("action", ACTIONS),
        order=table.number("order") or 1,
        documents=table.words("documents"),
        name=table.text("name", pattern=KEY, advice=KEY_ADVICE),
        email=table.text("email", pattern=KEY, advice=KEY_ADVICE),
        statement=table.text("statement"),
        organisation=table.optional_text("organisation"),
        function=table.optional_text("function"),
        consequence=table.optional_text("consequence"),
        term_days=table.number("term_days"),
        when=table.optional_text("when"),
        host_name=table.optional_text("host_name"),
        host_email=table.optional_text("host_email"),
        mobile=table.optional_text("mobile"),
        language=table.optional_text("language"),
        identity=table.words("identity"),
        team=table.flag("team", False),
        paper=table.flag("paper", False),
    )
    if recipient.term_days is not None and recipient.action != "acknowledge":
        table.fault("term_days", "only an acknowledgement has a term.", "Leave it out for who signs.")
    table.done()
    return recipient


def _field(table: Table) -> Field:
    kind = table.word("type", KINDS, default="text")
    field = Field(
        key=table.text("key", pattern=KEY, advice=KEY_ADVICE),
        label=table.text("label"),
        type=kind,
        # A condition, a group or a derivation decides instead of the field itself.
        required=table.flag("required", not any(name in table for name in UNREQUIRED)),
        min=table.number("min"),
        max=table.number("max"),
        choices=_choices(table),
        help=table.optional_text("help"),
        guard=table.word("guard", GUARDS) if "guard" in table else None,
        visibility=table.word("visibility", VISIBILITIES, default="all"),
        required_if=_condition(table.table("required_if")),
        required_if_younger=_younger(table.table("required_if_younger")),
        derive=_derivation(table.table("derive")),
        not_before=_bound(table.table("not_before")),
        not_after=_bound(table.table("not_after")),
        equals=table.optional_text("equals"),
        differs_from=table.optional_text("differs_from"),
        one_of=table.optional_text("one_of"),
        min_rows=table.number("min_rows") or 0,
        columns=tuple(_column(each) for each in table.tables("columns")),
    )
    _bound_size(table, field)
    table.done()
    return field


def _column(table: Table) -> Column:
    column = Column(
        key=table.text("key", pattern=ROLE, advice=ROLE_ADVICE),
        label=table.text("label"),
        type=table.word("type", CELL_KINDS, default="text"),
        required=table.flag("required", True),
        min=table.number("min"),
        max=table.number("max"),
        choices=_choices(table),
        help=table.optional_text("help"),
        guard=table.word("guard", GUARDS) if "guard" in table else None,
    )
    _bound_size(table, column)
    table.done()
    return column


def _bound_size(table: Table, item: Field | Column) -> None:
    most = {"rows": MOST_ROWS, "text": LONGEST_TEXT, "name": LONGEST_TEXT}.get(item.type)
    if most is not None and item.max is not None and not 0 < item.max <= most:
        table.fault("max", "is out of range.", f"Give a number from 1 to {most}.")


def _choices(table: Table) -> tuple[Choice, ...]:
    choices = []
    for each in table.tables("choices"):
        choices.append(Choice(each.text("value"), each.text("label")))
        each.done()
    return tuple(choices)


def _condition(table: Table | None) -> Condition | None:
    if table is None:
        return None
    wanted = table.raw("is")
    if wanted is None:
        table.fault(
            "is", "is missing.", "Write the value, or a list of values, that makes the field required."
        )
    condition = Condition(
        key=table.text("key", pattern=KEY, advice=KEY_ADVICE),
        among=tuple(wanted) if isinstance(wanted, list) else (wanted,),
    )
    table.done()
    return condition


def _younger(table: Table | None) -> Younger | None:
    if table is None:
        return None
    younger = Younger(
        key=table.text("key", pattern=KEY, advice=KEY_ADVICE),
        years=table.number("years") or 0,
        at=table.text("at", pattern=KEY, advice=KEY_ADVICE) if "at" in table else TODAY,
    )
    if not 0 < younger.years < 150:
        table.fault("years", "is no age.", "Write whole years, such as 18.")
    table.done()
    return younger


def _bound(table: Table | None) -> Bound | None:
    if table is None:
        return None
    bound = Bound(
        key=table.text("key", pattern=KEY, advice=KEY_ADVICE),
        months=table.number("months") or 0,
        days=table.number("days") or 0,
        severity=table.word("severity", SEVERITIES, default="error"),
        message=table.optional_text("message"),
    )
    table.done()
    return bound


def _derivation(table: Table | None) -> Derivation | None:
    if table is None:
        return None
    derivation = Derivation(
        since=table.optional_text("from"),
        join=table.words("join"),
        copy=table.optional_text("copy"),
        value=table.raw("value"),
        months=table.number("months") or 0,
        days=table.number("days") or 0,
    )
    if sum(name in table for name in ("from", "join", "copy", "value")) != 1:
        table.fault("", "does not say how to derive the value.", "Write one of from, join, copy or value.")
    table.done()
    return derivation
