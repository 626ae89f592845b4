"""From a file to its answer: judged in confinement, then looked up in the registry."""

from __future__ import annotations

import hashlib
from datetime import datetime

from signing.pades import TrustRoots, UnusableFile, validate_confined
from signing.report import registry
from signing.report.answer import NOT_ASKED, Answer, File, Unusable, answer
from signing.store import Store

LONGEST_NAME = 200  # characters of a file name


def judge(
    pdf: bytes,
    name: str | None,
    trust: TrustRoots,
    *,
    at: datetime,
    store: Store | None = None,
    test: bool = False,
) -> Answer:
    """The answer about a file that anybody may have made; ``store``: where to look whether we issued it.

    Raises ``ConfinementFault`` when nothing can be judged here.
    """
    file = File(name[:LONGEST_NAME] if name else None, len(pdf), hashlib.sha256(pdf).hexdigest())
    try:
        report = validate_confined(pdf, trust, at=at)
    except UnusableFile as error:
        return answer(file, Unusable(error.code, str(error)), NOT_ASKED, at, test=test)
    issued = NOT_ASKED if store is None else registry.issued(store, report)
    return answer(file, report, issued, at, test=test)
