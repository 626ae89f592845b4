"""One transaction on the registry: everything in it becomes true together, or not at all."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from signing.store.accesses import Accesses
from signing.store.accounts import Accounts
from signing.store.agreements import Agreements
from signing.store.api_keys import ApiKeys
from signing.store.attention import Attention
from signing.store.batches import Batches
from signing.store.buckets import Buckets
from signing.store.codes import Codes
from signing.store.deliveries import Deliveries
from signing.store.dialects import now_of, queue_up
from signing.store.documents import Documents
from signing.store.drafts import Drafts
from signing.store.entrances import Entrances
from signing.store.erasures import Erasures
from signing.store.figures import Figures
from signing.store.hooks import Hooks
from signing.store.letters import PaperLetters
from signing.store.messages import Messages
from signing.store.organisations import Organisations
from signing.store.overview import Overview
from signing.store.packets import Packets
from signing.store.reconciliations import Reconciliations
from signing.store.remarks import Remarks
from signing.store.renewals import Renewals
from signing.store.slots import Slots
from signing.store.trail import Trail


class Transaction:
    """The registry within ``Store.read()`` or ``Store.write()``; ``connection`` is for the work queue."""

    def __init__(self, connection: sa.Connection, *, locks: bool) -> None:
        self.connection = connection
        self.packets = Packets(connection, locks=locks)
        self.documents = Documents(connection)
        self.trail = Trail(connection)
        self.agreements = Agreements(connection, locks=locks)
        self.renewals = Renewals(connection)
        self.deliveries = Deliveries(connection)
        self.codes = Codes(connection)
        self.remarks = Remarks(connection)
        self.letters = PaperLetters(connection)
        self.messages = Messages(connection)
        self.attention = Attention(connection)
        self.slots = Slots(connection)
        self.organisations = Organisations(connection)
        self.accounts = Accounts(connection, locks=locks)
        self.entrances = Entrances(connection)
        self.drafts = Drafts(connection, locks=locks)
        self.batches = Batches(connection, locks=locks)
        self.overview = Overview(connection)
        self.figures = Figures(connection)
        self.api_keys = ApiKeys(connection)
        self.buckets = Buckets(connection)
        self.hooks = Hooks(connection)
        self.accesses = Accesses(connection)
        self.erasures = Erasures(connection)
        self.reconciliations = Reconciliations(connection)

    def queue_up(self, *names: str) -> None:
        """Only one write transaction at a time goes on with any of these names, until its end.

        For what has no row yet that could be locked. Call it before looking, in a write transaction.
        """
        queue_up(self.connection, *names)

    def now(self) -> datetime:
        """The database's own clock, the same for all machines; for leases, never for a packet."""
        return now_of(self.connection)
