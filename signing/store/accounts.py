"""The accounts of the desk and their passkeys, in the registry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from signing.account import Account, Role
from signing.errors import NotFound
from signing.store import tables_of_desk as tables
from signing.store.records import Passkey


class Accounts:
    """All accounts, within one transaction."""

    def __init__(self, connection: sa.Connection, *, locks: bool) -> None:
        self._connection = connection
        self._locks = locks

    def get(self, account_id: str) -> Account:
        """Raises NotFound. In a write transaction the row stays locked."""
        found = self._one(tables.account.c.id == account_id)
        if found is None:
            raise NotFound(f"There is no account {account_id[:40]!r}.")
        return found

    def by_mail(self, mail: str) -> Account | None:
        """``mail``: as ``account.tidy_mail`` gives it."""
        return self._one(tables.account.c.mail == mail)

    def by_subject(self, organisation_id: str, subject: str) -> Account | None:
        """Who is known under this subject to the OpenID provider of an organisation."""
        of = tables.account.c.organisation_id == organisation_id
        return self._one(of & (tables.account.c.subject == subject))

    def of(self, organisation_id: str | None) -> tuple[Account, ...]:
        """The people of an organisation by name; None: the operators."""
        query = sa.select(tables.account).where(tables.account.c.organisation_id == organisation_id)
        rows = self._connection.execute(query.order_by(tables.account.c.name, tables.account.c.id))
        return tuple(_account(row) for row in rows)

    def add(self, account: Account) -> None:
        """A new one; no other account has its address (look before you add)."""
        self._connection.execute(tables.account.insert().values(**_row(account)))

    def save(self, account: Account) -> None:
        """The account as it is now."""
        table = tables.account
        self._connection.execute(table.update().where(table.c.id == account.id).values(**_row(account)))

    def passkeys(self, account_id: str) -> tuple[Passkey, ...]:
        """Of one account, the oldest first."""
        table = tables.passkey
        rows = self._connection.execute(
            sa.select(table).where(table.c.account_id == account_id).order_by(table.c.made_at)
        )
        return tuple(Passkey(**row._mapping) for row in rows)

    def passkey(self, key_id: str) -> Passkey | None:
        """By the id that its authenticator gave it."""
        row = self._connection.execute(
            sa.select(tables.passkey).where(tables.passkey.c.id == key_id)
        ).one_or_none()
        return None if row is None else Passkey(**row._mapping)

    def add_passkey(self, passkey: Passkey) -> None:
        """A new one; its id is of no other (look before you add)."""
        self._connection.execute(tables.passkey.insert().values(**asdict(passkey)))

    def use_passkey(self, key_id: str, sign_count: int, now: datetime) -> None:
        """It let somebody in."""
        self._connection.execute(
            tables.passkey.update()
            .where(tables.passkey.c.id == key_id)
            .values(sign_count=sign_count, used_at=now)
        )

    def drop_passkeys(self, account_id: str, key_id: str | None = None) -> None:
        """One of an account, or all."""
        condition = tables.passkey.c.account_id == account_id
        if key_id is not None:
            condition &= tables.passkey.c.id == key_id
        self._connection.execute(tables.passkey.delete().where(condition))

    def _one(self, condition: sa.ColumnElement[bool]) -> Account | None:
        query = sa.select(tables.account).where(condition)
        row = self._connection.execute(query.with_for_update() if self._locks else query).one_or_none()
        return None if row is None else _account(row)


def _row(account: Account) -> Mapping[str, Any]:
    return {**asdict(account), "roles": [role.value for role in account.roles]}


def _account(row: sa.Row[Any]) -> Account:
    values = dict(row._mapping)
    return Account(**{**values, "roles": tuple(Role(role) for role in values["roles"])})
