"""Checks the data of a packet against its manifest and completes it with what follows from it."""

from collections.abc import Iterator, Mapping
from datetime import date
from graphlib import TopologicalSorter

from docgen import formats, guards, kinds
from docgen.errors import InvalidValues, Problem, Severity
from docgen.manifest import TODAY, Bound, Column, Derivation, Field, Manifest, prefixes, put_at
from docgen.tables import closest, shown

MOST_ROWS = 50  # when the manifest gives no max
MOST_UNKNOWN = 20  # unknown keys reported one by one


def check(manifest: Manifest, data: Mapping[str, object], today: date) -> list[Problem]:
    """Every problem in the data, in the manifest's order; empty when it is fine."""
    return _Reading(manifest, data, today).problems


def judged(
    manifest: Manifest, data: Mapping[str, object], today: date
) -> tuple[list[Problem], dict[str, object] | None]:
    """What `check` and `complete` say, in one reading; None when one of the problems is an error."""
    reading = _Reading(manifest, data, today)
    problems = reading.problems
    if any(problem.severity == "error" for problem in problems):
        return problems, None
    values: dict[str, object] = {}
    for field in manifest.fields:
        put_at(values, field.key, reading.values[field.key])
    return problems, values


def complete(manifest: Manifest, data: Mapping[str, object], today: date) -> dict[str, object]:
    """The data as it is kept: tidied, with derived values, None for what was left empty; all JSON types.

    Raises:
        InvalidValues: with every problem; warnings alone do not raise.
    """
    problems, values = judged(manifest, data, today)
    if values is None:
        raise InvalidValues(problems)
    return values


def checked(fields: tuple[Field, ...], data: Mapping[str, object]) -> dict[str, object]:
    """A few values that belong to no manifest, each as its field keeps it; None for what was left empty.

    Raises:
        InvalidValues: with every problem.
    """
    values: dict[str, object] = {}
    problems: list[Problem] = []
    for field in fields:
        given = data.get(field.key)
        values[field.key] = None
        if kinds.blank(given):
            if field.required:
                problems.append(Problem(field.key, "It is required but empty.", f"Fill in: {field.label}."))
            continue
        try:
            values[field.key] = kinds.read(field, given)
        except kinds.Refused as refused:
            problems.append(Problem(field.key, refused.reason, refused.advice, value_hint=refused.hint))
    if problems:
        raise InvalidValues(problems)
    return values


