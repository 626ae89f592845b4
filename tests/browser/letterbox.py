"""Where one-time codes arrive: the mailbox of whoever a link was sent to."""

from __future__ import annotations

import re
import time
from pathlib import Path

from signing import mailbox
from tests.service import PATIENCE

_CODE = re.compile(r"Uw code is:? (\d{6})\b")


class Letterbox:
    """All mail of a service; each code is handed out once, the newest first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._used: set[Path] = set()

    def code(self, link: str) -> str:
        """The code that came to the owner of this link; waits for it."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            mails = mailbox.read_folder(self._folder)
            owner = next(mail.to for mail in mails if link in mail.links)
            for mail in reversed(mails):
                code = _CODE.search(mail.text)
                if code and mail.to == owner and mail.file not in self._used:
                    self._used.add(mail.file)
                    return code[1]
            time.sleep(0.05)
        raise AssertionError("no code came to the owner of the link")
