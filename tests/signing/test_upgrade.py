"""The service is upgraded while packets are on their way: what one version promised, the next one does."""

from __future__ import annotations

import inspect
from datetime import timedelta
from types import MappingProxyType

import pytest
from dbos import DBOSClient, DBOSPortableJSONSerializer

from signing.packet import Status
from signing.services import Services
from signing.steps import STEPS
from signing.store import open_work_engine
from signing.tasks import Task
from signing.work import DurableAgenda, performing, working
from tests import people
from tests.conftest import Case
from tests.signing.engine import durable, turn, wait_for, workflows

# The engine leaves connections for the collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

# Promises under these names are in registries out there: a name may be added, none taken away.
STEPS_OF_THE_FIRST_RELEASE = {
    "generate", "send", "invite", "apply", "lapse", "expire", "seal", "archive", "deliver", "renew",
    "redeliver", "copy", "tell",
}  # fmt: skip


def test_no_step_that_was_ever_promised_is_gone() -> None:
    assert set(STEPS) >= STEPS_OF_THE_FIRST_RELEASE


def test_the_arguments_of_a_promise_stay_what_they_are() -> None:
    parameters = list(inspect.signature(performing.perform).parameters.values())
    assert [each.name for each in parameters[:5]] == ["step", "packet_id", "role", "attempt", "since"]
    assert all(each.default is not inspect.Parameter.empty for each in parameters[4:])


def promise_as_then(services: Services, workflow: str, *arguments: object, name: str = "perform") -> None:
    """As a version of before did; ``arguments``: of ``perform``."""
    client = DBOSClient(
        system_database_engine=open_work_engine(services.store.url),
        serializer=DBOSPortableJSONSerializer(),
        application_name="huurzegel",
    )
    client.enqueue({"workflow_name": name, "queue_name": "packets", "workflow_id": workflow}, *arguments)
    client.destroy()


@pytest.mark.parametrize("arguments", [("", 0), ("", 0, None)], ids=["first", "second"])
def test_a_promise_in_the_form_of_an_older_version_is_kept(sent: Case, arguments: tuple[object, ...]) -> None:
    services = durable(sent.services)
    sent.clock.move(days=31)
    promise_as_then(services, f"{sent.packet.id}:expire", "expire", sent.packet.id, *arguments)
    with working(services):
        wait_for(lambda: people.now(services, sent.packet).status is Status.EXPIRED, "the end of the term")
        assert people.events(services, sent.packet).count("packet:expired") == 1


def test_work_that_an_older_version_was_in_the_middle_of_is_taken_over(sent: Case) -> None:
    services = durable(sent.services)
    sent.clock.move(days=31)
    workflow = f"{sent.packet.id}:expire"
    promise_as_then(services, workflow, "expire", sent.packet.id, "", 0)
    turn(services, workflow, status="PENDING", executor_id="local", application_version="1", owner_xid="x")
    with working(services):
        wait_for(lambda: workflows(services)[workflow] == "SUCCESS", "the work of the older version")
    assert people.now(services, sent.packet).status is Status.EXPIRED


def test_a_step_of_a_newer_version_waits_for_a_process_of_that_version(
    sent: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = durable(sent.services)
    done: list[str] = []
    task = Task("whistle", sent.packet.id, "tenant")
    assert isinstance(services.agenda, DurableAgenda)
    with services.store.write() as tx:
        services.agenda.promise(tx.connection, task)
        services.agenda.promise(tx.connection, Task("expire", sent.packet.id), delay=timedelta(days=30))
    with working(services):
        wait_for(lambda: f"{task.id}:2" in workflows(services), "two tries of an older version")
        newer = MappingProxyType({**STEPS, "whistle": lambda _, packet_id, role: done.append(role)})
        monkeypatch.setattr(performing, "STEPS", newer)
        wait_for(lambda: done == ["tenant"], "a process of the newer version to do it")
    with services.store.read() as tx:
        assert tx.attention.all() == ()
