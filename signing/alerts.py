"""Tells an operator's own system that work waits for a human: a webhook or a program. No personal data."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import httpx

from signing.errors import ConfigurationError, SigningError

TIMEOUT = 20.0  # seconds for one call


class AlertDelayed(SigningError):
    """The alert was not taken now; the same one is sent again."""


class Alarm(Protocol):
    """Whom to tell."""

    def tell(self, id: str, facts: Mapping[str, object]) -> None:
        """``facts``: plain JSON values without personal data; ``id``: equal for equal alerts.

        Raises AlertDelayed.
        """


class Webhook:
    """Posts the facts as JSON, with the id as Idempotency-Key and the secret as a bearer token."""

    def __init__(self, url: str, secret: str, timeout: float = TIMEOUT) -> None:
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        self._url = url
        self._client = httpx.Client(timeout=timeout, headers=headers, follow_redirects=False)

    def tell(self, id: str, facts: Mapping[str, object]) -> None:
        """See Alarm."""
        try:
            answer = self._client.post(self._url, json={"id": id, **facts}, headers={"Idempotency-Key": id})
        except httpx.HTTPError as error:
            raise AlertDelayed(
                f"The alert was not delivered ({type(error).__name__}). Look at the network and the address."
            ) from None
        if not answer.is_success:
            raise AlertDelayed(
                f"The alert was answered with status {answer.status_code}. Look at its receiver."
            )


class Program:
    """Runs a program with the facts as JSON on its standard input; exit status 0 means that it was told."""

    def __init__(self, path: Path, timeout: float = TIMEOUT) -> None:
        self._path = path
        self._timeout = timeout

    def tell(self, id: str, facts: Mapping[str, object]) -> None:
        """See Alarm."""
        told = json.dumps({"id": id, **facts})
        try:
            done = subprocess.run(  # noqa: S603  # the operator's own program, without arguments
                [self._path], input=told, text=True, timeout=self._timeout, capture_output=True, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise AlertDelayed(
                f"The program for alerts did not run ({type(error).__name__}). Run it by hand."
            ) from None
        if done.returncode != 0:
            raise AlertDelayed(f"The program for alerts ended with status {done.returncode}. Run it by hand.")


def open_alarm(url: str, secret: str = "") -> Alarm:
    """``https://…`` (``http://`` on loopback only) or ``exec:///path/program``.

    Raises ConfigurationError for another address, or a program that cannot be run.
    """
    parts = urlsplit(url)
    local = parts.hostname in ("127.0.0.1", "::1", "localhost")
    if parts.scheme == "https" or (parts.scheme == "http" and local):
        if parts.username or parts.password:
            raise ConfigurationError(["the URL for alerts holds a password; use the secret's setting"])
        return Webhook(url, secret)
    if parts.scheme == "exec" and not parts.netloc:
        path = Path(unquote(parts.path))
        if not path.is_file() or not os.access(path, os.X_OK):
            raise ConfigurationError([f"the program for alerts, {path}, cannot be run; correct the path"])
        return Program(path)
    raise ConfigurationError(["the URL for alerts is not https://… nor exec:///path/program; correct it"])
