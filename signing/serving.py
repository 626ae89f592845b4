"""Runs the service in one process: pages, API and durable work."""

from __future__ import annotations

import atexit
import logging
from contextlib import ExitStack

from flask import Flask

import docgen
from signing import development
from signing.config import Config
from signing.pades import development_server
from signing.pades.development import DevelopmentPki
from signing.services import Services, open_services, utc_now
from signing.starting import ensure_ready
from signing.web import create_app
from signing.web.server import serve
from signing.work import DurableAgenda, working

log = logging.getLogger("signing.serving")


def run(config: Config, pki: DevelopmentPki | None = None, *, samples: bool = False) -> None:
    """Serves until a signal ends it; raises NotReady, before anything else, when it cannot sign and seal.

    ``pki``: a development authority to serve beside it, on loopback; ``samples``: make the sample agreements.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    for warning in ensure_ready(config, pki).warnings:
        log.warning(warning)
    service = _Service(config, pki, samples)
    serve(service.make_app, config.bind, config.threads, service.start_work)


class _Service:
    """Opened in the worker, after the fork: neither threads nor connections survive one (engine.md 2.3)."""

    def __init__(self, config: Config, pki: DevelopmentPki | None, samples: bool) -> None:
        self._config = config
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
        self._stack.enter_context(working(self._services))
        if self._samples:
            development.make_samples(self._services)
