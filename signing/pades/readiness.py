"""Whether the service can seal now: key, chain, trust roots, revocation and timestamps, and until when."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from asn1crypto import x509  # type: ignore[import-untyped]

from signing.pades.certificates import TrustRoots
from signing.pades.errors import PadesError, RevocationUnavailable, UnusableKey
from signing.pades.keys import KeyRing, SealingKey
from signing.pades.longterm import RevocationProofs, ensure_unrevoked
from signing.pades.timestamps import Authorities, TsaState

Use = Literal["seal", "timestamp", "trust"]
# A new certificate takes weeks to get: that is how long before its end is too near we say so.
NOTICE = timedelta(days=30)


@dataclass(frozen=True)
class CertificateEnd:
    """Until when (aware UTC) a certificate is valid."""

    use: Use
    subject: str
    ends: datetime

    def days(self, now: datetime) -> int:
        """Whole days left; negative when it ended."""
        return (self.ends - now).days


@dataclass(frozen=True)
class Readiness:
    """The answer as of ``at``: nothing can be sealed while there are ``problems``.

    ``passing``: all problems may pass by themselves. ``warnings`` ask for an operator, but not now.
    """

    at: datetime
    problems: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    certificates: tuple[CertificateEnd, ...] = ()
    passing: bool = False

    @property
    def ready(self) -> bool:
        """Whether documents can be signed and sealed."""
        return not self.problems


class _Findings:
    def __init__(self) -> None:
        self.problems: list[str] = []
        self.warnings: list[str] = []
        self.lasting = 0

    def problem(self, text: str, *, passing: bool) -> None:
        self.problems.append(text)
        self.lasting += not passing

    @property
    def passing(self) -> bool:
        return bool(self.problems) and not self.lasting


async def judge(
    ring: KeyRing, trust: TrustRoots, authorities: Authorities, proofs: RevocationProofs, now: datetime
) -> Readiness:
    """Ask every authority for a timestamp and the revocation services for proofs, and look at all dates."""
    found = _Findings()
    states: Sequence[TsaState] = await authorities.probe(now)
    _judge_roots(trust, now, found)
    states = await asyncio.gather(*(_unrevoked(state, proofs) for state in states))
    _judge_authorities(states, now, found)
    await _judge_keys(ring, proofs, now, found)
    ends = [
        *(_ends("seal", key.chain[:1]) for key in ring.keys),
        *(_ends("timestamp", state.chain[:1]) for state in states),
        _ends("trust", trust.certificates),
    ]
    return Readiness(
        at=now,
        problems=tuple(found.problems),
        warnings=tuple(found.warnings),
        certificates=tuple(dict.fromkeys(end for some in ends for end in some)),
        passing=found.passing,
    )


def _judge_roots(trust: TrustRoots, now: datetime, found: _Findings) -> None:
    ended = [root for root in trust.certificates if root.not_valid_after < now]
    for root in ended:
        text = f"the trust root {root.subject.human_friendly} ended on {root.not_valid_after:%Y-%m-%d}"
        if len(ended) == len(trust.certificates):
            found.problem(f"{text}, and there is no other; trust a valid root", passing=False)
        else:
            found.warnings.append(f"{text}; it serves documents of before only")


async def _unrevoked(state: TsaState, proofs: RevocationProofs) -> TsaState:
    if state.problem is not None:
        return state
    try:
        await ensure_unrevoked(state.chain, proofs, stamps=True)
    except PadesError as error:
        passing = isinstance(error, RevocationUnavailable)
        return replace(state, problem=f"{state.name}: {error}", passing=passing)
    return state


def _judge_authorities(states: Iterable[TsaState], now: datetime, found: _Findings) -> None:
    states = tuple(states)
    good = [state for state in states if state.problem is None]
    if not states:
        found.problem("no time-stamping authority is configured; name at least one", passing=False)
    for state in states:
        if state.problem is None:
            continue
        text = f"time-stamping authority {state.problem}"
        if good:
            found.warnings.append(f"{text}; another one answers")
        else:
            found.problem(text, passing=state.passing)
    for state in good:
        ends = min(member.not_valid_after for member in state.chain)
        if ends < now + NOTICE:
            found.warnings.append(
                f"the certificates of time-stamping authority {state.name} end on {ends:%Y-%m-%d}, so every "
                "document sealed now is renewed before then; ask the authority for its newer service"
            )


async def _judge_keys(ring: KeyRing, proofs: RevocationProofs, now: datetime, found: _Findings) -> None:
    try:
        signs = ring.fitting(now)
    except UnusableKey as error:
        found.problem(str(error), passing=False)
        return
    ends = _first_end(signs)
    if ends < now + ring.margin + NOTICE and signs is ring.keys[-1]:
        found.warnings.append(
            f"the sealing key of {signs.certificate.subject.human_friendly} signs until "
            f"{ends - ring.margin:%Y-%m-%d}, and no key comes after it; add the next one"
        )
    try:
        await ensure_unrevoked(signs.chain, proofs, stamps=False)
    except PadesError as error:
        found.problem(str(error), passing=isinstance(error, RevocationUnavailable))


def _first_end(key: SealingKey) -> datetime:
    ends: datetime = min(member.not_valid_after for member in key.chain)
    return ends


def _ends(use: Use, certificates: Iterable[x509.Certificate]) -> list[CertificateEnd]:
    return [
        CertificateEnd(use, member.subject.human_friendly, member.not_valid_after) for member in certificates
    ]
