"""The desk: where organisations work, behind a log-in."""

from signing.web.desk import entrance, organisations, own, packets, people, provider, steering, welcome
from signing.web.desk.guard import blueprint

__all__ = ["LIMITS", "PAGES", "blueprint"]

LIMITS = steering.LIMITS

# Each of these hangs its pages into the blueprint.
PAGES = (entrance, provider, welcome, own, packets, steering, people, organisations)
