"""Many packets from one file at the desk: every row is checked, and the good ones are made in turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final, Literal
from uuid import uuid4

import docgen
from signing import columns, filling, intake, spreadsheet, values
from signing.account import Permission
from signing.columns import Column, WrongHeading
from signing.errors import InvalidRequest, NotFound, Refused, SigningError
from signing.intake import AlreadyRunning, NewPacket
from signing.packet import Status
from signing.services import Services
from signing.spreadsheet import Line, UnreadableFile
from signing.staff import Person
from signing.store import Batch, BatchRow, Progress, RowState, Transaction
from signing.tasks import Task
from signing.texts import Texts

KEPT = timedelta(days=14)  # rows hold personal data; who comes back later brings the file again
MOST = 50  # batches of one organisation that are shown
LONGEST_NAME = 100  # characters of a file's name
ERROR: Final = "error"
# What a program that took an identifier for a number has done to it: BAG numbers have more digits than it
# keeps, and a lease number may have begun with zeros.
_NOT_A_NUMBER: Mapping[str, Literal["error", "warning"]] = {"bag": ERROR, "lease_number": "warning"}


class UnknownHeadings(SigningError):
    """The first row names columns that the packet does not have; ``problems``: all of them."""

    def __init__(self, problems: Sequence[WrongHeading]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{len(self.problems)} headings are not those of the packet.")


class Started(Refused):
    """The rows are being made: it is too late to throw them away."""

    def __init__(self) -> None:
        super().__init__("The packets of this batch are being made. Wait until they are.")


@dataclass(frozen=True)
class Looked:
    """One batch as its page shows it. ``told``: rows with something to tell; ``made``: references."""

    batch: Batch
    manifest: docgen.Manifest
    progress: Progress
    told: tuple[BatchRow, ...]
    made: tuple[BatchRow, ...]
    ready: int

    @property
    def running(self) -> bool:
        """Whether rows are still being made."""
        return self.batch.started_at is not None and self.progress.done < self.progress.wanted


def example(services: Services, packet_type: str, *, xlsx: bool) -> bytes:
    """An empty file with all headings and a row that says what goes where. Raises NotFound."""
    manifest = _manifest(services, packet_type)
    offered = columns.offered(manifest)
    headings, told = [c.label for c in offered], [help_text(services.texts, c) for c in offered]
    if xlsx:
        return spreadsheet.as_xlsx(headings, [told], manifest.title)
    return spreadsheet.as_csv([headings, told])


def help_text(texts: Texts, column: Column) -> str:
    """What goes into a column, in one line."""
    field, item = column.field, column.item
    conditional = field.required_if or field.required_if_younger or field.one_of
    needed = item.required and (column.row is None or (column.row == 1 and field.min_rows > 0))
    told = [texts.get(f"desk.batch.help.{'needed' if needed else 'sometimes' if conditional else 'free'}")]
    if item.type == "choice":
        told.append(texts.get("desk.batch.help.choice", choices=" / ".join(c.label for c in item.choices)))
    elif kind := texts.optional(f"desk.batch.help.{item.type}"):
        told.append(kind)
    return " ".join([*told, *filter(None, [item.help])])


def batches(services: Services, person: Person) -> tuple[Batch, ...]:
    """What the organisation brought of late. Raises NotAllowed, NotFound."""
    client = _client(person)
    with services.store.read() as tx:
        return tx.batches.of(client, MOST)


def bring(services: Services, person: Person, packet_type: str, name: str, content: bytes) -> Batch:
    """Reads a file and checks every row, as the packets would be; nothing is made yet.

    Raises NotAllowed, NotFound, UnreadableFile, UnknownHeadings.
    """
    client, manifest = _client(person), _manifest(services, packet_type)
    sheet = spreadsheet.read(content)
    found, wrong = columns.matched(manifest, sheet.headings, services.texts.get("desk.batch.reason"))
    if wrong:
        raise UnknownHeadings(wrong)
    told = tuple("" if column is None else help_text(services.texts, column) for column in found)
    lines = [line for line in sheet.lines if not _is_help(line, told)]
    if not lines:
        raise UnreadableFile("no_rows")
    now = services.clock()
    made = Batch(
        str(uuid4()),
        client,
        person.account.id,
        manifest.type,
        name[:LONGEST_NAME],
        sheet.headings,
        now,
        now + KEPT,
    )
    with services.store.read() as tx:
        rows = tuple(_Judge(services, tx, manifest, made, found).rows(lines))
    with services.store.write() as tx:
        tx.batches.add(made, rows)
        services.agenda.promise(tx.connection, Task("forget", made.id), delay=KEPT)
    return made


def look(services: Services, person: Person, batch_id: str) -> Looked:
    """One batch of the organisation, as far as it is. Raises NotAllowed, NotFound."""
    client = _client(person)
    with services.store.read() as tx:
        batch = tx.batches.get(batch_id, client)
        progress = tx.batches.progress(batch_id)
        found = Looked(batch, _manifest(services, batch.type), progress, (), (), 0)
        if found.running:
            return found  # asked for every few seconds: counts are enough
        rows = tx.batches.rows(batch_id, *RowState)
        made = tuple(row for row in rows if row.state is RowState.MADE)
        ready = list(tx.batches.statuses(batch_id).values()).count(Status.READY)
    told = tuple(row for row in rows if row.problems)
    return replace(found, told=told, made=made, ready=ready)


def start(services: Services, person: Person, batch_id: str) -> None:
    """Has the good rows made, in turn, whatever happens to this process. Raises NotAllowed, NotFound."""
    client = _client(person)
    with services.store.write() as tx:
        batch = tx.batches.get(batch_id, client)
        first = tx.batches.next(batch_id)
        if batch.started_at is None and first is not None:
            tx.batches.start(batch_id, person.account.id, services.clock())
            services.agenda.promise(tx.connection, Task("row", batch_id, str(first)))


def send(services: Services, person: Person, batch_id: str) -> None:
    """Sends all packets of a batch that wait to be sent. Raises NotAllowed, NotFound."""
    client = _client(person)
    with services.store.read() as tx:
        tx.batches.get(batch_id, client)
        statuses = tx.batches.statuses(batch_id)
    for reference, status in statuses.items():
        if status is Status.READY:
            intake.send(services, client, reference, by=person.account.id)


def discard(services: Services, person: Person, batch_id: str) -> None:
    """Forgets a batch; what was made of it stays. Raises NotAllowed, NotFound, Started."""
    if look(services, person, batch_id).running:
        raise Started()
    with services.store.write() as tx:
        tx.batches.drop(batch_id)


class _Judge:
    """Looks at the rows of one file, in their order."""

    def __init__(
        self,
        services: Services,
        tx: Transaction,
        manifest: docgen.Manifest,
        batch: Batch,
        found: Sequence[Column | None],
    ) -> None:
        self._services = services
        self._tx = tx
        self._manifest = manifest
        self._batch = batch
        self._columns = found
        self._subjects: dict[str, int] = {}

    def rows(self, lines: Sequence[Line]) -> Iterator[BatchRow]:
        """Each with everything that is wrong with it."""
        for line in lines:
            said = columns.typed(self._columns, [cell.text for cell in line.cells])
            data = filling.read(self._manifest, said)
            unread = list(self._of_cells(line))
            unsaid = {each.field for each in unread if each.severity == ERROR}
            told = [*unread, *(each for each in self._of_rules(line, data) if each.field not in unsaid)]
            problems = [
                columns.kept_problem(each, columns.column_of(self._manifest, each.field, said))
                for each in told
            ]
            bad = any(each["severity"] == ERROR for each in problems)
            cells = [cell.text for cell in line.cells]
            state = RowState.BAD if bad else RowState.GOOD
            yield BatchRow(self._batch.id, line.number, state, cells, data, problems)

    def _of_cells(self, line: Line) -> Iterator[docgen.Problem]:
        for column, cell in zip(self._columns, line.cells, strict=False):
            if column is None:
                continue
            if cell.odd is not None:
                yield docgen.Problem(column.name, f"Its cell holds: {cell.odd}", "")
            elif cell.number and (severity := _NOT_A_NUMBER.get(column.item.type)):
                yield docgen.Problem(column.name, "Its cell holds: number", "", severity)

    def _of_rules(self, line: Line, data: dict[str, Any]) -> Sequence[Any]:
        request = NewPacket(self._manifest.type, data, send=False)
        found, checked = intake.judged(self._services, request)
        if checked is None:
            return found
        try:
            intake.fits_what_runs(self._tx, self._batch.client, self._manifest, checked)
        except InvalidRequest as error:
            return (*error.problems, *found)
        except AlreadyRunning as error:
            return (docgen.Problem("", str(error), "", ERROR, error.running), *found)
        first = self._subjects.setdefault(values.subject(self._manifest, checked), line.number)
        if first != line.number:
            return (docgen.Problem("", "It is the row of another packet", "", ERROR, str(first)), *found)
        return found


def _is_help(line: Line, told: Sequence[str]) -> bool:
    """Whether a row is the one that an empty file came with."""
    pairs = zip(line.cells, told, strict=False)
    return all(cell.text == text for cell, text in pairs if cell.text)


def _client(person: Person) -> str:
    person.needs(Permission.STEER_PACKETS)
    if person.scope.client is None:
        raise NotFound("Only a care organisation makes packets.")
    return person.scope.client


def _manifest(services: Services, packet_type: str) -> docgen.Manifest:
    if packet_type not in intake.packet_types(services):
        raise NotFound("There is no such packet type.")
    return services.catalog.manifest(packet_type)
