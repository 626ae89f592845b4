"""Timestamps from an ordered list of authorities, and what is known of them."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import x509  # type: ignore[import-untyped]
from pyhanko.sign.timestamps import TimeStamper

from signing.pades.answers import Chains, Question, Token, UnusableAnswer, checked
from signing.pades.certificates import TrustRoots
from signing.pades.errors import TimestampUnavailable
from signing.pades.lines import Line, Refused, Unreachable

# How long an authority that failed is asked last.
REST = timedelta(minutes=1)
# Bytes kept for a token of an authority that never answered yet; and how much two tokens of one may differ:
# serial number (20), nonce (9), fractions of a second, two integers of an ECDSA signature.
UNKNOWN_LENGTH, TOKEN_SLACK = 6_000, 64


@dataclass
class _Authority:
    line: Line
    failed_at: datetime | None = None
    length: int | None = None


@dataclass(frozen=True)
class TsaState:
    """How one authority answered: ``problem`` is None when well, ``passing`` when it may pass by itself."""

    name: str
    problem: str | None
    passing: bool
    chain: tuple[x509.Certificate, ...] = ()


class Authorities:
    """The authorities in the order of the settings; one that just failed is asked last."""

    def __init__(self, lines: Sequence[Line], trust: TrustRoots) -> None:
        self._authorities = [_Authority(line) for line in lines]
        self._chains = Chains(trust)

    @property
    def token_length(self) -> int:
        """Bytes that the next token will most probably not exceed; who asks must bear that it does."""
        known = [authority.length for authority in self._authorities if authority.length is not None]
        return max(known) + TOKEN_SLACK if known else UNKNOWN_LENGTH

    async def timestamp(self, digest: bytes, algorithm: str, now: datetime) -> bytes:
        """A token (ContentInfo) that holds, from the first that gives one; ``TimestampUnavailable``."""
        failures = []
        for authority in sorted(self._authorities, key=lambda known: _rests(known, now)):
            try:
                return (await self._ask(authority, digest, algorithm, now)).encoded
            except (Unreachable, Refused, UnusableAnswer) as error:
                authority.failed_at = now
                failures.append(f"{authority.line.name}: {error}")
        raise TimestampUnavailable(
            "no time-stamping authority gave a usable timestamp, so nothing was signed; try again later "
            f"({'; '.join(failures) or 'none is configured'})"
        )

    async def probe(self, now: datetime) -> tuple[TsaState, ...]:
        """Ask every authority for one timestamp, all at once."""
        return tuple(await asyncio.gather(*(self._state(known, now) for known in self._authorities)))

    async def _state(self, authority: _Authority, now: datetime) -> TsaState:
        name = authority.line.name
        try:
            token = await self._ask(authority, bytes(32), "sha256", now)
        except Unreachable as error:
            return TsaState(name, f"{name}: {error}", passing=True)
        except (Refused, UnusableAnswer) as error:
            return TsaState(name, f"{name}: {error}", passing=False)
        return TsaState(name, None, passing=False, chain=token.chain)

    async def _ask(self, authority: _Authority, digest: bytes, algorithm: str, now: datetime) -> Token:
        question = Question(secrets.randbits(63), digest, algorithm, authority.line.policy)
        body = await authority.line.ask(question.encoded)
        token = await checked(body, question, self._chains, now)
        authority.failed_at = None
        authority.length = max(authority.length or 0, len(token.encoded))
        return token


def _rests(authority: _Authority, now: datetime) -> bool:
    return authority.failed_at is not None and now - authority.failed_at < REST


class CheckedTimeStamper(TimeStamper):
    """What pyHanko asks for a timestamp; for one document, at one ``now``."""

    def __init__(self, authorities: Authorities, now: datetime) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._authorities = authorities
        self._now = now
        self.tokens: list[bytes] = []

    @property
    def token_length(self) -> int:
        """See ``Authorities``."""
        return self._authorities.token_length

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> bytes:
        """An encoded token (ContentInfo) over ``message_digest``; raises ``TimestampUnavailable``.

        pyHanko hands it on as it is, so bytes will do (and see ``cms`` for why they must).
        """
        token = await self._authorities.timestamp(message_digest, md_algorithm, self._now)
        self.tokens.append(token)
        return token
