"""The code on a letter: whoever has it, got the letter into their hands."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime

from signing.identity.check import Check

NAME = "letter-code"

LETTER_CODE = Check(
    name=NAME,
    assurance="low",
    carrier=None,
    possible=lambda recipient, _: recipient.paper,
)

ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # none that look like another one
LENGTH = 12  # 58 bits: out of reach of a page that takes a few tries a minute


def code(secret: str, packet_id: str, role: str, serial: int, made_at: datetime) -> str:
    """The code of one letter, in groups of four as it is printed; ``serial``: of the link it opens."""
    about = "\n".join(("huurzegel.letter", packet_id, role, str(serial), made_at.isoformat()))
    number = int.from_bytes(hmac.digest(secret.encode(), about.encode(), hashlib.sha256))
    letters = ""
    while len(letters) < LENGTH:
        number, rest = divmod(number, len(ALPHABET))
        letters += ALPHABET[rest]
    return "-".join(letters[place : place + 4] for place in range(0, LENGTH, 4))


def digest(typed: str, secret: str) -> str | None:
    """What the registry keeps of a code, under a secret of the service; None when it cannot be a code."""
    letters = re.sub(r"[\s-]", "", typed[:60]).upper()
    if len(letters) != LENGTH or set(letters) - set(ALPHABET):
        return None
    key = f"huurzegel.letter.kept:{secret}".encode()
    return hmac.digest(key, letters.encode(), hashlib.sha256).hex()
