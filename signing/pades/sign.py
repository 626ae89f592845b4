"""The synchronous face of signing: one key, one loop thread, one keep-alive session."""

from __future__ import annotations

from collections.abc import Coroutine
from datetime import datetime
from types import TracebackType
from typing import Any, TypeVar

import aiohttp
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.general import SigningError as PyHankoSigningError

import docgen
from signing.pades.appearance import Appearance
from signing.pades.attributes import Statement
from signing.pades.certificates import TrustRoots, read_certificates
from signing.pades.errors import PadesError, UnusableFile, UnwritableText
from signing.pades.keys import load_key
from signing.pades.longterm import RevocationProofs, extend, renew
from signing.pades.loop import LoopThread
from signing.pades.model import PadesSettings, PartySignature, Seal
from signing.pades.revision import Revision, ensure_digest, fill_field
from signing.pades.timestamps import CheckedTimeStamper

T = TypeVar("T")


class Pades:
    """Signs and seals with one key; thread-safe; a context manager; ``close`` ends its thread.

    Make it after a process forks. Raises ``UnusableKey`` or ``UnusableTrust`` when the settings cannot work.
    """

    def __init__(self, settings: PadesSettings) -> None:
        self._settings = settings
        self._trust = TrustRoots.read(settings.trust_roots)
        self._others = [member for path in settings.other_certificates for member in read_certificates(path)]
        self._key = load_key(settings.key, settings.passphrase, self._trust, self._others)
        self._loop = LoopThread("pades")
        self._session: aiohttp.ClientSession = self._loop.run(_open_session())

    def __enter__(self) -> Pades:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def certificate_name(self) -> str:
        """Subject of the certificate that signs and seals, for people to read."""
        name: str = self._key.certificate.subject.human_friendly
        return name

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
        """End the session and the loop thread; calling it twice is fine."""
        if not self._session.closed:
            self._loop.run(self._session.close())
            self._loop.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            return self._loop.run(work)
        except PadesError:
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
        self._key.ensure_valid(now)
        style = _appearance(asked.lines)
        return await fill_field(Revision.of(pdf), asked, statement, self._key.signer, stamper, style, now)

    async def _seal(
        self, pdf: bytes, seal: Seal, statement: Statement, base_sha256: str, now: datetime
    ) -> bytes:
        stamper = self._stamper(now)
        signed = await self._fill(pdf, seal, statement, base_sha256, now, stamper)
        return await extend(signed, stamper, self._proofs(now))

    def _proofs(self, now: datetime) -> RevocationProofs:
        return RevocationProofs(self._session, self._settings.timeout, self._trust, self._key.chain, now)

    def _stamper(self, now: datetime) -> CheckedTimeStamper:
        return CheckedTimeStamper(
            self._session, self._settings.tsa_urls, self._trust, self._settings.timeout, now
        )


def _appearance(lines: tuple[str, ...]) -> Appearance:
    font = docgen.stamp_font()
    try:
        font.encode(" ".join(" ".join(lines).split()))
    except docgen.GlyphMissing as error:
        raise UnwritableText(f"the signature's text cannot be drawn: {error}") from error
    return Appearance(lines=lines, font=font)


async def _open_session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
