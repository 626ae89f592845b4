"""The desk: where organisations work, behind a log-in."""

from signing.web.desk import entrance, organisations, own, packets, people, provider, welcome
from signing.web.desk.guard import blueprint

__all__ = ["PAGES", "blueprint"]

# Each of these hangs its pages into the blueprint.
PAGES = (entrance, provider, welcome, own, packets, people, organisations)
