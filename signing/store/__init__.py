"""The registry: packets, documents, audit trails and agreements in SQL (SQLite or PostgreSQL)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from signing.store.accesses import Access, Look, Seen
from signing.store.engine import index_work, migrate, open_engine, open_work_engine
from signing.store.erased import ContentErased, Erased
from signing.store.erasures import Ended
from signing.store.narrowing import Sought
from signing.store.overview import Filed, Listed
from signing.store.reconciliations import Compared, Outcome
from signing.store.records import (
    Batch,
    BatchRow,
    Delivered,
    Dispatch,
    Draft,
    Ending,
    Filing,
    Invitation,
    PaperLetter,
    Passkey,
    Progress,
    Remark,
    Renewal,
    RenewedFile,
    RowState,
    Session,
    StoredDocument,
    Stuck,
)
from signing.store.transaction import Transaction

__all__ = [
    "DATABASE_GONE",
    "Access",
    "Batch",
    "BatchRow",
    "Compared",
    "ContentErased",
    "Delivered",
    "Dispatch",
    "Draft",
    "Ended",
    "Ending",
    "Erased",
    "Filed",
    "Filing",
    "Invitation",
    "Listed",
    "Look",
    "Outcome",
    "PaperLetter",
    "Passkey",
    "Progress",
    "Remark",
    "Renewal",
    "RenewedFile",
    "RowState",
    "Seen",
    "Session",
    "Sought",
    "Store",
    "StoredDocument",
    "Stuck",
    "Transaction",
    "index_work",
    "open_work_engine",
]


# What a call on the registry raises when the database cannot be reached, or cannot write.
DATABASE_GONE = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError)

_SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class Store:
    """The registry at a SQLAlchemy URL; its schema is brought up to date when it is opened."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: sa.Engine = open_engine(url)
        self.listener: Callable[[Transaction], None] | None = None  # hears of every change before it is kept
        migrate(self.engine)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A consistent look; what happens in it is not kept."""
        # One moment for the whole look; SQLite gives that by itself, PostgreSQL when asked.
        sqlite = self.engine.dialect.name == "sqlite"
        look: dict[str, Any] = {"reads": True} if sqlite else _SNAPSHOT
        with self.engine.connect().execution_options(**look) as connection:
            yield Transaction(connection, locks=False)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A change: kept whole when the block ends, not at all when it raises; no calls outside in it."""
        with self.engine.begin() as connection:
            transaction = Transaction(connection, locks=True)
            yield transaction
            if self.listener is not None and transaction.trail.added:
                self.listener(transaction)

    def close(self) -> None:
        """Gives the connections back."""
        self.engine.dispose()
