"""One transaction on the registry: everything in it becomes true together, or not at all."""

from __future__ import annotations

import sqlalchemy as sa

from signing.store.accounts import Accounts
from signing.store.agreements import Agreements
from signing.store.attention import Attention
from signing.store.codes import Codes
from signing.store.documents import Documents
from signing.store.entrances import Entrances
from signing.store.organisations import Organisations
from signing.store.overview import Overview
from signing.store.packets import Packets
from signing.store.remarks import Remarks
from signing.store.renewals import Renewals
from signing.store.trail import Trail


class Transaction:
    """The registry within ``Store.read()`` or ``Store.write()``; ``connection`` is for the work queue."""

    def __init__(self, connection: sa.Connection, *, locks: bool) -> None:
        self.connection = connection
        self.packets = Packets(connection, locks=locks)
        self.documents = Documents(connection)
        self.trail = Trail(connection)
        self.agreements = Agreements(connection)
        self.renewals = Renewals(connection)
        self.codes = Codes(connection)
        self.remarks = Remarks(connection)
        self.attention = Attention(connection)
        self.organisations = Organisations(connection)
        self.accounts = Accounts(connection, locks=locks)
        self.entrances = Entrances(connection)
        self.overview = Overview(connection)
