"""An id for every request, and one log line that holds no token and no personal data."""

from __future__ import annotations

import logging
import time
from uuid import uuid4

from flask import Flask, Response, g, request

from signing import links

log = logging.getLogger("signing.web.access")


def install(app: Flask) -> None:
    """Numbers and logs the requests of ``app``."""
    app.before_request(_begin)
    app.after_request(_end)


def request_id() -> str:
    """The id of this request, as the answer's X-Request-ID says it."""
    return str(g.request_id)


def path() -> str:
    """The path of this request as a log line may hold it."""
    # No address and no browser: the audit trail has those, and is kept by other rules.
    if request.url_rule is None:
        return "(no such page)"
    return _one_line(links.hide(request.path))


def _begin() -> None:
    g.request_id = uuid4().hex
    g.began = time.monotonic()


def _end(response: Response) -> Response:
    took = (time.monotonic() - g.began) * 1000
    log.info("%s %s %s %.0fms %s", request.method, path(), response.status_code, took, request_id())
    response.headers["X-Request-ID"] = request_id()
    return response


def _one_line(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)[:200]
