"""What stands at the head of an organisation's documents."""

from __future__ import annotations

import docgen
from signing.store import Transaction


def logo_of(tx: Transaction, client: str) -> docgen.Logo | None:
    """The logo of the organisation whose packets ``client`` makes; None: the template's own stays."""
    organisation = tx.organisations.of_client(client)
    png = None if organisation is None else tx.organisations.logo(organisation.id)
    return None if organisation is None or png is None else docgen.Logo(organisation.name, png)
