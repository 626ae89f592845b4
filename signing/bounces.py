"""Reads what a mail server sends back when a message did not arrive (RFC 3464)."""

from __future__ import annotations

import email
import re
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage

from signing.errors import SigningError

LARGEST = 1024 * 1024  # bytes; a bounce repeats the message, which has a few thousand

_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")  # RFC 3463
_MESSAGE_ID = re.compile(r"<[^<>\s@]+@[^<>\s@]+>")


class NotABounce(SigningError):
    """The mail does not say of a message of ours that it failed for good."""


@dataclass(frozen=True)
class Bounce:
    """One message that did not arrive; ``status``: RFC 3463, such as 5.1.1 for an unknown mailbox."""

    message_id: str
    status: str


def read(raw: bytes) -> Bounce:
    """What a bounce says; nothing of the recipient's address is kept. Raises NotABounce."""
    if len(raw) > LARGEST:
        raise NotABounce("The mail is larger than 1 MB. A bounce is smaller; look at it by hand.")
    mail = email.message_from_bytes(raw, policy=policy.default)
    parts = {part.get_content_type(): part for part in mail.walk()}
    report = parts.get("message/delivery-status")
    if report is None:
        raise NotABounce("The mail has no delivery status (RFC 3464). Look at it by hand.")
    status = _failed(report)
    returned = parts.get("message/rfc822") or parts.get("text/rfc822-headers")
    ids = _MESSAGE_ID.findall(_headers(returned))
    if not ids:
        raise NotABounce("The mail does not say which message failed. Look at it by hand.")
    return Bounce(ids[0], status)


def _failed(report: EmailMessage) -> str:
    blocks = [block for block in report.get_payload() if isinstance(block, EmailMessage)]
    for block in blocks:
        if str(block.get("Action", "")).strip().lower() == "failed":
            found = _STATUS.search(str(block.get("Status", "")))
            return found[0] if found else "5.0.0"
    raise NotABounce("The mail tells of a delay or a delivery, not of a failure. Nothing needs to be done.")


def _headers(returned: EmailMessage | None) -> str:
    if returned is None:
        return ""
    if returned.get_content_type() == "message/rfc822":
        messages = [part for part in returned.get_payload() if isinstance(part, EmailMessage)]
        return str(messages[0].get("Message-ID", "")) if messages else ""
    text = str(returned.get_payload())
    line = re.search(r"^Message-ID:\s*(\S+)", text, re.MULTILINE | re.IGNORECASE)
    return line[1] if line else ""
