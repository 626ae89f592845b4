"""Owner of itsdangerous: makes and reads the tokens of signing links, and keeps them out of log lines."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import base64_decode, base64_encode

from signing.errors import ConfigurationError, SigningError

SHORTEST_SECRET = 32  # characters
LONGEST_TOKEN = 1000  # characters; a real one has about 150
LONGEST_ROLE = 64  # characters

_ROLE = re.compile(rf"[a-z][a-z0-9_]{{0,{LONGEST_ROLE - 1}}}")
# The paths of signing links, of copy links and of invitations to the desk.
_IN_LINK = re.compile(r"(/(?:[sk]|welkom)/+)[^/\s?#\"'&]+")
# What no path announces: a token in a query, a Referer, or with its dots encoded. The look-behind keeps
# the search linear on long runs of letters.
_ANYWHERE = re.compile(
    r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{24,}(?:\.|%2[Ee])[A-Za-z0-9_-]{4,}(?:\.|%2[Ee])[A-Za-z0-9_-]{16,}"
)


class LinkInvalid(SigningError):
    """This is no link of ours, or not one for this purpose; the person needs a link from a message."""


class LinkExpired(SigningError):
    """A real link that is too old; ``claims`` says whose it was, so that a new one can be sent."""

    def __init__(self, issued_at: datetime, claims: LinkClaims) -> None:
        self.issued_at = issued_at
        self.claims = claims
        super().__init__(f"The link was made at {issued_at.isoformat()} and is too old now. Send a new one.")


class Purpose(StrEnum):
    """What a link is for; a link for one purpose is no link for another."""

    SIGN = "sign"
    COPY = "copy"


@dataclass(frozen=True)
class LinkClaims:
    """What a link says; ``serial`` counts only while it equals the stored one. Nothing in it is personal."""

    purpose: Purpose
    packet_id: str
    recipient: str
    serial: int
    issued_at: datetime


class Links:
    """Makes links with the newest secret and reads them with all."""

    def __init__(self, secrets: Sequence[str]) -> None:
        """``secrets``: newest first, each at least 32 characters. Raises ConfigurationError."""
        _check_secrets(secrets)
        self._oldest_first = list(reversed(secrets))  # the order itsdangerous takes

    def __repr__(self) -> str:
        return f"Links({len(self._oldest_first)} secrets)"

    def make(self, purpose: Purpose, packet_id: str, recipient: str, serial: int, now: datetime) -> str:
        """A token (A-Z a-z 0-9 - _ .) for one recipient (role) of one packet (UUID).

        Raises ValueError when an argument is not of that kind: a role, not a name, goes into a link.
        """
        if not _ROLE.fullmatch(recipient):
            raise ValueError("A link takes a recipient's role: a-z, 0-9 and _, at most 64 characters.")
        if serial < 0:
            raise ValueError("A link takes a serial of 0 or more.")
        return str(self._serializer(purpose, now).dumps([UUID(packet_id).hex, recipient, serial]))

    def read(self, purpose: Purpose, token: str, now: datetime, max_age: timedelta | None) -> LinkClaims:
        """What the token says. ``max_age`` None: the packet's own term decides alone.

        Raises LinkInvalid, also for another purpose and for a token from the future; LinkExpired.
        """
        if len(token) > LONGEST_TOKEN or not _has_one_spelling(token):
            raise _invalid()
        try:
            content, issued_at = self._serializer(purpose, now).loads(token, return_timestamp=True)
        except (BadData, ValueError, OverflowError):
            raise _invalid() from None
        claims = _claims(purpose, content, issued_at)
        if claims.issued_at > now:
            raise _invalid()
        if max_age is not None and now - claims.issued_at > max_age:
            raise LinkExpired(claims.issued_at, claims)
        return claims

    def _serializer(self, purpose: Purpose, now: datetime) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(
            self._oldest_first,
            salt=f"huurzegel.links.{purpose.value}",
            signer=_SignerAtTime,
            signer_kwargs={"now": now, "key_derivation": "hmac", "digest_method": hashlib.sha256},
        )


class _SignerAtTime(TimestampSigner):
    """A signer whose clock is the caller's."""

    def __init__(self, *args: object, now: datetime, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self._now = int(now.timestamp())

    def get_timestamp(self) -> int:
        return self._now


def hide(text: str) -> str:
    """The text of a log line with every token replaced: ``/s/<token>/read`` becomes ``/s/…/read``."""
    return _ANYWHERE.sub("…", _IN_LINK.sub(r"\1…", text))


def _check_secrets(secrets: Sequence[str]) -> None:
    if isinstance(secrets, str) or not secrets:
        raise ConfigurationError(["links need a list with at least one secret; set one"])
    problems = [
        f"link secret {place} has {len(secret)} characters; give it at least {SHORTEST_SECRET}, random"
        for place, secret in enumerate(secrets, start=1)
        if len(secret) < SHORTEST_SECRET
    ]
    if problems:
        raise ConfigurationError(problems)


def _has_one_spelling(token: str) -> bool:
    """False when the signature's last character carries stray bits: base64 would read two texts as one."""
    signature = token.rpartition(".")[2]
    try:
        return base64_encode(base64_decode(signature)).decode("ascii") == signature
    except (BadData, UnicodeError):
        return False


def _claims(purpose: Purpose, content: object, issued_at: datetime) -> LinkClaims:
    """Signed by us, and still looked at: an older release may have written something else."""
    match content:
        case [str(packet_id), str(recipient), int(serial)] if not isinstance(serial, bool):
            try:
                identifier = str(UUID(packet_id))
            except ValueError:
                raise _invalid() from None
            return LinkClaims(purpose, identifier, recipient, serial, issued_at.astimezone(UTC))
    raise _invalid()


def _invalid() -> LinkInvalid:
    return LinkInvalid("This is not a valid link. Open the link from the newest message, whole.")
