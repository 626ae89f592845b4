"""The contestants: each way signs the same PDF with the same key, and tells how long it took."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from signing.pades import (
    Expected,
    HeldSecret,
    KeySettings,
    Pades,
    PartySignature,
    Seal,
    TrustRoots,
    validate,
)
from tests.bench.seal.ground import PASSPHRASE, REFERENCE, Ground
from tests.bench.seal.naive import Stock

PARTY, SEALED, AGREEMENT = "huurzegel, party B-T", "huurzegel, seal B-LTA", "huurzegel, whole agreement"
STOCK = {level: f"pyHanko SimpleSigner, {level}" for level in ("B-B", "B-T", "B-LTA")}
NAIVE = "pyHanko the naive way, whole agreement at B-LTA"
LIBPDF = {
    "libpdf B-B": "@libpdf/core, B-B",
    "libpdf B-T": "@libpdf/core, B-T",
    "libpdf B-LTA": "@libpdf/core, B-LTA",
    "libpdf agreement": "@libpdf/core, whole agreement",
}
SIGNPDF = "@signpdf/signpdf, B-B"
# Signatures and timestamps in the file that each way makes, so that nobody wins by doing less.
SIGNATURES = {
    PARTY: 1, SEALED: 2, AGREEMENT: 5, STOCK["B-B"]: 1, STOCK["B-T"]: 1, STOCK["B-LTA"]: 2, NAIVE: 8,
    **dict(zip(LIBPDF.values(), (1, 1, 2, 5), strict=True)), SIGNPDF: 1,
}  # fmt: skip
AUDIT = hashlib.sha256(b"an audit record").digest()
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Made:
    """One file, and the milliseconds it took."""

    milliseconds: float
    pdf: bytes


Way = Callable[[], Made]


class NotHere(Exception):
    """A contestant cannot take part; the text says why."""


@contextmanager
def ours(ground: Ground) -> Iterator[dict[str, Way]]:
    """As the service signs: key, connections and authorities are kept."""
    key = KeySettings(ground.key.as_uri(), HeldSecret(PASSPHRASE))
    settings = replace(ground.pki.settings(), keys=(key,))
    with Pades(settings) as pades:
        pades.check(_now())

        def party(pdf: bytes, field: str) -> bytes:
            return pades.apply_signature(pdf, _signature(field), base_sha256=_sha256(pdf), now=_now())

        def seal(pdf: bytes) -> bytes:
            return pades.apply_seal(pdf, _SEAL, base_sha256=_sha256(pdf), now=_now())

        def agreement() -> bytes:
            pdf = ground.pdf
            for field in ground.fields[:-1]:
                pdf = party(pdf, field)
            return seal(pdf)

        sound = validate(
            agreement(), TrustRoots.read([ground.pki.root]), expected=Expected(ground.fields), at=_now()
        )
        assert (sound.problems, sound.level) == ((), "B-LTA")
        yield {
            PARTY: lambda: _timed(lambda: party(ground.pdf, ground.fields[0])),
            SEALED: lambda: _timed(lambda: seal(ground.pdf)),
            AGREEMENT: lambda: _timed(agreement),
        }


def stock(ground: Ground) -> dict[str, Way]:
    """pyHanko as it comes."""
    root = TrustRoots.read([ground.pki.root]).certificates[0]
    pyhanko = Stock(ground.key, PASSPHRASE, root, ground.pki.tsa_url)
    signer, first = pyhanko.signer(), ground.fields[0]
    ways: dict[str, Way] = {
        name: lambda level=level: _timed(lambda: pyhanko.sign(ground.pdf, first, level, signer))  # type: ignore[misc]
        for level, name in STOCK.items()
    }
    return {**ways, NAIVE: lambda: _timed(lambda: pyhanko.agreement(ground.pdf, ground.fields))}


@contextmanager
def peers(ground: Ground, folder: Path) -> Iterator[dict[str, Way]]:
    """The npm libraries, kept warm in one node process; raises ``NotHere``."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise NotHere(
            "node and npm are not installed (apt-get install nodejs npm), so the npm peers are missing"
        )
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "peers.mjs"):
        shutil.copyfile(HERE / name, folder / name)
    install = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
    done = subprocess.run(install, cwd=folder, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode:
        raise NotHere(f"npm cannot install the peers: {done.stderr.strip()[-300:]}")
    base, output = folder / "base.pdf", folder / "made.pdf"
    base.write_bytes(ground.pdf)
    told = {
        "pdf": str(base), "key": str(ground.key), "passphrase": PASSPHRASE,
        "tsa": ground.pki.tsa_url, "fields": ground.fields,
    }  # fmt: skip
    node = subprocess.Popen(
        ["node", "peers.mjs", json.dumps(told)],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def ask(way: str) -> Made:
        assert node.stdin is not None
        assert node.stdout is not None
        node.stdin.write(json.dumps({"way": way, "output": str(output)}) + "\n")
        node.stdin.flush()
        answer = json.loads(node.stdout.readline() or '{"error": "node ended"}')
        if "error" in answer:
            raise NotHere(f"{way} fails: {answer['error']}")
        return Made(answer["milliseconds"], output.read_bytes())

    names = {**LIBPDF, "signpdf B-B": SIGNPDF}
    try:
        yield {name: lambda way=way: ask(way) for way, name in names.items()}  # type: ignore[misc]
    finally:
        node.communicate()


def _timed(work: Callable[[], bytes]) -> Made:
    start = time.perf_counter()
    pdf = work()
    return Made(1000 * (time.perf_counter() - start), pdf)


def _signature(field: str) -> PartySignature:
    lines = ("Anne-Fleur van der Meijden-Şahin", "Huurder", "Ondertekend op 23 november 2026 om 10:05 uur")
    return PartySignature(
        field=field,
        name=lines[0],
        reason=f"Akkoord met {REFERENCE}",
        location="Utrecht",
        role="Huurder",
        commitment="approval",
        audit_sha256=AUDIT,
        lines=lines,
    )


_SEAL = Seal("Huurzegel TEST", "Verzegeld", "Utrecht", AUDIT, ("Huurzegel TEST", "Verzegeld", "TEST"))


def _sha256(pdf: bytes) -> str:
    return hashlib.sha256(pdf).hexdigest()


def _now() -> datetime:
    return datetime.now(UTC)
