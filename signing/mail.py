"""Owner of smtplib and email: composes the messages and hands them to a mail server or a folder."""

from __future__ import annotations

import contextlib
import hashlib
import re
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from signing import disk
from signing.errors import ConfigurationError, SigningError

TIMEOUT = 30.0  # seconds, for every single answer of the server

# 7 bits only: a server without 8BITMIME gets the same bytes as every other.
_POLICY = policy.SMTP.clone(cte_type="7bit")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"  # RFC 5322 3.2.3
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@.{{1,253}}\Z){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
_MESSAGE_ID = re.compile(r"<([A-Za-z0-9][A-Za-z0-9._-]{0,99}@[A-Za-z0-9][A-Za-z0-9.-]{0,99})>")
_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_NO_LINE = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029\ud800-\udfff]")  # breaks, controls, half characters
_NO_TEXT = re.compile(r"[\ud800-\udfff]")
_STATUS = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}\b")  # RFC 3463


class MailError(SigningError):
    """Base of the errors of this file; the texts hold no address."""


class MailRefused(MailError):
    """This message will never be taken as it is; a human looks at the address or the text."""


class MailDelayed(MailError):
    """The message was not taken now; send it again later."""


@dataclass(frozen=True)
class Message:
    """One message to one person.

    ``to``: the bare address, ASCII; ``to_name``: the name shown beside it. ``message_id``: ``<…@…>``, equal
    for equal messages (see ``message_id``). ``date``: aware. ``request_id``: what an operator searches by.
    """

    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)
    message_id: str
    date: datetime
    to_name: str = field(default="", repr=False)
    request_id: str | None = None


class Outbox(Protocol):
    """Where messages go."""

    def send(self, message: Message) -> None:
        """Hand the message over. Raises MailRefused, MailDelayed."""

    def greet(self) -> str:
        """How it is (English), without a message. Raises MailDelayed when it would take none now."""