class _Reading:
    """One pass over the data; ``values`` holds a value or None for every key of the manifest."""

    def __init__(self, manifest: Manifest, data: Mapping[str, object], today: date) -> None:
        self.manifest = manifest
        self.today = today
        self.values: dict[str, object] = {field.key: None for field in manifest.fields}
        self._found: list[Problem] = []
        self._faulty: set[str] = set()
        self._fields = {field.key: field for field in manifest.fields}
        self._tables = {prefix for key in self._fields for prefix in prefixes(key)}
        given: dict[str, object] = {}
        if isinstance(data, Mapping):
            self._collect(data, "", given)
        else:
            self._note("", "It is not a table of values.", 'Send a JSON object: {"lease_number": ...}.')
        self._known = frozenset(_identifiers(manifest, given))
        for field in manifest.fields:
            self._read(field, given.get(field.key))
        self._derive()
        for field in manifest.fields:
            self._require(field)
            self._relate(field)
        self._require_groups()

    @property
    def problems(self) -> list[Problem]:
        """What was found: unknown keys first, then in the order of the manifest."""
        order = {field.key: place for place, field in enumerate(self.manifest.fields)}
        return sorted(self._found, key=lambda problem: order.get(problem.field.partition("[")[0], -1))

    def _note(
        self,
        field: str,
        reason: str,
        advice: str,
        *,
        severity: Severity = "error",
        hint: str | None = None,
    ) -> None:
        self._found.append(Problem(field, reason, advice, severity, hint))
        if severity == "error":
            self._faulty.add(field.partition("[")[0])

    def _collect(self, table: Mapping[str, object], where: str, given: dict[str, object]) -> None:
        fields, tables = self._fields, self._tables
        unknown = []
        for name, value in table.items():
            key = f"{where}{name}"
            if key in fields and fields[key].derive:
                self._note(key, "It follows from other values.", "Leave it out.")
            elif key in given:
                self._note(key, "It is there twice, flat and in its group.", "Send it once.")
            elif key in fields:
                given[key] = value
            elif key in tables and isinstance(value, Mapping):
                self._collect(value, f"{key}.", given)
            elif key in tables:
                self._note(key, "It is a group of values, not a value.", "Send an object with its parts.")
            else:
                unknown.append(key)
        known = [key for key, field in fields.items() if not field.derive] if unknown else []
        for key in unknown[:MOST_UNKNOWN]:
            self._note(
                shown(key), "This type has no such field.", f"Leave it out{closest(key[:200], known)}."
            )
        if len(unknown) > MOST_UNKNOWN:
            more = len(unknown) - MOST_UNKNOWN
            self._note("", f"{more} more keys are not known.", "Send only the fields of this type.")

    def _read(self, field: Field, value: object) -> None:
        if kinds.blank(value):
            return
        if field.type == "rows":
            self.values[field.key] = self._rows(field, value)
        else:
            self.values[field.key] = self._item(field, field.key, value)

    def _item(self, item: Field | Column, where: str, value: object, guard: str | None = None) -> object:
        try:
            read = kinds.read(item, value, self._known)
        except kinds.Refused as refused:
            self._note(where, refused.reason, refused.advice, hint=refused.hint)
            return None
        if (
            "health" in (item.guard, guard)
            and item.type == "text"
            and isinstance(read, str)
            and guards.speaks_of_health(read)
        ):
            self._note(
                where,
                "It seems to say something about health, addiction or detention.",
                "Leave that out unless it is needed here.",
                severity="warning",
            )
        return read

    def _rows(self, field: Field, value: object) -> list[dict[str, object]] | None:
        most = field.max or MOST_ROWS
        if not isinstance(value, list):
            self._note(field.key, "It is not a list of rows.", "Send a JSON array of objects.")
            return None
        if len(value) > most:
            self._note(field.key, f"It has {len(value)} rows.", f"Send at most {most}.")
            return None
        return [self._row(field, f"{field.key}[{number}]", row) for number, row in enumerate(value)]

    def _row(self, field: Field, where: str, row: object) -> dict[str, object]:
        cells: dict[str, object] = {column.key: None for column in field.columns}
        if not isinstance(row, Mapping):
            self._note(where, "It is not a row.", f"Send an object with {', '.join(cells)}.")
            return cells
        for name in row:
            if name not in cells:
                self._note(
                    f"{where}.{shown(str(name))}",
                    "The row has no such column.",
                    f"Leave it out{closest(str(name)[:200], cells)}.",
                )
        for column in field.columns:
            place = f"{where}.{column.key}"
            if not kinds.blank(row.get(column.key)):
                cells[column.key] = self._item(column, place, row[column.key], field.guard)
            elif column.required:
                self._note(place, "It is missing.", f"Fill in {column.label}.")
        return cells

    def _derive(self) -> None:
        derivations = {field.key: field.derive for field in self.manifest.fields if field.derive}
        order = TopologicalSorter({key: derive.sources for key, derive in derivations.items()})
        for key in order.static_order():
            if key in derivations:
                self.values[key] = self._derived(derivations[key])

    def _derived(self, derive: Derivation) -> object:
        if derive.since is not None:
            day = self._day(derive.since)
            shifted = day and formats.shift(day, months=derive.months, days=derive.days)
            return shifted.isoformat() if shifted else None
        if derive.join:
            return " ".join(str(self.values[key]) for key in derive.join if self.values[key]) or None
        return self.values[derive.copy] if derive.copy is not None else derive.value

    def _day(self, key: str) -> date | None:
        value = self.today.isoformat() if key == TODAY else self.values[key]
        return date.fromisoformat(value) if isinstance(value, str) else None

    def _require(self, field: Field) -> None:
        if field.key in self._faulty:
            return
        value, because = self.values[field.key], self._because(field)
        needed = field.required or because
        rows = len(value) if isinstance(value, list) else 0
        if field.type == "rows" and (needed or rows) and rows < max(field.min_rows, 1):
            self._note(field.key, f"It has {rows} rows.", f"Send at least {max(field.min_rows, 1)}.")
        elif field.type != "rows" and needed and value is None and not field.derive:
            why = f" because of {because}" if because and not field.required else ""
            self._note(field.key, f"It is missing{why}.", f"Fill in {field.label}.")

    def _because(self, field: Field) -> str | None:
        """The key whose value makes a field required; None when no condition holds."""
        condition, younger = field.required_if, field.required_if_younger
        if condition and self.values[condition.key] in condition.among:
            return condition.key
        if younger is None or younger.key in self._faulty:
            return None
        born, at = self._day(younger.key), self._day(younger.at)
        if born and at:
            # Someone born on 29 February comes of age on 1 March, BW 1:233.
            birthday = formats.shift(born, months=12 * younger.years)
            if at < birthday or (at == birthday and birthday.day != born.day):
                return younger.key
        return None

    def _require_groups(self) -> None:
        groups: dict[str, list[str]] = {}
        for field in self.manifest.fields:
            if field.one_of:
                groups.setdefault(field.one_of, []).append(field.key)
        for keys in groups.values():
            if all(self.values[key] is None and key not in self._faulty for key in keys):
                self._note(
                    keys[0], f"None of {', '.join(keys)} is filled in.", "Fill in at least one of them."
                )

    def _relate(self, field: Field) -> None:
        value = self.values[field.key]
        if value is None:
            return
        self._bound(field, field.not_before, earliest=True)
        self._bound(field, field.not_after, earliest=False)
        if field.equals and self.values[field.equals] not in (None, value):
            self._note(field.key, f"It differs from {field.equals}.", "Make the two the same.")
        if field.differs_from and self.values[field.differs_from] == value:
            self._note(field.key, f"It is the same as {field.differs_from}.", "Make the two different.")

    def _bound(self, field: Field, bound: Bound | None, *, earliest: bool) -> None:
        if bound is None:
            return
        day, start = self._day(field.key), self._day(bound.key)
        if day is None or start is None:
            return
        limit = formats.shift(start, months=bound.months, days=bound.days)
        if (day >= limit) if earliest else (day <= limit):
            return
        side, words = ("before", "or later") if earliest else ("after", "or earlier")
        self._note(
            field.key,
            f"The date lies {side} {_limit(bound)}.",
            bound.message or f"Give {limit.isoformat()} {words}.",
            severity=bound.severity,
            hint=limit.isoformat(),
        )


def _identifiers(manifest: Manifest, given: Mapping[str, object]) -> Iterator[str]:
    """The digits of the packet's own numbers: people repeat a lease number in a remark."""
    for field in manifest.fields:
        value = given.get(field.key)
        exempt = field.type in kinds.IDENTIFIERS or field.guard == "none"
        if exempt and isinstance(value, str) and len(value) <= formats.LONGEST_NUMBER:
            yield "".join(each for each in value if each.isdecimal())


def _limit(bound: Bound) -> str:
    parts = [
        f"{count:+d} {unit}" for count, unit in ((bound.months, "months"), (bound.days, "days")) if count
    ]
    return " ".join([bound.key, *parts])
