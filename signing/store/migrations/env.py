"""Alembic's entry: runs on the connection that signing/store/engine.py hands over."""

from alembic import context

from signing.store import tables

OURS = frozenset(tables.METADATA.tables)


def _ours(_object: object, name: str | None, kind: str, _reflected: bool, _compared: object) -> bool:
    # The durable engine keeps its tables in the same database; autogenerate must not drop them.
    return kind != "table" or name in OURS


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.METADATA,
    include_object=_ours,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
