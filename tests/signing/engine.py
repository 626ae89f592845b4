"""The durable engine's own tables, for tests that play fate with them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from signing.services import Services
from signing.work import DurableAgenda

PATIENCE = 60.0  # seconds for any one thing to happen


def durable(services: Services) -> Services:
    """The same services with promises on the real engine."""
    return replace(services, agenda=DurableAgenda(services.store))


def workflows(services: Services) -> dict[str, str]:
    """The status of every workflow by its id."""
    with services.store.read() as tx:
        rows = tx.connection.exec_driver_sql("select workflow_uuid, status from workflow_status")
        return {row[0]: row[1] for row in rows}


def turn(services: Services, workflow: str, **columns: str) -> None:
    """Gives columns of a workflow another value."""
    told = ", ".join(f"{name} = '{value}'" for name, value in columns.items())
    with services.store.write() as tx:
        tx.connection.exec_driver_sql(
            f"update workflow_status set {told} where workflow_uuid = ?",  # noqa: S608  # the test's own
            (workflow,),
        )


def wait_for(holds: Callable[[], object], what: str) -> None:
    """Waits until ``holds()`` is true."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"waited for {what}"
        time.sleep(0.05)
