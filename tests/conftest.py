"""What every test may ask for."""

from tests.pki import rogue_pki, served_pki

__all__ = ["rogue_pki", "served_pki"]
