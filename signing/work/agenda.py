"""Promises: a task is kept in the caller's own transaction, or not at all."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions

from signing import logs
from signing.store import Store, index_work, open_work_engine
from signing.tasks import Task

APPLICATION = "huurzegel"
QUEUE = "packets"


class DurableAgenda:
    """Keeps a task in the caller's own transaction, under an id that is the same for the same task."""

    def __init__(self, store: Store) -> None:
        # A process that only promises needs the tables as much as one that works.
        DBOS.migrate(store.url)
        index_work(store.engine)
        self._client = DBOSClient(
            system_database_engine=open_work_engine(store.url),
            serializer=DBOSPortableJSONSerializer(),
            application_name=APPLICATION,
        )

    def promise(
        self,
        connection: Any,
        task: Task,
        *,
        delay: timedelta | None = None,
        attempt: int = 0,
        since: datetime | None = None,
    ) -> None:
        """See signing.tasks.Agenda."""
        options: EnqueueOptions = {
            "workflow_name": "perform",
            "queue_name": QUEUE,
            "workflow_id": f"{task.id}:{attempt}" if attempt else task.id,
        }
        if delay is not None:
            options["delay_seconds"] = max(delay.total_seconds(), 0.0)
        self._client.enqueue_in_transaction(
            connection,
            options,
            task.step,
            task.packet_id,
            task.role,
            attempt,
            since.isoformat() if since is not None else None,
            # Only when there is one: a process of an older version takes no more than the others.
            *filter(None, (logs.request_id(),)),
        )
