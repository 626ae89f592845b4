"""Work that waits for a human is told to the operator's own system, without saying whom it is about."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from signing.alerts import AlertDelayed, open_alarm
from signing.config import Alert
from signing.errors import ConfigurationError
from signing.mail import MailRefused, Message
from signing.steps import STEPS
from signing.work import working
from tests import people
from tests.conftest import Case
from tests.signing.engine import durable, wait_for


class Told(list[tuple[dict[str, str], bytes]]):
    """The headers and body of every call; ``status``: what is answered."""

    status = 200


@contextmanager
def receiver(told: Told) -> Iterator[str]:
    """A webhook's receiver on loopback; its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(told.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/alert"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    "url",
    [
        "http://example.nl/alert", "ftp://example.nl", "https://user:secret@example.nl/x", "exec:///no/such",
        "exec:///etc/passwd", "exec://host/bin/true", "nonsense",
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_told_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        open_alarm(url)
    assert "secret" not in str(refusal.value).replace("the secret's setting", "")


@pytest.mark.parametrize("status", [302, 404, 503])
def test_an_alert_that_was_not_taken_is_told_again_later(status: int) -> None:
    told = Told()
    told.status = status
    with receiver(told) as url, pytest.raises(AlertDelayed, match=str(status)):
        open_alarm(url).tell("id-1", {"event": "stuck"})
    with pytest.raises(AlertDelayed, match="ConnectError"):
        open_alarm(url).tell("id-1", {"event": "stuck"})


def test_a_webhook_gets_the_facts_the_key_and_the_id() -> None:
    told = Told()
    with receiver(told) as url:
        open_alarm(url, "sesame").tell("id-1", {"event": "stuck"})
    ((headers, body),) = told
    assert (headers["Authorization"], headers["Idempotency-Key"]) == ("Bearer sesame", "id-1")
    assert json.loads(body) == {"id": "id-1", "event": "stuck"}


def test_a_program_gets_the_facts_on_its_standard_input(tmp_path: Path) -> None:
    program = tmp_path / "alarm"
    program.write_text(f"#!/bin/sh\ncat > {tmp_path}/told\n")
    program.chmod(0o755)
    open_alarm(f"exec://{program}").tell("id-1", {"event": "stuck"})
    assert json.loads((tmp_path / "told").read_text()) == {"id": "id-1", "event": "stuck"}
    program.write_text("#!/bin/sh\nexit 3\n")
    with pytest.raises(AlertDelayed, match="status 3"):
        open_alarm(f"exec://{program}").tell("id-1", {})


def test_what_was_solved_meanwhile_is_not_told(sent: Case) -> None:
    told = Told()
    with receiver(told) as url:
        services = replace(sent.services, alarm=open_alarm(url))
        STEPS["alert"](services, sent.packet.id, "seal")
        with services.store.write() as tx:
            tx.attention.put(people.stuck(sent.packet, "seal", sent.clock()))
        STEPS["alert"](services, sent.packet.id, "apply:tenant")
    assert told == []


class Refusing:
    """A mail server that refuses for good, with a name in its words."""

    def send(self, message: Message) -> None:
        raise MailRefused(f"nobody knows {message}")


# The engine leaves connections for the collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_stuck_work_is_told_once_and_names_nobody(sent: Case) -> None:
    told = Told()
    with receiver(told) as url:
        config = sent.services.config.model_copy(
            update={"alert": Alert(url=url, secret_file=None, secret_env=None)}
        )
        services = durable(replace(sent.services, config=config, alarm=open_alarm(url), outbox=Refusing()))
        with working(services):
            people.press(services, sent.packet, "tenant")
            people.press(services, sent.packet, "referring_org")
            wait_for(lambda: told, "the alert")
    ((_, body),) = told
    facts = json.loads(body)
    assert (facts["step"], facts["failure"], facts["waiting"]) == ("invite:corporation", "MailRefused", 1)
    assert facts["packet"] == sent.packet.id
    for recipient in sent.packet.recipients:
        assert recipient.name.encode() not in body
    assert sent.packet.reference.encode() not in body
