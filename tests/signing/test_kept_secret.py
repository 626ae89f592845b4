"""What the service leaves behind holds neither the sealing key nor what opens it."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12

from signing import development
from tests.conftest import Case


def test_database_documents_mails_and_archive_hold_no_key_and_no_passphrase(delivered: Case) -> None:
    folder = delivered.services.config.data.parent
    pki = development.development_pki(folder, delivered.clock())
    passphrase = pki.passphrase.read_bytes().strip()
    key, _, _ = pkcs12.load_key_and_certificates(pki.key.read_bytes(), passphrase)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    number = key.private_numbers().private_value
    wanted = (passphrase, number.to_bytes(32, "big"), f"{number:064x}".encode(), str(number).encode())
    files = [path for path in folder.rglob("*") if path.is_file() and pki.folder not in path.parents]
    assert any(path.name.endswith(".sqlite") for path in files)
    for path in files:
        data = path.read_bytes()
        assert not any(secret in data for secret in wanted), path
