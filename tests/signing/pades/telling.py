"""Everything that could be told of an error."""

import traceback
from collections.abc import Iterator

from rich.pretty import pretty_repr


def told_of(error: BaseException) -> str:
    """Everything that could be logged of an error: messages, causes, and all locals of all frames."""
    captured = traceback.TracebackException.from_exception(error, capture_locals=True)
    # What a rich traceback would show of each local, without its frames: those took half a minute.
    unfolded = (pretty_repr(local, max_string=1_000_000) for local in _locals(error))
    return "".join(captured.format()) + repr(error) + "\n".join(unfolded)


def _locals(error: BaseException | None) -> Iterator[object]:
    while error is not None:
        for frame, _ in traceback.walk_tb(error.__traceback__):
            yield from frame.f_locals.values()
        error = error.__cause__ or error.__context__
