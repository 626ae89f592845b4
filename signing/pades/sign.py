"""The synchronous face of signing: the keys, one loop thread, one keep-alive session."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Any, TypeVar

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.general import SigningError as PyHankoSigningError

import docgen
from signing.pades.appearance import Appearance
from signing.pades.attributes import Statement
from signing.pades.errors import PadesError, UnusableFile, UnwritableText
from signing.pades.longterm import RevocationProofs, extend, renew
from signing.pades.model import PartySignature, Seal
from signing.pades.parts import Parts
from signing.pades.readiness import Readiness, judge
from signing.pades.revision import ensure_digest, fill_field
from signing.pades.settings import PadesSettings
from signing.pades.timestamps import CheckedTimeStamper
from signing.pades.watch import Watch

T = TypeVar("T")


class Pades:
    """Signs and seals; thread-safe; a context manager; ``close`` ends its thread.

    Make it after a process forks. Raises ``UnusableKey``, ``UnusableTrust``, ``UnusableTsa``,
    ``UnusableSecret`` or ``KeyUnavailable`` when the settings do not work; ``UnusableSettings`` when several.
    """

    def __init__(self, settings: PadesSettings) -> None:
        parts = Parts(settings)
        parts.ensure_sound()
        if parts.trust is None or parts.authorities is None:
            raise AssertionError("trust roots that cannot be read are a problem")
        self._parts = parts
        self._settings = settings
        self._trust = parts.trust
        self._ring = parts.ring
        self._authorities = parts.authorities
        self._loop = parts.loop
        self._session = parts.session
        self._watch = Watch(self.check)

    def __enter__(self) -> Pades:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def check(self, now: datetime) -> Readiness:
        """Whether documents can be signed and sealed at ``now``; asks every authority for one timestamp."""
        return self._run(judge(self._ring, self._trust, self._authorities, self._proofs(now), now))

    def state(self, now: datetime) -> Readiness:
        """As ``check``, but at most an hour old, or a minute when something was wrong."""
        return self._watch.state(now)

    def apply_signature(
        self, pdf: bytes, signature: PartySignature, *, base_sha256: str, now: datetime
    ) -> bytes:
        """Fill the party's own field at PAdES B-T; a document's first signature certifies it (DocMDP P=2).

        ``base_sha256`` (hex) is the digest of the revision that the caller stored last. Raises
        ``DocumentChanged``, ``UnusableFile``, ``FieldUnavailable``, ``UnusableKey``, ``UnwritableText`` or
        ``TimestampUnavailable``; then nothing was signed.
        """
        statement = Statement.of(signature.commitment, signature.role, signature.audit_sha256)
        return self._run(self._sign(pdf, signature, statement, base_sha256, now))

    def apply_seal(self, pdf: bytes, seal: Seal, *, base_sha256: str, now: datetime) -> bytes:
        """Fill the seal's field at PAdES B-LTA: signature, DSS without VRI, document timestamp.

        The DSS proves for every certificate in the file, also the parties', that it was not revoked. Raises
        as ``apply_signature``, and ``RevocationUnavailable``.
        """
        statement = Statement.of("origin", None, seal.audit_sha256)
        return self._run(self._seal(pdf, seal, statement, base_sha256, now))

    def renew(self, pdf: bytes, *, base_sha256: str, now: datetime) -> bytes:
        """Timestamp a sealed file anew: proofs for its last document timestamp, then a new one over it all.

        ``pdf`` is a prefix of the result; only the sealed file of ``base_sha256`` (hex) is renewed. Raises
        ``DocumentChanged``, ``UnusableFile``, ``NotRenewable``, ``UnusableKey`` (the authority's certificate
        is revoked), ``RevocationUnavailable`` or ``TimestampUnavailable``; then nothing was renewed.
        """
        ensure_digest(pdf, base_sha256)
        return self._run(renew(pdf, self._stamper(now), self._proofs(now)))

    def close(self) -> None:
        """End the session, the keys and the loop thread; calling it twice is fine."""
        self._parts.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            return self._loop.run(work)
        except PadesError:
            self._watch.forget()
            raise
        except PdfError as error:
            raise UnusableFile(f"the PDF cannot be read strictly: {error}; generate it again") from error
        except PyHankoSigningError as error:
            raise PadesError(f"the PDF cannot be signed: {error}") from error

    async def _sign(
        self, pdf: bytes, asked: PartySignature | Seal, statement: Statement, base_sha256: str, now: datetime
    ) -> bytes:
        return await self._fill(pdf, asked, statement, base_sha256, now, self._stamper(now))

    async def _fill(
        self,
        pdf: bytes,
        asked: PartySignature | Seal,
        statement: Statement,
        base_sha256: str,
        now: datetime,
        stamper: CheckedTimeStamper,
    ) -> bytes:
        ensure_digest(pdf, base_sha256)
        key = self._ring.fitting(now)
        style = _appearance(asked)
        return await fill_field(pdf, asked, statement, key.signer, stamper, style, now)

    async def _seal(
        self, pdf: bytes, seal: Seal, statement: Statement, base_sha256: str, now: datetime
    ) -> bytes:
        stamper = self._stamper(now)
        signed = await self._fill(pdf, seal, statement, base_sha256, now, stamper)
        return await extend(signed, stamper, self._proofs(now))

    def _proofs(self, now: datetime) -> RevocationProofs:
        return RevocationProofs(self._session, self._settings.timeout, self._trust, self._ring.chains, now)

    def _stamper(self, now: datetime) -> CheckedTimeStamper:
        return CheckedTimeStamper(self._authorities, now)


def check_settings(settings: PadesSettings, now: datetime) -> Readiness:
    """As ``Pades.check``, also for settings that cannot work: all that is wrong with them, at once."""
    parts = Parts(settings)
    try:
        broken = tuple(str(problem) for problem in parts.problems)
        if parts.trust is None or parts.authorities is None:
            return Readiness(now, broken)
        proofs = RevocationProofs(parts.session, settings.timeout, parts.trust, parts.ring.chains, now)
        found = parts.loop.run(judge(parts.ring, parts.trust, parts.authorities, proofs, now))
    finally:
        parts.close()
    # Without any key that opens, that none fits is not news.
    problems = found.problems if parts.ring.keys else found.problems[:-1]
    return replace(found, problems=(*broken, *problems), passing=parts.passing and found.passing)


def _appearance(asked: PartySignature | Seal) -> Appearance:
    font = docgen.stamp_font()
    try:
        font.encode(" ".join(" ".join(asked.lines).split()))
    except docgen.GlyphMissing as error:
        raise UnwritableText(f"the signature's text cannot be drawn: {error}") from error
    mark = asked.mark if isinstance(asked, PartySignature) else None
    return Appearance(lines=asked.lines, font=font, mark=mark)
