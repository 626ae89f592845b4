"""Owner of pyotp: the six digits of an app on a telephone (RFC 6238).

No secret is kept: it is derived from the service's own and a salt, so that the registry alone makes no code.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import pyotp

STEP = timedelta(seconds=30)
_DRIFT = 1  # steps that a telephone's clock may be off


def new_salt() -> str:
    """A salt for a telephone."""
    return secrets.token_hex(16)


def secret(service_secret: str, account_id: str, salt: str) -> str:
    """The secret of an account's telephone, as apps take it (base32)."""
    about = "\n".join(("huurzegel.totp", account_id, salt))
    digest = hmac.digest(service_secret.encode(), about.encode(), hashlib.sha256)
    return base64.b32encode(digest[:20]).decode()  # 160 bits, RFC 4226 4


def address(secret: str, mail: str, issuer: str) -> str:
    """What the QR code holds: ``otpauth://totp/…``."""
    return pyotp.TOTP(secret).provisioning_uri(name=mail, issuer_name=issuer)


def step_of(candidates: Sequence[str], typed: str, last_step: int, now: datetime) -> int | None:
    """The step of the code that was typed, when one of the secrets makes it and no code of that step, or of a
    later one, was used before; else None. ``typed``: digits only.
    """
    today = int(now.timestamp()) // int(STEP.total_seconds())
    found = None
    # Every secret and step is compared, in the same time.
    for candidate in candidates:
        code = pyotp.TOTP(candidate)
        for step in range(today - _DRIFT, today + _DRIFT + 1):
            same = hmac.compare_digest(code.generate_otp(step), typed)
            if same and step > last_step:
                found = step
    return found
