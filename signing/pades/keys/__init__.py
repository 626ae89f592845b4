"""The sealing keys: where they are kept, whether they fit, and which one signs now."""

from signing.pades.keys.ring import KEY_USAGE, KeyRing, SealingKey, open_key
from signing.pades.keys.signer import SourceSigner
from signing.pades.keys.source import Algorithm, KeySource

__all__ = ["KEY_USAGE", "Algorithm", "KeyRing", "KeySource", "SealingKey", "SourceSigner", "open_key"]
