"""Reads a folder of mail, as a person with a mail program would."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path

_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class ReadMail:
    """One mail: who it is for, what it says, and the links in it."""

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
        links=tuple(_LINK.findall(text)),
    )


def read_texts(mail: Path, sms: Path | None) -> tuple[tuple[Path, str], ...]:
    """Every message of both folders with its text, in the order in which they were written."""
    found = [(read.file, read.text) for read in read_folder(mail)]
    if sms is not None:
        found += [(file, file.read_text(encoding="utf-8")) for file in sms.glob("*.sms")]
    return tuple(sorted(found, key=lambda each: each[0].stat().st_mtime_ns))
