"""Webhooks: where they never go, how they are signed, and what becomes of those that are not taken."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, cast

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from signing.courier import Courier, PostingDelayed, PostingRefused
from signing.hook import MOST_HOOKS, TOLD
from signing.packet import Packet
from signing.steps import STEPS
from signing.tasks import Task
from tests.signing.web.desk import OTHER_KEY, Desk, Notebook
from tests.signing.web.test_api import problem

LOCAL = "127.0.0.1"


class Receiver:
    """A server on loopback that keeps what it got and answers as it is told to."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(receiver.status)
                self.send_header("Location", "http://127.0.0.1:1/")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Says nothing."""

        self.server = HTTPServer((LOCAL, 0), Handler)
        self.url = f"http://{LOCAL}:{self.server.server_port}/hook"


@contextmanager
def listening() -> Iterator[Receiver]:
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()
        thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as opened:
        yield opened


@pytest.fixture
def local(desk: Desk) -> Desk:
    """A desk that may reach loopback."""
    return replace(desk, services=replace(desk.services, courier=Courier(frozenset({LOCAL}))))


def hook(desk: Desk, url: str) -> dict[str, Any]:
    answer = desk.call("POST", "/webhooks", json={"url": url})
    assert answer.status_code == 201, answer.text
    return cast(dict[str, Any], answer.json)


def promised(desk: Desk) -> list[Task]:
    """The postings that were promised; takes them off the list."""
    notebook = cast(Notebook, desk.services.agenda)
    found = [task for task in notebook.tasks if task.step == "post"]
    notebook.tasks = [task for task in notebook.tasks if task.step != "post"]
    return found


def post(desk: Desk, task: Task) -> None:
    STEPS[task.step](desk.services, task.packet_id, task.role)


def withdrawn(desk: Desk) -> tuple[dict[str, Any], Task]:
    """A hook, and the posting that a packet was withdrawn."""
    packet = desk.packet()
    made = hook(desk, f"http://{LOCAL}:9/")
    desk.call("POST", f"/packets/{packet.reference}/withdraw")
    (task,) = promised(desk)
    return made, task


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "ftp://example.com/", "https://", "nothing", "https://u:p@example.com/",
        "https://127.0.0.1/", "https://10.1.2.3/", "https://169.254.169.254/latest", "https://[::1]/",
        "https://[::ffff:10.0.0.1]/", "https://[64:ff9b::a00:1]/", "https://[fd00::1]/", "https://0.0.0.0/",
        "https://example.com:port/", "https://example.com/\n", "https://example.com/" + "a" * 500,
    ],
)  # fmt: skip
def test_an_address_inside_a_network_or_without_https_is_refused(desk: Desk, url: str) -> None:
    (found,) = problem(desk.call("POST", "/webhooks", json={"url": url}), 422)["problems"]

    assert found["field"] == "url"
    assert desk.call("GET", "/webhooks").json == {"webhooks": []}


@pytest.mark.parametrize("leads_to", [["10.0.0.8"], ["8.8.8.8", "127.0.0.1"], ["::1"], ["fe80::1%eth0"]])
def test_a_name_that_leads_inside_is_never_called(leads_to: list[str]) -> None:
    courier = Courier(resolve=lambda host, port: leads_to)

    with pytest.raises(PostingRefused, match="inside a network"):
        courier.post("https://hooks.example.com/", "{}", {})


def test_a_name_is_looked_up_once_and_that_address_is_called(receiver: Receiver) -> None:
    looked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        looked.append(host)
        return [LOCAL]

    courier = Courier(frozenset({"hooks.test"}), resolve)
    courier.post(receiver.url.replace(LOCAL, "hooks.test"), "{}", {})

    assert looked == ["hooks.test"]
    assert receiver.got[0][0]["host"] == f"hooks.test:{receiver.server.server_port}"


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.status = 307
    with pytest.raises(PostingDelayed, match="status 307"):
        Courier(frozenset({LOCAL})).post(receiver.url, "{}", {})
    assert len(receiver.got) == 1


def test_a_name_that_is_not_known_is_tried_again() -> None:
    with pytest.raises(PostingDelayed, match="not known"):
        Courier(resolve=lambda host, port: []).post("https://hooks.example.com/", "{}", {})


def test_hooks_and_their_log_are_of_their_client_only(local: Desk) -> None:
    made, task = withdrawn(local)
    base = f"/webhooks/{made['id']}"

    assert local.call("GET", "/webhooks", OTHER_KEY).json == {"webhooks": []}
    for method, path in (
        ("GET", f"{base}/deliveries"),
        ("POST", f"{base}/end"),
        ("POST", f"{base}/deliveries/{task.role}/replay"),
    ):
        assert problem(local.call(method, path, OTHER_KEY), 404)


def test_a_client_has_only_so_many_hooks(local: Desk) -> None:
    for number in range(MOST_HOOKS):
        hook(local, f"https://example.com/{number}")

    answer = local.call("POST", "/webhooks", json={"url": "https://example.com/"})

    assert "End one first" in problem(answer, 409)["detail"]


def test_what_is_sent_is_signed_by_the_convention_and_names_nobody(local: Desk, receiver: Receiver) -> None:
    made = hook(local, receiver.url)
    packet = local.packet()
    for task in promised(local):
        post(local, task)

    kinds = []
    for headers, body in receiver.got:
        stamp = str(int(local.clock().timestamp()))
        assert headers["webhook-timestamp"] == stamp
        kinds.append(verified(made["secret"], headers, body)["type"])
        assert packet.recipients[0].name.encode() not in body
        assert b"@" not in body
    assert kinds == ["packet.created", "packet.ready", "packet.sent"]


def verified(secret: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """What the reference library says; its own clock only takes what is five minutes old."""
    webhook = Webhook(secret)
    webhook._Webhook__verify_timestamp = lambda stamp: cast(Any, _moment(stamp))  # type: ignore[attr-defined]
    return cast(dict[str, Any], webhook.verify(body, headers))


def _moment(stamp: str) -> Any:
    return datetime.fromtimestamp(int(stamp), UTC)


def test_a_changed_body_does_not_verify(local: Desk, receiver: Receiver) -> None:
    made = hook(local, receiver.url)
    local.packet()
    post(local, promised(local)[0])
    headers, body = receiver.got[0]

    with pytest.raises(WebhookVerificationError):
        verified(made["secret"], headers, body.replace(b"created", b"crested"))


def test_what_was_not_taken_is_in_the_log_and_is_tried_again(local: Desk, receiver: Receiver) -> None:
    made = hook(local, receiver.url)
    local.packet()
    task = promised(local)[0]
    receiver.status = 500
    with pytest.raises(PostingDelayed, match="status 500"):
        post(local, task)
    receiver.status = 200
    post(local, task)

    log: Any = local.call("GET", f"/webhooks/{made['id']}/deliveries").json["deliveries"]
    (tried,) = [each for each in log if each["tries"]]
    assert (tried["tries"], tried["status"], tried["reason"]) == (2, 200, None)
    assert tried["delivered_at"]
    assert receiver.got[0][0]["webhook-id"] == receiver.got[1][0]["webhook-id"] == tried["id"]


def test_an_event_can_be_sent_once_more(local: Desk, receiver: Receiver) -> None:
    made = hook(local, receiver.url)
    local.packet()
    first = promised(local)[0]
    post(local, first)

    answer = local.call("POST", f"/webhooks/{made['id']}/deliveries/{first.role}/replay")
    (again,) = promised(local)
    post(local, again)

    assert answer.status_code == 202
    assert again.id != first.id
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len(receiver.got) == 2


def test_a_receiver_that_is_gone_ends_its_hook(local: Desk, receiver: Receiver) -> None:
    hook(local, receiver.url)
    local.packet()
    first, second, *_ = promised(local)
    receiver.status = 410
    post(local, first)
    post(local, second)

    assert len(receiver.got) == 1
    assert local.call("GET", "/webhooks").json == {"webhooks": []}


def test_a_change_that_is_not_kept_is_told_to_nobody(local: Desk, packet: Packet) -> None:
    hook(local, f"http://{LOCAL}:9/")

    assert local.call("POST", f"/packets/{packet.reference}/send").status_code == 202  # it was sent already
    assert promised(local) == []


def test_an_ended_hook_hears_nothing(local: Desk) -> None:
    made = hook(local, f"http://{LOCAL}:9/")
    assert local.call("POST", f"/webhooks/{made['id']}/end").status_code == 204
    local.packet()

    assert promised(local) == []


def test_the_secret_of_a_hook_is_nowhere_in_the_registry(local: Desk) -> None:
    made = hook(local, "https://example.com/hook")

    assert made["secret"].startswith("whsec_")
    assert made["secret"].removeprefix("whsec_") not in json.dumps(local.everything(), default=str)


def test_what_is_told_has_a_name_for_programs() -> None:
    assert all(kind.count(".") == 1 and ":" not in kind for kind in TOLD.values())
