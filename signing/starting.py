"""Whether the service may start: only when it can sign and seal."""

from __future__ import annotations

import multiprocessing
import time
from contextlib import ExitStack
from multiprocessing.connection import Connection

from signing.config import Config
from signing.errors import NotReady
from signing.pades import Readiness, check_settings, development_server
from signing.pades.development import DevelopmentPki
from signing.services import pades_settings, utc_now

# What may pass by itself gets this many seconds; then whoever started the service hears of it.
PATIENCE, PAUSE = 30.0, 2.0


def ensure_ready(config: Config, pki: DevelopmentPki | None = None, patience: float = PATIENCE) -> Readiness:
    """Raise NotReady unless the service can sign and seal.

    ``pki``: a development authority to serve meanwhile. ``patience``: seconds for what may pass by itself.
    """
    readiness = check(config, pki, patience)
    if not readiness.ready:
        raise NotReady(readiness.problems)
    return readiness


def check(config: Config, pki: DevelopmentPki | None = None, patience: float = 0.0) -> Readiness:
    """Whether the service could sign and seal with these settings; all that is wrong, at once.

    In a process of its own: neither the threads nor the token's module may be there before a server forks.
    """
    receiver, sender = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(
        target=_check, args=(config, pki, patience, sender), daemon=True
    )
    child.start()
    sender.close()
    try:
        found: Readiness = receiver.recv()
    except EOFError:
        child.join()
        raise NotReady([f"the check of key and timestamps ended with exit code {child.exitcode}"]) from None
    child.join()
    return found


def _check(config: Config, pki: DevelopmentPki | None, patience: float, sender: Connection) -> None:
    with ExitStack() as stack:
        if pki is not None:
            stack.enter_context(development_server.serve(pki, utc_now))
        deadline = time.monotonic() + patience
        while True:
            found = check_settings(pades_settings(config), utc_now())
            if found.ready or not found.passing or time.monotonic() + PAUSE > deadline:
                break
            time.sleep(PAUSE)
    sender.send(found)
