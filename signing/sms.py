"""Text messages, to an HTTP gateway or a folder. No name and no meaning is in any of them (domain 5.6)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import httpx

from signing import disk
from signing.errors import ConfigurationError, SigningError

TIMEOUT = 20.0  # seconds for each part of the dialogue with a gateway
LONGEST = 480  # characters: three parts

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")  # E.164
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class SmsError(SigningError):
    """Base of the errors of this file; the texts hold no number."""


class SmsRefused(SmsError):
    """This message will never be taken as it is; a human looks at the number."""


class SmsDelayed(SmsError):
    """The message was not taken now, or nobody knows; the same ``id`` may be sent again."""


@dataclass(frozen=True)
class TextMessage:
    """One message to one telephone. ``to``: E.164. ``id``: equal for equal messages."""

    to: str = field(repr=False)
    text: str = field(repr=False)
    id: str


class Gateway(Protocol):
    """Where text messages go."""

    def send(self, message: TextMessage) -> None:
        """Hand the message over. Raises SmsRefused, SmsDelayed."""


class HttpGateway:
    """Posts each message as JSON, ``{"to", "text", "id"}``, with the key as a bearer token.

    The id goes along as Idempotency-Key too: after an answer that got lost the message is sent again, and a
    gateway that knows the header sends one.
    """

    def __init__(self, url: str, secret: str, timeout: float = TIMEOUT) -> None:
        """``url``: ``https://…``, or ``http://`` on loopback only. Raises ConfigurationError."""
        parts = urlsplit(url)
        local = parts.hostname in ("127.0.0.1", "::1", "localhost")
        if parts.scheme not in ("http", "https") or (parts.scheme == "http" and not local):
            raise ConfigurationError(["the SMS gateway's URL is not https://…; correct it"])
        if parts.username or parts.password:
            raise ConfigurationError(["the SMS gateway's URL holds a password; use the secret's setting"])
        self._url = url
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        self._client = httpx.Client(timeout=timeout, headers=headers, follow_redirects=False)

    def __repr__(self) -> str:
        return f"HttpGateway({urlsplit(self._url).hostname})"

    def send(self, message: TextMessage) -> None:
        """See Gateway."""
        _check(message)
        told = {"to": message.to, "text": message.text, "id": message.id}
        try:
            answer = self._client.post(self._url, json=told, headers={"Idempotency-Key": message.id})
        except httpx.HTTPError as error:
            raise SmsDelayed(
                f"The SMS gateway did not answer ({type(error).__name__}). The message is tried again."
            ) from None
        if answer.is_success:
            return
        if answer.status_code in (400, 404, 410, 422):
            raise SmsRefused(
                f"The SMS gateway refused the message for good ({answer.status_code}). Check the number."
            )
        raise SmsDelayed(f"The SMS gateway answered {answer.status_code}. The message is tried again.")


class FolderGateway:
    """Keeps each message as one ``.sms`` file: number, empty line, text. The same id changes nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: TextMessage) -> None:
        """See Gateway."""
        _check(message)
        try:
            self._folder.mkdir(mode=disk.FOLDER_MODE, parents=True, exist_ok=True)
            disk.write_once(self._folder / f"{message.id}.sms", f"{message.to}\n\n{message.text}\n".encode())
        except OSError as error:
            raise SmsDelayed(
                f"The SMS folder cannot be written ({error.strerror}). It is tried again."
            ) from None


def open_gateway(url: str, secret: str) -> Gateway:
    """The gateway for a URL: ``https:`` or ``file:///folder``. Raises ConfigurationError."""
    parts = urlsplit(url)
    if parts.scheme == "file" and not parts.netloc and re.fullmatch("/.*[^/]/*", parts.path):
        return FolderGateway(Path(unquote(parts.path)))
    return HttpGateway(url, secret)


def _check(message: TextMessage) -> None:
    if not _NUMBER.fullmatch(message.to):
        raise SmsRefused("The number is not one that a message can go to. Correct it.")
    if not 0 < len(message.text) <= LONGEST:
        raise SmsRefused(f"A text message has 1 to {LONGEST} characters. Shorten it.")
    if not _ID.fullmatch(message.id):
        raise ValueError("the id of a text message is of letters, digits, . _ -")
