"""The example client against the service itself."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from signing.bucket import Rate
from signing.examples.client import Client, HuurzegelError
from signing.web import gate
from tests.signing.web.desk import KEY, Desk

GUIDANCE = "guidance-agreement"


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def client(desk: Desk, slept: list[float]) -> Iterator[Client]:
    def sleep(seconds: float) -> None:
        slept.append(seconds)
        desk.clock.pass_days(seconds / 86400)

    transport = httpx.WSGITransport(app=desk.app)
    with Client("http://127.0.0.1", KEY, transport=transport, sleep=sleep) as opened:
        yield opened


def test_problems_come_as_values_and_all_at_once(client: Client) -> None:
    with pytest.raises(HuurzegelError) as caught:
        client.check(GUIDANCE, {})

    assert caught.value.status == 422
    assert len(caught.value.problems) > 3
    assert caught.value.request_id


def test_a_wrong_key_and_a_packet_that_is_none_are_said(desk: Desk, client: Client) -> None:
    with pytest.raises(HuurzegelError, match="404"):
        client.follow("none")
    wrong = Client("http://127.0.0.1", "wrong", transport=httpx.WSGITransport(app=desk.app))
    with wrong, pytest.raises(HuurzegelError, match="401"):
        list(wrong.packets())


def test_a_packet_is_made_once_followed_and_withdrawn(desk: Desk, client: Client) -> None:
    assert client.check(GUIDANCE, desk.sample()) == ()
    made = client.create(GUIDANCE, desk.sample(), idempotency_key="order-17")
    assert client.create(GUIDANCE, desk.sample(), idempotency_key="order-17") == made
    desk.work()

    assert client.follow(made.reference)["status"] == "sent"
    assert [each.reference for each in client.packets(status="sent")] == [made.reference]
    assert client.withdraw(made.reference).status == "withdrawn"
    assert list(client.packets(status="sent")) == []


def test_a_sealed_document_is_fetched(desk: Desk, client: Client) -> None:
    packet = desk.packet()
    desk.seal(packet)

    assert client.document(packet.reference, "core").startswith(b"%PDF")


def test_a_busy_service_is_asked_again_when_it_says(
    client: Client, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "_rate", lambda services: Rate(burst=1, per_minute=6))

    assert list(client.packets()) == list(client.packets()) == []

    assert slept == [10.0]
