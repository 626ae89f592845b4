"""Where a key is in a token, as a PKCS#11 URI (RFC 7512)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, unquote_to_bytes

from signing.pades.errors import UnusableKey

EXAMPLE = "pkcs11:token=huurzegel;object=seal?module-path=/usr/lib/softhsm/libsofthsm2.so"


@dataclass(frozen=True)
class TokenAddress:
    """Module (path of a shared library), label of the token, and label or id of the key."""

    module: str
    token: str
    object: str | None
    id: bytes | None

    @classmethod
    def parse(cls, url: str) -> TokenAddress:
        """Read ``EXAMPLE`` and the like; raises ``UnusableKey``, also for a PIN in the URL."""
        path, _, query = url.removeprefix("pkcs11:").partition("?")
        values = {**_pairs(path, ";"), **_pairs(query, "&")}
        # A URL is shown in messages and lists; and RFC 7512, 7.4 advises against it.
        if {"pin-value", "pin-source"} & values.keys():
            raise UnusableKey(
                "a pkcs11: URL that names the PIN is not accepted; it goes in a file or environment variable"
            )
        known = {"token", "object", "id", "type", "module-path"}
        needed = {"token", "module-path"} - values.keys()
        if needed or values.keys() - known or not {"object", "id"} & values.keys():
            raise UnusableKey(
                f"the pkcs11: URL of the key must be written as {EXAMPLE}, with object, id or both"
            )
        key_id = unquote_to_bytes(values["id"]) if "id" in values else None
        label = unquote(values["object"]) if "object" in values else None
        return cls(unquote(values["module-path"]), unquote(values["token"]), label, key_id)

    def __str__(self) -> str:
        name = self.object if self.object is not None else (self.id or b"").hex()
        return f"the key {name} in the token {self.token}"


def _pairs(text: str, separator: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(separator) if part)
    return {name: value for name, _, value in pairs}
