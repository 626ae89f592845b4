"""Owner of gunicorn: serves the application from code, with threads in one worker."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # it ships no types
from gunicorn.config import Config  # type: ignore[import-untyped]
from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from signing import links, logs

STOP = 30  # seconds for open requests when the service stops


def serve(
    make_app: Callable[[], Flask], bind: str, threads: int, on_worker_start: Callable[[], None]
) -> None:
    """Serves on ``bind`` (``address:port``) until a signal stops it; returns through SystemExit.

    ``make_app`` runs in the worker, after the fork; then ``on_worker_start``, which may start threads.
    """
    _Server(make_app, bind, threads, on_worker_start).run()


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(
        self, make_app: Callable[[], Flask], bind: str, threads: int, on_worker_start: Callable[[], None]
    ) -> None:
        self._make_app = make_app
        self._settings: dict[str, Any] = {
            "bind": bind,
            "workers": 1,  # one process holds the database file, the office and the durable work
            "worker_class": "gthread",
            "threads": threads,
            "graceful_timeout": STOP,
            "timeout": 120,
            "post_worker_init": lambda worker: on_worker_start(),
            "logger_class": _QuietLogger,
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        settings: Config = self.cfg
        for name, value in self._settings.items():
            settings.set(name, value)

    def load(self) -> Flask:
        return self._make_app()


class _QuietLogger(Logger):  # type: ignore[misc]
    """Gunicorn's own lines without tokens; requests are logged by signing.web.access."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        self.error_log.addFilter(_without_secrets)
        logs.adopt(self.error_log.name)

    def access(self, *args: Any) -> None:
        """Nothing: its line would hold address and path."""


def _without_secrets(record: logging.LogRecord) -> bool:
    """Hides tokens, and of an exception keeps the kind and the place: its text may hold anything."""
    text = links.hide(record.getMessage())
    if record.exc_info and record.exc_info[0] is not None:
        kind, _, place = record.exc_info
        text = f"{text}\n{''.join(traceback.format_tb(place))}{kind.__name__}"
    record.msg, record.args, record.exc_info, record.exc_text = text, (), None, None
    return True
