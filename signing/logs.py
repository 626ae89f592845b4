"""Log lines: one JSON object a line for machines or plain text for people, with the id of the request.

No line holds personal data: who logs sees to that, and tests/test_logs.py reads all lines of a whole run.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_request: ContextVar[str | None] = ContextVar("request", default=None)


def request_id() -> str | None:
    """Of the request that is answered here, or whose work is done here; None outside of any."""
    return _request.get()


@contextmanager
def request(id: str | None) -> Iterator[None]:
    """All that is logged, promised and mailed in the block carries this id."""
    token = _request.set(id)
    try:
        yield
    finally:
        _request.reset(token)


def begin_request(id: str | None) -> None:
    """As ``request``, until this thread begins another one, or none (None)."""
    _request.set(id)


def set_up(*, as_json: bool) -> None:
    """The form of every line of this process, also of libraries that have handlers of their own."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Json() if as_json else _Text("%(asctime)s %(name)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def adopt(name: str) -> None:
    """A library's lines go the way of ours, once it was set up; nothing changes without ``set_up``."""
    logger = logging.getLogger(name)
    if not logging.getLogger().handlers:
        return
    for handler in tuple(logger.handlers):
        logger.removeHandler(handler)
    logger.propagate = True


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        number = request_id()
        return text if number is None or number in text else f"{text} [{number}]"


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id(),
            "process": record.process,
        }
        line |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[0] is not None:
            # The kind and the place; the text of an exception may hold anything.
            kind, _, place = record.exc_info
            line["error"], line["trace"] = kind.__name__, "".join(traceback.format_tb(place))
        return json.dumps(
            {key: value for key, value in line.items() if value is not None}, ensure_ascii=False
        )
