"""Who is at the desk now, and the sessions that say so."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from signing.account import SESSION_LIFE, Account, Organisation, Permission, Role, Scope, may, scope
from signing.errors import NotAllowed, NotLoggedIn
from signing.services import Services
from signing.store import Session, Transaction

HALF_LIFE = timedelta(minutes=10)  # to look up a code, or to set up a telephone


@dataclass(frozen=True)
class Person:
    """Who is logged in. ``organisation``: None for an operator; ``complete``: with all that is asked."""

    account: Account
    organisation: Organisation | None
    complete: bool

    def may(self, permission: Permission) -> bool:
        """Whether one of its roles has the permission."""
        return may(self.account.roles, permission)

    def needs(self, permission: Permission) -> None:
        """Raises NotAllowed unless it has the permission."""
        if not self.may(permission):
            raise NotAllowed()

    @property
    def scope(self) -> Scope:
        """Whose packets it sees."""
        return scope(self.organisation)

    @property
    def corporate(self) -> bool:
        """Whether it works for a corporation."""
        return self.scope.corporation is not None

    @property
    def operates(self) -> bool:
        """Whether it is an operator."""
        return Role.OPERATOR in self.account.roles


def new_token() -> str:
    """A secret that nobody guesses: 256 bits."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def look(services: Services, tx: Transaction, token: str) -> tuple[Session, Account]:
    """The session of a token and its account. Raises NotLoggedIn, also after its end or a block."""
    session = tx.entrances.session(digest(token))
    if session is None or session.ends_at <= services.clock():
        raise NotLoggedIn()
    account = tx.accounts.get(session.account_id)
    if account.blocked_at is not None:
        raise NotLoggedIn()
    return session, account


def begin(tx: Transaction, account: Account, now: datetime, *, complete: bool, old: str | None = None) -> str:
    """A new session; gives its token. ``old``: the token that it takes the place of."""
    if old is not None:
        tx.entrances.end(digest(old))
    token = new_token()
    life = SESSION_LIFE if complete else HALF_LIFE
    tx.entrances.begin(Session(digest(token), account.id, now, now + life, complete))
    return token
