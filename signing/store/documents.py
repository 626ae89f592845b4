"""The documents of a packet in the registry: which blob is which revision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

import sqlalchemy as sa

from signing.errors import NotFound, RevisionConflict
from signing.store import tables
from signing.store.records import StoredDocument


class Documents:
    """The documents, within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of(self, packet_id: str) -> tuple[StoredDocument, ...]:
        """Those that are signed and sealed, in the order of the manifest; leaflets are not among them."""
        return self._kept(packet_id, signed=True)

    def leaflets(self, packet_id: str) -> tuple[StoredDocument, ...]:
        """Those that nobody signs, in the order of the manifest."""
        return self._kept(packet_id, signed=False)

    def get(self, packet_id: str, name: str) -> StoredDocument:
        """One that is signed. Raises NotFound."""
        for document in self.of(packet_id):
            if document.name == name:
                return document
        raise NotFound(f"Packet {packet_id} has no document {name!r}.")

    def add(self, packet_id: str, documents: tuple[StoredDocument, ...]) -> None:
        """The generated documents and leaflets of a packet, once."""
        rows = [
            {
                **asdict(document),
                "applied": list(document.applied),
                "roles": list(document.roles),
                "packet_id": packet_id,
                "position": position,
            }
            for position, document in enumerate(documents)
        ]
        self._connection.execute(tables.document.insert(), rows)

    def revise(self, packet_id: str, before: StoredDocument, sha256: str, role: str) -> None:
        """Puts a document's next revision in place of ``before``.

        Raises RevisionConflict when somebody else was first; the loser reads again and repeats.
        """
        changed = self._connection.execute(
            tables.document.update()
            .where(
                tables.document.c.packet_id == packet_id,
                tables.document.c.name == before.name,
                tables.document.c.revision == before.revision,
            )
            .values(revision=before.revision + 1, revision_sha256=sha256, applied=[*before.applied, role])
        )
        if changed.rowcount != 1:
            raise RevisionConflict(f"Document {before.name} got another revision meanwhile.")

    def set_sealed(self, packet_id: str, name: str, sha256: str, validation: Mapping[str, Any]) -> None:
        """The one sealed file of a document; the first that is kept stays.

        Raises RevisionConflict when another sealed file stands there already.
        """
        changed = self._connection.execute(
            tables.document.update()
            .where(
                tables.document.c.packet_id == packet_id,
                tables.document.c.name == name,
                tables.document.c.sealed_sha256.is_(None),
            )
            .values(sealed_sha256=sha256, validation=dict(validation))
        )
        if changed.rowcount != 1 and self.get(packet_id, name).sealed_sha256 != sha256:
            raise RevisionConflict(f"Document {name} was sealed meanwhile.")

    def _kept(self, packet_id: str, *, signed: bool) -> tuple[StoredDocument, ...]:
        rows = self._connection.execute(
            sa.select(tables.document)
            .where(tables.document.c.packet_id == packet_id, tables.document.c.signed.is_(signed))
            .order_by(tables.document.c.position)
        )
        return tuple(_document(row) for row in rows)


def _document(row: sa.Row[Any]) -> StoredDocument:
    values = {field.name: getattr(row, field.name) for field in fields(StoredDocument)}
    values["applied"], values["roles"] = tuple(row.applied), tuple(row.roles)
    return StoredDocument(**values)
