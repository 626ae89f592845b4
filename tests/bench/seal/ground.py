"""What all contestants share: one PDF, one RSA-3072 key, and authorities in a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import docgen
from signing.pades.authority import OCSP, SEAL, TSA, Entity, Issuer, issue, make_issuing, make_root
from signing.pades.development import DevelopmentPki, ensure, seal_file
from signing.pades.development_server import serve

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "templates"
PASSPHRASE = "bench"
REFERENCE = "MTR-0012345678-BGO01-C"


@dataclass(frozen=True)
class Ground:
    """The PDF with its signature fields, and a PKCS#12 file with key and chain."""

    pki: DevelopmentPki
    key: Path
    pdf: bytes
    pages: int
    fields: tuple[str, ...]


@contextmanager
def prepared(folder: Path) -> Iterator[Ground]:
    """Made in ``folder``, with the authorities answering until the block ends."""
    now = datetime.now(UTC)
    pki = ensure(folder / "pki", now)
    issuing = _with_rsa(pki, now)
    entity = issue(issuing, "TEST e-seal", SEAL, now, rsa.generate_private_key(65537, 3072))
    key = folder / "seal.p12"
    key.write_bytes(seal_file(entity, [issuing.certificate], PASSPHRASE))
    document = _document(folder)
    command = [sys.executable, "-m", "tests.bench.seal.ground", str(pki.folder)]
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": "."},
    )
    try:
        assert server.stdout is not None
        server.stdout.readline()
        yield Ground(pki, key, document.pdf, document.pages, document.fields)
    finally:
        server.communicate()


def _with_rsa(pki: DevelopmentPki, now: datetime) -> Issuer:
    """The issuer, after root and issuer got RSA keys: node-forge reads no other certificates."""
    keys = [rsa.generate_private_key(65537, 3072) for _ in range(2)]
    root = make_root("TEST Root CA", pki.base_url, now, key=keys[0])
    issuing = make_issuing(root, "TEST Issuing CA", now, key=keys[1])
    entities: dict[str, Entity] = {
        "root": root,
        "issuing": issuing,
        "tsa": issue(root, "TEST TSA", TSA, now),
        "ocsp": issue(issuing, "TEST OCSP responder", OCSP, now),
    }
    for name, entity in entities.items():
        key = entity.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (pki.folder / f"{name}.key.pem").write_bytes(key)
        (pki.folder / f"{name}.pem").write_bytes(entity.certificate.public_bytes(Encoding.PEM))
    return issuing


def _document(folder: Path) -> docgen.Document:
    catalog = docgen.Catalog(TEMPLATES)
    sample = json.loads((TEMPLATES / "guidance-agreement" / "sample.json").read_text(encoding="utf-8"))
    values = docgen.complete(catalog.manifest("guidance-agreement"), sample, datetime.now(UTC).date())
    with docgen.Office(folder / "office") as office:
        generator = docgen.Generator(catalog, office, test=True)
        return generator.generate("guidance-agreement", "core", values, REFERENCE)


def _answer(folder: Path) -> None:
    """Serves until standard input ends."""

    def clock() -> datetime:
        return datetime.now(UTC)

    with serve(ensure(folder, clock()), clock):
        print("answering", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    _answer(Path(sys.argv[1]))
