"""How far a long command is, on stderr: a bar on a terminal, a line now and then in a log."""

import time
from types import TracebackType
from typing import Protocol, Self

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

SECONDS = 10.0  # between two lines in a log


class Meter(Protocol):
    """What shows how many of so many are done."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def show(self, done: int, note: str) -> None:
        """So many are done; ``note`` is a few words."""


def meter(total: int) -> Meter:
    """A bar when stderr is a terminal, otherwise plain lines."""
    console = Console(stderr=True)
    return _Bar(console, total) if console.is_terminal else _Lines(total)


class _Bar:
    def __init__(self, console: Console, total: int) -> None:
        self._progress = Progress(
            BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeRemainingColumn(),
            console=console,
        )  # fmt: skip
        self._task = self._progress.add_task("", total=total)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, done: int, note: str) -> None:
        self._progress.update(self._task, completed=done, description=note)


class _Lines:
    def __init__(self, total: int) -> None:
        self._total = total
        self._next = time.monotonic() + SECONDS
        self._last = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        click.echo(self._last, err=True)

    def show(self, done: int, note: str) -> None:
        self._last = f"{done} of {self._total}: {note}"
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + SECONDS
            click.echo(self._last, err=True)
