"""An authenticator in software, as a browser with a passkey would answer (WebAuthn 2, ES256)."""

from __future__ import annotations

import hashlib
import json
import struct
from base64 import urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


class Authenticator:
    """Holds one passkey. ``verifies``: whether it asked its owner for a finger or a PIN."""

    def __init__(self, origin: str, *, verifies: bool = True) -> None:
        self.origin = origin
        self.verifies = verifies
        self.count = 0
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._id = hashlib.sha256(str(id(self)).encode()).digest()
        self._owner = ""

    def create(self, options: str) -> str:
        """The answer to the question for a new passkey."""
        told = json.loads(options)
        self._owner = told["user"]["id"]
        client = self._client("webauthn.create", told["challenge"])
        numbers = self._key.public_key().public_numbers()
        public = cbor2.dumps(
            {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        )
        attested = bytes(16) + struct.pack(">H", len(self._id)) + self._id + public
        data = self._data(told["rp"]["id"], _ATTESTED) + attested
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer({"clientDataJSON": _text(client), "attestationObject": _text(made)})

    def get(self, options: str) -> str:
        """The answer to the question to show one."""
        told = json.loads(options)
        self.count += 1
        client = self._client("webauthn.get", told["challenge"])
        data = self._data(told["rpId"], 0)
        signature = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        shown = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        response = {name: _text(value) for name, value in shown.items()}
        return self._answer({**response, "userHandle": self._owner})

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, rp_id: str, flags: int) -> bytes:
        flags |= _PRESENT | (_VERIFIED if self.verifies else 0)
        return hashlib.sha256(rp_id.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _answer(self, response: dict[str, Any]) -> str:
        own = _text(self._id)
        answer = {"id": own, "rawId": own, "type": "public-key", "clientExtensionResults": {}}
        return json.dumps({**answer, "response": response})


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
