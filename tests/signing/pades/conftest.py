"""Documents at each stage of the way, made once per test process with real signatures."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest

from signing.pades import Pades, PartySignature, Seal
from tests.pki import ServedPki
from tests.signing.pades.papers import PARTIES, prepared_pdf

NAMES = {
    "tenant": "Anne-Fleur van der Meijden-Şahin",
    "referring_org": "Stichting voor Begeleid Wonen en Maatschappelijke Ondersteuning",
    "corporation": "W. Wałęsa",
}


def sha256(pdf: bytes) -> str:
    """Hex digest, as a caller stores it."""
    return hashlib.sha256(pdf).hexdigest()


def signature_of(field: str) -> PartySignature:
    """What the party of this field signs."""
    return PartySignature(
        field=field,
        name=NAMES.get(field, "O'Neill"),
        reason="Akkoord met MTR-0012345678-BGO01-C",
        location="Utrecht",
        role=field,
        commitment="receipt" if field == "corporation" else "approval",
        audit_sha256=hashlib.sha256(field.encode()).digest(),
        lines=(NAMES.get(field, "O'Neill"), "Ondertekend op 23 november 2026 om 10:05 uur", "TEST"),
    )


SEAL = Seal(
    name="Huurzegel TEST",
    reason="Verzegeld",
    location="Utrecht",
    audit_sha256=hashlib.sha256(b"chain head").digest(),
    lines=("Huurzegel TEST", "Verzegeld op 23 november 2026"),
)


def sign(pades: Pades, pdf: bytes, field: str, now: datetime) -> bytes:
    """The next revision, with this field signed."""
    return pades.apply_signature(pdf, signature_of(field), base_sha256=sha256(pdf), now=now)


def seal(pades: Pades, pdf: bytes, now: datetime) -> bytes:
    """The sealed file."""
    return pades.apply_seal(pdf, SEAL, base_sha256=sha256(pdf), now=now)


@dataclass(frozen=True)
class Papers:
    """One document at each stage."""

    prepared: bytes
    certified: bytes
    signed: bytes
    sealed: bytes


@pytest.fixture(scope="session")
def pades(served_pki: ServedPki) -> Iterator[Pades]:
    """Signs with the good key."""
    with Pades(served_pki.settings) as opened:
        yield opened


@pytest.fixture(scope="session")
def papers(served_pki: ServedPki, pades: Pades) -> Papers:
    """Prepared, signed by the tenant, signed by all three, sealed."""
    now = served_pki.clock()
    prepared = prepared_pdf()
    certified = sign(pades, prepared, "tenant", now)
    signed = certified
    for field in PARTIES[1:]:
        signed = sign(pades, signed, field, now)
    return Papers(prepared, certified, signed, seal(pades, signed, now))
