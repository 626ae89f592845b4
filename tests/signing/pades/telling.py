"""Everything that could be told of an error."""

import io
import traceback

from rich.console import Console
from rich.traceback import Traceback


def told_of(error: BaseException) -> str:
    """Everything that could be logged of an error: messages, causes, and all locals of all frames."""
    out = io.StringIO()
    console = Console(file=out, width=10_000)
    console.print(
        Traceback.from_exception(
            type(error), error, error.__traceback__, show_locals=True, locals_max_length=100_000,
            locals_max_string=1_000_000, suppress=(),
        )
    )  # fmt: skip
    captured = traceback.TracebackException.from_exception(error, capture_locals=True)
    return out.getvalue() + "".join(captured.format()) + repr(error)
