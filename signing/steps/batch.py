"""The rows of a batch become packets, one after the other; and the batch goes when its time is over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import docgen
from signing import intake
from signing.columns import kept_problem
from signing.errors import InvalidRequest, Refused
from signing.intake import AlreadyRunning, NewPacket
from signing.services import Services
from signing.store import Batch, BatchRow, RowState
from signing.tasks import Task

BROKEN = docgen.Problem("", "The service could not do it", "")


def make_row(services: Services, packet_id: str, role: str) -> None:
    """Makes the packet of one row, or says why not; then the next row is due.

    ``packet_id``: of the batch; ``role``: the number of the row. In turn and not all at once, so that the
    work of others comes in between.
    """
    with services.store.read() as tx:
        batch, row = tx.batches.find(packet_id), tx.batches.row(packet_id, int(role))
    if batch is None or row is None:
        return  # it was thrown away
    _keep(services, row if row.state is not RowState.GOOD else _made(services, batch, row))


def leave_row(services: Services, packet_id: str, role: str) -> None:
    """After the last try: the row says so on its page, and the next one is due."""
    with services.store.read() as tx:
        row = tx.batches.row(packet_id, int(role))
    if row is not None:
        _keep(services, _failed(row, [BROKEN]) if row.state is RowState.GOOD else row)


def forget(services: Services, packet_id: str, _role: str) -> None:
    """Takes away a batch whose time is over; the packets of it stay."""
    with services.store.write() as tx:
        found = tx.batches.find(packet_id)
        if found is not None and found.forget_at <= services.clock():
            tx.batches.drop(packet_id)


def _made(services: Services, batch: Batch, row: BatchRow) -> BatchRow:
    key = f"batch-{batch.id}-{row.number}"  # a row that is made again after a crash is the same packet
    request = NewPacket(batch.type, row.data, send=False, idempotency_key=key)
    try:
        packet = intake.create(services, batch.client, request, by=batch.account_id)
    except InvalidRequest as error:  # since the look at it a day has passed, or a template changed
        return _failed(row, error.problems)
    except AlreadyRunning as error:
        return _failed(row, [docgen.Problem("", str(error), "", value_hint=error.running)])
    except (Refused, docgen.UnknownType) as error:
        return _failed(row, [docgen.Problem("", str(error), "")])
    warned = [told for told in row.problems if told["severity"] != "error"]
    return replace(row, state=RowState.MADE, reference=packet.reference, data={}, cells=[], problems=warned)


def _failed(row: BatchRow, problems: Iterable[Any]) -> BatchRow:
    return replace(row, state=RowState.FAILED, problems=[kept_problem(each) for each in problems])


def _keep(services: Services, row: BatchRow) -> None:
    with services.store.write() as tx:
        tx.batches.save(row)
        following = tx.batches.next(row.batch_id)
        if following is not None:
            services.agenda.promise(tx.connection, Task("row", row.batch_id, str(following)))
