"""The synchronous face of signing: one key, one loop thread, one keep-alive session."""

from __future__ import annotations

from datetime import datetime
from types import TracebackType

from signing.pades.model import PadesSettings, PartySignature, Seal


class Pades:
    """Signs and seals with one key; thread-safe; a context manager; ``close`` ends its thread.

    Raises ``UnusableKey`` or ``UnusableTrust`` at once when the settings cannot work.
    """

    def __init__(self, settings: PadesSettings) -> None:
        self._settings = settings

    def __enter__(self) -> Pades:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def apply_signature(
        self, pdf: bytes, signature: PartySignature, *, base_sha256: str, now: datetime
    ) -> bytes:
        """Fill the party's own field at PAdES B-T; a document's first signature certifies it (DocMDP P=2).

        ``base_sha256`` (hex) is the digest of the revision that the caller stored last. Raises
        ``DocumentChanged``, ``UnusableFile``, ``FieldUnavailable``, ``UnusableKey`` or
        ``TimestampUnavailable``; then nothing was signed.
        """
        raise NotImplementedError

    def apply_seal(self, pdf: bytes, seal: Seal, *, base_sha256: str, now: datetime) -> bytes:
        """Fill the seal's field at PAdES B-LTA: signature, DSS without VRI, document timestamp.

        Raises as ``apply_signature``, and ``RevocationUnavailable``.
        """
        raise NotImplementedError

    def close(self) -> None:
        """End the session and the loop thread; calling it twice is fine."""
