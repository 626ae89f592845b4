"""Runs the service: pages and API, durable work, or both in one process."""

from __future__ import annotations

import atexit
import logging
import os
import signal
import threading
from contextlib import ExitStack

from flask import Flask

import docgen
from signing import development, logs, metrics
from signing.config import Config
from signing.pades import development_server
from signing.pades.development import DevelopmentPki
from signing.services import Services, open_services, utc_now
from signing.starting import ensure_ready
from signing.web import create_app
from signing.web.server import serve
from signing.work import DurableAgenda, working

log = logging.getLogger("signing.serving")


def run(
    config: Config, pki: DevelopmentPki | None = None, *, samples: bool = False, web_only: bool = False
) -> None:
    """Serves until a signal ends it; raises NotReady, before anything else, when it cannot sign and seal.

    ``pki``: a development authority to serve beside it, on loopback; ``samples``: make the sample agreements.
    ``web_only``: pages and API; others work (`work`).
    """
    _start(config, pki)
    service = _Service(config, pki, samples, web_only)
    serve(service.make_app, config.bind, config.threads, service.start_work)


def work(config: Config, pki: DevelopmentPki | None = None) -> None:
    """Does promised work until SIGTERM or SIGINT; then tasks get a while to finish, and the process ends.

    Any number of processes may, on any machine that reaches the database and the documents.
    Raises NotReady as `run` does.
    """
    _start(config, pki)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    docgen.stamp_font()
    with ExitStack() as stack:
        if pki is not None:
            stack.enter_context(development_server.serve(pki, utc_now))
        stack.enter_context(working(stack.enter_context(open_services(config, DurableAgenda))))
        if config.metrics_bind is not None:
            stack.enter_context(metrics.served(config.metrics_bind))
        log.info("working")
        ended.wait()
    # All is given back. Java's threads are still there, and Python's own end beside them was seen to abort.
    logging.shutdown()
    os._exit(0)


def _start(config: Config, pki: DevelopmentPki | None) -> None:
    logs.set_up(as_json=config.logs == "json")
    for warning in ensure_ready(config, pki).warnings:
        log.warning(warning)


class _Service:
    """Opened in the worker, after the fork: neither threads nor connections survive one (engine.md 2.3)."""

    def __init__(self, config: Config, pki: DevelopmentPki | None, samples: bool, web_only: bool) -> None:
        self._config = config
        self._web_only = web_only
        self._samples = samples
        self._pki = pki
        self._stack = ExitStack()
        self._services: Services | None = None

    def make_app(self) -> Flask:
        """The pages, with their services opened."""
        atexit.register(self._stack.close)
        docgen.stamp_font()  # takes half a second once: better now than at somebody's signature
        if self._pki is not None:
            self._stack.enter_context(development_server.serve(self._pki, utc_now))
        self._services = self._stack.enter_context(open_services(self._config, DurableAgenda))
        return create_app(self._services)

    def start_work(self) -> None:
        """The durable work, first of all what a crash cut off."""
        if self._services is None:
            raise RuntimeError("the services are opened before the work starts")
        if not self._web_only:
            self._stack.enter_context(working(self._services))
        if self._samples:
            development.make_samples(self._services)
