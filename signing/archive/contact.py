"""No machine takes the package: the corporation's contact fetches it from a page, and confirms it there."""

from __future__ import annotations

from datetime import datetime

from signing.archive import judging
from signing.archive.package import Handover, Package
from signing.archive.settings import Settings, refuse


class ContactDestination:
    """For a corporation without an address for machines; only its confirmation is a receipt."""

    def __init__(self, settings: Settings) -> None:
        """``url``: ``contact:``. Raises ConfigurationError."""
        refuse("contact", {"is named with more than contact:; correct its URL": settings.url != "contact:"})
        self._settings = settings

    def deliver(self, package: Package, now: datetime) -> Handover:
        """What the contact is to confirm."""
        return Handover(self._settings.url, judging.sent(self._settings.arrange(package)))
