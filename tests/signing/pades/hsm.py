"""A SoftHSM2 token of the tests' own, and keys in it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pkcs11
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pkcs11.util.x509 import decode_x509_certificate

from signing.pades import HeldSecret, KeySettings
from signing.pades.authority import Entity

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
TOKEN, PIN = "huurzegel-test", "80421-pin-of-the-test"


@dataclass(frozen=True)
class TestToken:
    """A token that holds what ``put`` puts there."""

    __test__ = False
    folder: Path

    def put(self, label: str, entity: Entity, *, certificate: bool = True) -> KeySettings:
        """Where the key of ``entity`` is from now on; without ``certificate`` it is only in a file beside."""
        pem = self.folder / f"{label}.pem"
        pem.write_bytes(entity.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        key_id = label.encode().hex()
        run("--import", str(pem), "--token", TOKEN, "--label", label, "--id", key_id, "--pin", PIN)
        pem.unlink()
        encoded = entity.certificate.public_bytes(Encoding.DER)
        if certificate:
            token = pkcs11.lib(MODULE).get_token(token_label=TOKEN)
            with token.open(rw=True, user_pin=PIN) as session:
                session.create_object(
                    {
                        **decode_x509_certificate(encoded),
                        pkcs11.Attribute.ID: label.encode(),
                        pkcs11.Attribute.LABEL: label,
                        pkcs11.Attribute.TOKEN: True,
                    }
                )
        return self.settings(label)

    def settings(self, label: str, pin: str = PIN) -> KeySettings:
        """How the configuration names it."""
        url = f"pkcs11:token={TOKEN};object={label}?module-path={MODULE}"
        return KeySettings(url, HeldSecret(pin))


def run(*arguments: str) -> None:
    """softhsm2-util, which must succeed."""
    subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True, timeout=60)


@pytest.fixture(scope="session")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestToken]:
    """One token per test process, because the module reads its configuration once."""
    assert shutil.which("softhsm2-util"), "install the Debian package softhsm2"
    folder = tmp_path_factory.mktemp("token")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(
        f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    run("--init-token", "--free", "--label", TOKEN, "--pin", PIN, "--so-pin", f"so-{PIN}")
    yield TestToken(folder)
    pkcs11.unload(MODULE)
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before
