"""An id for every request, and one log line that holds no token and no personal data."""

from __future__ import annotations

import logging
import time
from uuid import uuid4

from flask import Flask, Response, g, request

from signing import logs, metrics

log = logging.getLogger("signing.web.access")


def install(app: Flask) -> None:
    """Numbers and logs the requests of ``app``."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(lambda _error: logs.begin_request(None))


def request_id() -> str:
    """The id of this request, as the answer's X-Request-ID says it."""
    return str(g.request_id)


def path() -> str:
    """The path of this request as a log line may hold it: ``/s/<token>/lezen``, with nothing filled in.

    A token is a secret and a reference holds a lease number; network address and browser belong to the
    audit trail, which is kept by other rules.
    """
    return "(no such page)" if request.url_rule is None else request.url_rule.rule


def _begin() -> None:
    g.request_id = uuid4().hex[:12]
    logs.begin_request(g.request_id)
    g.began = time.monotonic()


def _end(response: Response) -> Response:
    took = time.monotonic() - g.began
    ms = round(took * 1000)
    facts = {"method": request.method, "path": path(), "status": response.status_code, "ms": ms}
    told = (request.method, path(), response.status_code, ms, request_id())
    log.info("%s %s %s %dms %s", *told, extra={"facts": facts})
    metrics.answered(request.method if request.url_rule else "-", path(), response.status_code, took)
    response.headers["X-Request-ID"] = request_id()
    return response
