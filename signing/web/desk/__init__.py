"""The desk: where organisations work, behind a log-in."""

from signing.web.desk import (
    access,
    archive,
    batches,
    drafts,
    entrance,
    house,
    organisations,
    own,
    packets,
    people,
    provider,
    receipt,
    sending,
    steering,
    stuck,
    welcome,
)
from signing.web.desk.guard import blueprint

__all__ = ["LIMITS", "PAGES", "blueprint"]

LIMITS = {**steering.LIMITS, **drafts.LIMITS, **batches.LIMITS, **house.LIMITS}

# Each of these hangs its pages into the blueprint.
PAGES = (
    entrance, provider, welcome, own, packets, sending, steering, drafts, batches, receipt, archive, access,
    people, organisations, house, stuck,
)  # fmt: skip
