"""Reads folders of mail and of text messages, as a person would."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path

_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class ReadMail:
    """One message: who it is for, what it says, and the links in it; a text message has no ``subject``."""

    file: Path
    to: str
    subject: str
    at: datetime
    text: str
    links: tuple[str, ...]


def read_folder(folder: Path) -> tuple[ReadMail, ...]:
    """Every mail of a folder, in the order in which they were written; none when there is no folder."""
    files = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return tuple(_read(file) for file in files)


def links_in(text: str) -> tuple[str, ...]:
    """The links in the text of a message, in their order."""
    return tuple(_LINK.findall(text))


def _read(file: Path) -> ReadMail:
    mail = BytesParser(policy=policy.default).parsebytes(file.read_bytes())
    body = mail.get_body(("plain",))
    text = "" if body is None else str(body.get_content())
    return ReadMail(
        file=file,
        to=str(mail["To"]),
        subject=str(mail["Subject"]),
        at=parsedate_to_datetime(str(mail["Date"])),
        text=text,
        links=links_in(text),
    )


def read_all(mail: Path, sms: Path | None) -> tuple[ReadMail, ...]:
    """Mails and text messages (which have no subject), in the order in which they were written."""
    found = list(read_folder(mail))
    if sms is not None:
        found += [_read_sms(file) for file in sms.glob("*.sms")]
    return tuple(sorted(found, key=lambda each: each.file.stat().st_mtime_ns))


def _read_sms(file: Path) -> ReadMail:
    number, _, text = file.read_text(encoding="utf-8").partition("\n\n")
    at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return ReadMail(file, number, "", at, text, links_in(text))
