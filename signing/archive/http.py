"""Owner of httpx here: one client for archives over HTTP, and what their refusals mean."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator

import httpx

from signing.archive.errors import ArchiveRefused, ArchiveUnavailable
from signing.archive.settings import Settings, quieten
from signing.errors import ConfigurationError

Answer = httpx.Response
Client = httpx.Client

# What was there a moment ago: another delivery of the same package swept it away.
VANISHED = (404, 409)
# Asking again the same way gives the same answer.
_FOR_GOOD = (400, 401, 403, 404, 405, 410, 411, 413, 414, 415, 422, 501)


quieten("httpx", "httpcore")


def open_client(settings: Settings, *, login: bool) -> httpx.Client:
    """Follows no redirect: a password or a package goes where the settings say, or nowhere."""
    auth = httpx.BasicAuth(settings.username or "", settings.secret) if login and settings.username else None
    return httpx.Client(
        verify=trusted(settings),
        auth=auth,
        timeout=settings.timeout,
        follow_redirects=False,
        trust_env=False,
    )


def trusted(settings: Settings) -> ssl.SSLContext:
    """Whom TLS trusts. Raises ConfigurationError when ``ca`` cannot be read."""
    try:
        return ssl.create_default_context(cafile=settings.ca)
    except OSError:
        told = "the archive's ca is no file with certificates (PEM); correct it"
        raise ConfigurationError([told]) from None


@contextlib.contextmanager
def translated(kind: str) -> Iterator[None]:
    """Our errors for httpx's: without URLs, because those hold the reference."""
    try:
        yield
    except httpx.HTTPStatusError as error:
        status = error.response.status_code
        if status in VANISHED:
            raise ArchiveUnavailable(
                f"In the {kind} archive something vanished during the delivery ({status}); it is tried again."
            ) from None
        raise failure(kind, status) from None
    except httpx.HTTPError as error:
        raise ArchiveUnavailable(
            f"The {kind} archive does not answer ({type(error).__name__}). Look at the line to it; "
            "it is tried again."
        ) from None


def failure(kind: str, status: int) -> ArchiveRefused | ArchiveUnavailable:
    """What an answer that is no success means."""
    if status in _FOR_GOOD or 300 <= status < 400:
        return ArchiveRefused(
            f"The {kind} archive refuses us or the package for good ({status}). Check its URL, the username "
            "and secret, and our rights with the corporation."
        )
    what = "has no space left" if status == 507 else "does not take the package now"
    return ArchiveUnavailable(f"The {kind} archive {what} ({status}). Look at it; it is tried again.")
