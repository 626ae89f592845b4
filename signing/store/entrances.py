"""How people get in, in the registry: sessions, invitations, browsers that were here, tries that failed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from signing.account import BROWSER_LIFE, LONGEST_LOOK, Secret, Try
from signing.store import tables_of_desk as tables
from signing.store.records import Invitation, Session


class Entrances:
    """Everything about getting in, within one transaction. Of a token only its sha256 comes here."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def session(self, token_sha256: str) -> Session | None:
        """The session of a token, whether it still counts or not."""
        table = tables.session
        row = self._connection.execute(
            sa.select(table).where(table.c.token_sha256 == token_sha256)
        ).one_or_none()
        return None if row is None else Session(**row._mapping)

    def begin(self, session: Session) -> None:
        """A new session; those that have ended go."""
        table = tables.session
        self._connection.execute(table.delete().where(table.c.ends_at <= session.made_at))
        self._connection.execute(table.insert().values(**asdict(session)))

    def end(self, token_sha256: str) -> None:
        """Ends one session."""
        table = tables.session
        self._connection.execute(table.delete().where(table.c.token_sha256 == token_sha256))

    def end_all(self, account_id: str, *, but: str | None = None) -> None:
        """Ends all sessions of an account; ``but``: the token_sha256 of one that stays."""
        table = tables.session
        condition = table.c.account_id == account_id
        if but is not None:
            condition &= table.c.token_sha256 != but
        self._connection.execute(table.delete().where(condition))

    def invitation(self, token_sha256: str) -> Invitation | None:
        """The invitation of a token, whether it still counts or not."""
        table = tables.invitation
        row = self._connection.execute(
            sa.select(table).where(table.c.token_sha256 == token_sha256)
        ).one_or_none()
        return None if row is None else Invitation(**row._mapping)

    def invite(self, invitation: Invitation) -> None:
        """A new invitation; older ones of the same account stop working."""
        table = tables.invitation
        self._connection.execute(table.delete().where(table.c.account_id == invitation.account_id))
        self._connection.execute(table.insert().values(**asdict(invitation)))

    def use(self, token_sha256: str, now: datetime) -> None:
        """The invitation was accepted; it counts no more."""
        table = tables.invitation
        self._connection.execute(
            table.update().where(table.c.token_sha256 == token_sha256).values(used_at=now)
        )

    def knows(self, account_id: str, browser_sha256: str) -> bool:
        """Whether this browser logged in to the account before."""
        table = tables.browser
        found = sa.select(table.c.made_at).where(
            table.c.token_sha256 == browser_sha256, table.c.account_id == account_id
        )
        return self._connection.execute(found).first() is not None

    def remember(self, account_id: str, browser_sha256: str, now: datetime) -> None:
        """This browser logged in to the account; those of more than a year ago are forgotten."""
        table = tables.browser
        self._connection.execute(table.delete().where(table.c.made_at <= now - BROWSER_LIFE))
        if not self.knows(account_id, browser_sha256):
            self._connection.execute(
                table.insert().values(token_sha256=browser_sha256, account_id=account_id, made_at=now)
            )

    def forget_browsers(self, account_id: str) -> None:
        """No browser is known for this account any more."""
        self._connection.execute(tables.browser.delete().where(tables.browser.c.account_id == account_id))

    def tries(self, secret: Secret, account: str, place: str, now: datetime) -> tuple[Try, ...]:
        """The failed tries that still matter: at this account, or from this place."""
        table = tables.login_try
        rows = self._connection.execute(
            sa.select(table.c.account, table.c.place, table.c.known, table.c.at).where(
                table.c.secret == secret,
                (table.c.account == account) | (table.c.place == place),
                table.c.at > now - LONGEST_LOOK,
            )
        )
        return tuple(Try(**row._mapping) for row in rows)

    def add_try(self, secret: Secret, failed: Try) -> None:
        """Counts a try before its secret is compared, so that many at once count too; old ones go."""
        table = tables.login_try
        self._connection.execute(table.delete().where(table.c.at <= failed.at - LONGEST_LOOK))
        self._connection.execute(table.insert().values(secret=secret, **asdict(failed)))

    def forgive(self, secret: Secret, account: str, place: str) -> None:
        """The secret was right: what was tried from here before does not count."""
        table = tables.login_try
        self._connection.execute(
            table.delete().where(table.c.secret == secret, table.c.account == account, table.c.place == place)
        )