class SmtpOutbox:
    """Hands each message to a mail server in a dialogue of its own."""

    def __init__(
        self, url: str, sender: str, timeout: float = TIMEOUT, tls: ssl.SSLContext | None = None
    ) -> None:
        """``url``: ``smtp://user:pass@host:port?starttls=1`` or ``smtps://…``, user and password %-encoded;
        ``sender``: an address or ``Name <address>``; ``tls``: None checks against the system's roots.
        Raises ConfigurationError.
        """
        parts = _split(url)
        problems = _smtp_problems(parts)
        if problems:
            raise ConfigurationError(problems)
        self._sender = _mailbox(sender)
        self._implicit_tls = parts.scheme == "smtps"
        self._start_tls = parse_qs(parts.query).get("starttls") == ["1"]
        self._host = parts.hostname or ""
        self._port = parts.port or (465 if self._implicit_tls else 587 if self._start_tls else 25)
        self._login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        self._timeout = timeout
        self._tls = tls or ssl.create_default_context()

    def __repr__(self) -> str:
        return f"SmtpOutbox({self._host}:{self._port})"

    def send(self, message: Message) -> None:
        """Hand the message to the server. Raises MailRefused (5xx), MailDelayed (all else)."""
        composed = _compose(message, self._sender).as_bytes()
        with _translated():
            server = self._connect()
        try:
            with _translated():
                self._greet(server)
            with _translated(permanent=True):
                server.sendmail(self._sender.addr_spec, [message.to], composed)
            # The server has it: a failing farewell must not make it a second message.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.close()

    def greet(self) -> str:
        """See ``Outbox``; with TLS and password, as for a message."""
        with _translated():
            server = self._connect()
        try:
            with _translated():
                self._greet(server)
        finally:
            server.close()
        return f"{self._host}:{self._port} lets us in"

    def _connect(self) -> smtplib.SMTP:
        if self._implicit_tls:
            return smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=self._tls)
        return smtplib.SMTP(self._host, self._port, timeout=self._timeout)

    def _greet(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        if self._start_tls:
            server.starttls(context=self._tls)  # raises when the server does not offer it: never in clear
        if self._login:
            server.login(*self._login)


class FolderOutbox:
    """Keeps each message as one ``.eml`` file; the same Message-ID again changes nothing."""

    def __init__(self, folder: Path, sender: str) -> None:
        """``sender``: an address or ``Name <address>``. Raises ConfigurationError."""
        self._folder = folder
        self._sender = _mailbox(sender)

    def send(self, message: Message) -> None:
        """Write the message, whole or not at all. Raises MailRefused, MailDelayed."""
        composed = _compose(message, self._sender).as_bytes()
        name = f"{message.message_id[1:-1]}.eml"
        with _translated():
            self._folder.mkdir(mode=disk.FOLDER_MODE, parents=True, exist_ok=True)
            disk.write_once(self._folder / name, composed)

    def greet(self) -> str:
        """See ``Outbox``."""
        with _translated():
            self._folder.mkdir(mode=disk.FOLDER_MODE, parents=True, exist_ok=True)
        return f"mails are files in {self._folder}; nobody gets them"


def open_outbox(url: str, sender: str) -> Outbox:
    """The outbox for a URL: ``smtp:``, ``smtps:`` or ``file:///folder``. Raises ConfigurationError."""
    parts = _split(url)
    if parts.scheme in ("smtp", "smtps"):
        return SmtpOutbox(url, sender)
    if parts.scheme == "file" and not parts.netloc and re.fullmatch("/.*[^/]/*", parts.path):
        return FolderOutbox(Path(unquote(parts.path)), sender)
    raise ConfigurationError(
        [f"the mail URL starts with {parts.scheme or 'nothing'}:; give smtp://…, smtps://… or file:///folder"]
    )


def is_address(text: str) -> bool:
    """Whether mail can go to this, as far as its letters tell."""
    return _ADDRESS.fullmatch(text) is not None


def message_id(packet_id: str, recipient: str, purpose: str, n: int, domain: str) -> str:
    """The Message-ID of the n-th message with this purpose to this recipient: equal input, equal id."""
    digest = hashlib.sha256("\n".join((packet_id, recipient, purpose, str(n))).encode()).hexdigest()
    return f"<{digest[:32]}@{domain}>"


def _compose(message: Message, sender: Address) -> EmailMessage:
    problems = _message_problems(message)
    if problems:
        raise MailRefused("The message cannot be sent: " + "; ".join(problems) + ".")
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = sender
    mail["To"] = Address(message.to_name, addr_spec=message.to)
    mail["Subject"] = message.subject
    mail["Date"] = message.date
    mail["Message-ID"] = message.message_id
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
    if message.request_id is not None:
        mail["X-Request-ID"] = message.request_id
    mail.set_content(message.text, cte="quoted-printable")
    mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    # "=_" cannot occur in quoted-printable text (RFC 2045 6.7), and equal messages get equal bytes.
    mail.set_boundary("=_" + hashlib.sha256(message.message_id.encode()).hexdigest()[:32])
    return mail


def _message_problems(message: Message) -> list[str]:
    checks = {
        "the address is not one that mail can go to; correct it": _ADDRESS.fullmatch(message.to),
        "the name is not one line of text; correct it": not _NO_LINE.search(message.to_name),
        "the subject is not one line of text; correct it": (
            message.subject.strip() and not _NO_LINE.search(message.subject)
        ),
        "the Message-ID is not <letters@domain>; make it with message_id": (
            _MESSAGE_ID.fullmatch(message.message_id)
        ),
        "the request id is not of letters, digits, . _ -; give another": (
            message.request_id is None or _REQUEST_ID.fullmatch(message.request_id)
        ),
        "the date has no time zone; give an aware one": message.date.tzinfo is not None,
        "the text holds half a character; correct it": not _NO_TEXT.search(message.text + message.html),
    }
    return [problem for problem, fine in checks.items() if not fine]


@contextlib.contextmanager
def _translated(*, permanent: bool = False) -> Iterator[None]:
    """Library errors become ours, without their text: servers repeat the recipient's address in it.

    ``permanent``: a 5xx answer here is about this message, not about our connection or password.
    """
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code, reply = next(iter(error.recipients.values()))
        raise _answered(code, reply, permanent) from None
    except smtplib.SMTPResponseException as error:
        reply = error.smtp_error if isinstance(error.smtp_error, bytes) else error.smtp_error.encode()
        raise _answered(error.smtp_code, reply, permanent) from None
    except smtplib.SMTPException as error:
        raise MailDelayed(
            f"The dialogue with the mail server failed ({type(error).__name__}). It is tried again."
        ) from None
    except OSError as error:
        raise MailDelayed(
            f"The mail cannot be handed over: {type(error).__name__}, {error.strerror}. It is tried again."
        ) from None


def _answered(code: int, reply: bytes, permanent: bool) -> MailError:
    status = _STATUS.match(reply)
    answer = f"{code} {status.group().decode()}" if status else str(code)
    if permanent and 500 <= code < 600:
        return MailRefused(f"The mail server refused the message for good ({answer}). Check the address.")
    return MailDelayed(f"The mail server did not take the message now ({answer}). It is tried again.")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # a wrong one raises here, not halfway
        return parts
    except ValueError:
        raise ConfigurationError(["the mail URL has a wrong host or port; correct it"]) from None


def _smtp_problems(parts: SplitResult) -> list[str]:
    query = parse_qs(parts.query, keep_blank_values=True)
    encrypted = parts.scheme == "smtps" or query.get("starttls") == ["1"]
    checks = {
        "the mail URL names no host; give smtp://host:port": parts.hostname,
        "the mail URL has a path; give only host and port": parts.path in ("", "/"),
        "the mail URL takes only ?starttls=1 or ?starttls=0": (
            set(query) <= {"starttls"} and query.get("starttls", ["0"]) in (["0"], ["1"])
        ),
        "the mail URL would send a password in clear; add ?starttls=1 or use smtps://": (
            encrypted or not parts.username
        ),
    }
    return [problem for problem, fine in checks.items() if not fine]


def _mailbox(sender: str) -> Address:
    found = getaddresses([sender])
    name, address = found[0] if len(found) == 1 else ("", "")
    if not _ADDRESS.fullmatch(address) or _NO_LINE.search(sender):
        raise ConfigurationError(["the sender is not an address or Name <address>; correct it"])
    return Address(name, addr_spec=address)
