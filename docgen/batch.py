"""Makes the documents of many packets: a row that is refused never stops the others."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import date

from docgen import formats
from docgen.errors import DocgenError, InvalidValues, OfficeMissing, Problem
from docgen.generate import Generator
from docgen.journal import Entry, Journal
from docgen.manifest import Manifest
from docgen.numbering import first_reference
from docgen.rows import Row
from docgen.values import check, complete

REFUSED = "refused.jsonl"
PLACEHOLDER = "{reference}"  # in the address of the validation page


@dataclass(frozen=True)
class Order:
    """What is made of every row: ``documents`` are names of documents or leaflets of the manifest.

    ``digest`` is that of the templates; ``validation_url`` may hold ``{reference}``.
    """

    manifest: Manifest
    digest: str
    documents: tuple[str, ...]
    today: date
    validation_url: str | None = None

    def key(self, row: Row, *, test: bool) -> str:
        """What decides whether a row that was made is still up to date, sha256 in hex."""
        what = [self.digest, self.documents, self.validation_url, test, row.reference, row.data]
        return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()

    def address(self, reference: str) -> str | None:
        """Of the validation page of one packet."""
        return self.validation_url and self.validation_url.replace(PLACEHOLDER, reference)


@dataclass
class Tally:
    """How many rows were made, were there already, and were refused."""

    made: int = 0
    kept: int = 0
    refused: int = 0
    warned: int = 0

    @property
    def done(self) -> int:
        """Rows that are behind us."""
        return self.made + self.kept + self.refused


@dataclass(frozen=True)
class _Job:
    row: Row
    key: str
    reference: str
    values: Mapping[str, object]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class _Refusal:
    row: Row
    problems: Sequence[Problem]


class Batch:
    """One run over all rows, with ``workers`` threads; the generator's office should have as many."""

    def __init__(self, generator: Generator, order: Order, journal: Journal, workers: int) -> None:
        self._generator = generator
        self._order = order
        self._journal = journal
        self._workers = workers
        self._references: dict[str, str] = {}
        self._tally = Tally()
        self._refusals: list[tuple[int, bytes]] = []

    def run(self, rows: Iterable[Row], on_row: Callable[[Tally], object]) -> Tally:
        """Make what is not there yet, and write the report of what was refused; tells after every row.

        Raises:
            OfficeMissing: LibreOffice cannot be started, so no row can be made.
            OSError: the folder cannot be written; what was made so far stays.
        """
        self._journal.remove(REFUSED)  # of an earlier run
        pool = ThreadPoolExecutor(self._workers, thread_name_prefix="batch")
        running: dict[Future[Entry], _Job] = {}
        try:
            for row in rows:
                job = self._judged(row)
                if isinstance(job, _Job):
                    running[pool.submit(self._make, job)] = job
                while len(running) >= 2 * self._workers:
                    self._collect(running)
                on_row(self._tally)
            while running:
                self._collect(running)
                on_row(self._tally)
        finally:
            pool.shutdown(cancel_futures=True)
        self._report()
        return self._tally

    def _judged(self, row: Row) -> _Job | None:
        """The work for a row; None when there is none, because it is there already or is refused."""
        key = self._order.key(row, test=self._generator.test)
        entry = self._journal.made(key)
        found = entry.reference if entry else self._checked(row, key)
        if isinstance(found, _Refusal):
            self._refuse(found)
            return None
        reference = found.reference if isinstance(found, _Job) else found
        first = self._references.setdefault(reference, row.place)
        if first != row.place:
            advice = "Give each a reference of its own, next to the values."
            self._refuse(_Refusal(row, [Problem("reference", f"It is that of {first} too.", advice)]))
            return None
        if isinstance(found, _Job):
            return found
        self._tally.kept += 1
        return None

    def _checked(self, row: Row, key: str) -> _Job | _Refusal:
        manifest, today = self._order.manifest, self._order.today
        problems = check(manifest, row.data, today)
        if any(problem.severity == "error" for problem in problems):
            return _Refusal(row, problems)
        values = complete(manifest, row.data, today)
        try:
            reference = (
                formats.reference(row.reference) if row.reference else first_reference(manifest, values)
            )
        except InvalidValues as error:
            return _Refusal(row, error.problems)
        if reference is None:
            advice = "Copy one such as MTR-0012345678-BGO01-C, or leave it out for the first of the lease."
            return _Refusal(row, [Problem("reference", "It is not a reference.", advice)])
        return _Job(row, key, reference, values, tuple(map(str, problems)))

    def _make(self, job: _Job) -> Entry:
        files = {}
        for name in self._order.documents:
            made = self._generator.generate(
                self._order.manifest.type,
                name,
                job.values,
                job.reference,
                self._order.address(job.reference),
                with_html=False,
            )
            file = f"{job.reference}-{name}.pdf"
            files[file] = self._journal.write(file, made.pdf)
        return Entry(job.key, job.row.place, job.reference, files, job.warnings)

    def _collect(self, running: dict[Future[Entry], _Job]) -> None:
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            job = running.pop(future)
            try:
                entry = future.result()
            except OfficeMissing:
                raise
            except InvalidValues as error:
                self._refuse(_Refusal(job.row, error.problems))
            except DocgenError as error:
                told = Problem("", str(error), "Look at the values of this row and at the template.")
                self._refuse(_Refusal(job.row, [told]))
            else:
                self._journal.note(entry)
                self._tally.made += 1
                self._tally.warned += bool(job.warnings)

    def _refuse(self, refusal: _Refusal) -> None:
        self._tally.refused += 1
        row = refusal.row
        line = {"row": row.number, "place": row.place, "problems": list(_written(refusal.problems))}
        self._refusals.append((row.number, json.dumps(line).encode() + b"\n"))

    def _report(self) -> None:
        if self._refusals:
            self._journal.write(REFUSED, b"".join(line for _, line in sorted(self._refusals)))


def _written(problems: Sequence[Problem]) -> Iterator[dict[str, str]]:
    for problem in problems:
        yield {
            "field": problem.field,
            "severity": problem.severity,
            "reason": problem.reason,
            "advice": problem.advice,
            **({"hint": problem.value_hint} if problem.value_hint else {}),
        }
