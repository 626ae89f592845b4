"""The rules of one-time codes: how they are made, how long they live, how often one may be wrong.

No code is kept: it is derived from the service's secret whenever it is sent or compared, so that nobody reads
one in the registry, a backup or a log.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from signing.errors import CodeExpired, CodeMissing, CodeWrong, TooManyCodes

DIGITS = 6
LIFE = timedelta(minutes=30)  # domain 6; WCAG 2.2.1: long enough to look for another device
MOST_WRONG = 5  # tries of one code
MOST_CODES, PAUSE = 3, timedelta(minutes=15)  # with MOST_WRONG: at most 60 guesses of a million an hour
LONGEST_TYPED = 100  # characters


@dataclass(frozen=True)
class Code:
    """A code that was made, without the code. Times are aware; ``wrong``: tries that were not right."""

    packet_id: str
    role: str
    number: int
    check: str
    link_serial: int
    made_at: datetime
    expires_at: datetime
    wrong: int = 0
    used_at: datetime | None = None

    def digits(self, secret: str) -> str:
        """The six digits of this code under a secret of the service (as HOTP does, RFC 4226 5.3)."""
        about = "\n".join(
            (
                "huurzegel.code",
                self.packet_id,
                self.role,
                self.check,
                str(self.link_serial),
                str(self.number),
                self.made_at.isoformat(),
            )
        )
        digest = hmac.digest(secret.encode(), about.encode(), hashlib.sha256)
        return f"{int.from_bytes(digest[:8]) % 10**DIGITS:0{DIGITS}d}"

    def lives(self, now: datetime) -> bool:
        """Whether it can still be used."""
        return self.used_at is None and self.wrong < MOST_WRONG and now < self.expires_at


def another(codes: Sequence[Code], packet_id: str, role: str, check: str, serial: int, now: datetime) -> Code:
    """The next code for a recipient; ``codes``: those that were made for it, the oldest first.

    Raises TooManyCodes when the last ones came too quickly.
    """
    if (until := pause_ends(codes, now)) is not None:
        raise TooManyCodes(until)
    number = codes[-1].number + 1 if codes else 1
    return Code(packet_id, role, number, check, serial, now, now + LIFE)


def pause_ends(codes: Sequence[Code], now: datetime) -> datetime | None:
    """When the next code may be made; None when that is now."""
    recent = [code for code in codes if now - code.made_at < PAUSE]
    return recent[-MOST_CODES].made_at + PAUSE if len(recent) >= MOST_CODES else None


def last(codes: Sequence[Code], serial: int) -> Code:
    """The one that counts for a link with this serial. Raises CodeMissing when there is none."""
    if not codes or codes[-1].link_serial != serial:
        raise CodeMissing()
    return codes[-1]


def judge(code: Code, typed: str, secrets: Sequence[str], now: datetime) -> bool:
    """Whether what was typed is the code; ``secrets``: of the service, all that count.

    Raises CodeExpired when it cannot be used any more.
    """
    if not code.lives(now):
        raise CodeExpired()
    given = tidy(typed)
    # Every secret is compared, in the same time.
    found = [hmac.compare_digest(code.digits(secret), given) for secret in secrets]
    return any(found)


def wrong(code: Code) -> CodeWrong:
    """What is said after a try that was not right, which ``code`` counts already."""
    return CodeWrong(MOST_WRONG - code.wrong)


def tidy(typed: str) -> str:
    """The digits that were typed or pasted, in whatever script, without what people put between them."""
    digits = (unicodedata.digit(letter, None) for letter in typed[:LONGEST_TYPED])
    return "".join(str(digit) for digit in digits if digit is not None)
