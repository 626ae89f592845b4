"""A service to test over HTTP: real registry, links and mail; only the making of PDFs stands in."""

from __future__ import annotations

import email
import hashlib
import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import policy
from functools import cache
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

import docgen
from signing import announcing, mailbox
from signing import packet as rules
from signing.blobs import Blobs
from signing.config import Config
from signing.evidence import Judgement
from signing.links import Links, Purpose
from signing.mail import FolderOutbox
from signing.packet import Packet
from signing.pades import Readiness, TrustRoots
from signing.services import Services
from signing.sms import FolderGateway
from signing.speech import Speaker
from signing.steps import STEPS
from signing.store import Store
from signing.tasks import Task
from signing.texts import Texts
from signing.web import create_app
from tests import people, short_templates

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
KEY, OTHER_KEY = "key-of-the-referrer", "key-of-somebody-else"
# Stands in for a document: three white pages.
PDF = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R 3 0 R 3 0 R]/Count 3/MediaBox[0 0 595 842]>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
QUOTED = "<h2>1. In gewone taal</h2><p>Bij deze huur hoort {reference}.</p>"
HTML = "<h1>{title}</h1><p>U krijgt hulp bij het wonen.</p><h2>Afspraken</h2><p>Wij praten samen.</p>"


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_days(self, days: float) -> None:
        self.now += timedelta(days=days)


@dataclass
class Notebook:
    """An agenda that only remembers what was promised."""

    tasks: list[Task] = field(default_factory=list)

    def promise(
        self,
        connection: Any,
        task: Task,
        *,
        delay: timedelta | None = None,
        attempt: int = 0,
        since: datetime | None = None,
    ) -> None:
        if delay is None:
            self.tasks.append(task)


class Typist:
    """A generator without an office: the pages under test never look inside a PDF."""

    def __init__(self, catalog: docgen.Catalog) -> None:
        self._catalog = catalog
        self.logos: list[docgen.Logo | None] = []  # of each document, in the order they were made

    def generate(
        self,
        type: str,
        document: str,
        values: dict[str, object],
        reference: str,
        validation_url: str | None = None,
        *,
        logo: docgen.Logo | None = None,
    ) -> docgen.Document:
        self.logos.append(logo)
        manifest = self._catalog.manifest(type)
        part = manifest.document(document) or manifest.leaflet(document)
        assert part is not None
        pdf = PDF + f"% {reference} {document}\n".encode()
        html = HTML.format(title=part.title)
        if getattr(part, "reference_of", None):
            html += QUOTED.format(reference=reference)
        return docgen.Document(name=document, title=part.title, pdf=pdf, html=html, pages=3, fields=())


@dataclass
class Desk:
    """What a test does: ask for packets, let the work be done, open links, look at everything kept."""

    services: Services
    clock: Clock
    mail: Path

    @property
    def app(self) -> Flask:
        return create_app(self.services)

    def sample(self) -> dict[str, Any]:
        """What a referrer sends, as if written today."""
        return people.sample(people.GUIDANCE, self.clock().date())

    def packet(self, **given: object) -> Packet:
        """A packet that was asked for, made and sent; its first recipients are invited."""
        answer = self.post({"type": "guidance-agreement", "data": self.sample(), **given})
        assert answer.status_code == 202, answer.text
        self.work()
        return self.now(answer.json["id"])

    def post(self, body: object, key: str | None = KEY, **headers: str) -> TestResponse:
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.app.test_client().post(
            "/api/v1/packets", data=data, headers=headers, content_type="application/json"
        )

    def call(self, method: str, path: str, key: str | None = KEY, **given: Any) -> TestResponse:
        """A request to the API; ``path`` without its ``/api/v1``."""
        headers = {"Authorization": f"Bearer {key}"} if key is not None else {}
        return self.app.test_client().open(f"/api/v1{path}", method=method, headers=headers, **given)

    def work(self) -> None:
        """Does what was promised, as far as it needs no signing key."""
        notebook = cast(Notebook, self.services.agenda)
        kept = []
        while notebook.tasks:
            task = notebook.tasks.pop(0)
            if task.step == "post":
                kept.append(task)  # a test of webhooks does these itself
            if task.step in ("generate", "send", "invite", "code", "ask", "remind", "warn"):
                STEPS[task.step](self.services, task.packet_id, task.role)
        notebook.tasks = kept

    def apply(self, packet: Packet, *roles: str) -> None:
        """As if the signatures of these roles stood in the documents."""
        with self.services.store.write() as tx:
            for role in roles:
                tx.packets.save(rules.applied(tx.packets.get(packet.id), role, self.clock()))

    def seal(self, packet: Packet) -> None:
        """As if every document were sealed."""
        with self.services.store.write() as tx:
            for document in tx.documents.of(packet.id):
                sealed = self.services.blobs.put(PDF + f"% sealed {document.name}\n".encode())
                report = self.services.blobs.put(f'{{"document": "{document.name}"}}\n'.encode())
                now = self.clock()
                judged = Judgement(report, now, "B-LTA", 2, "PDF/A-2u", now, now + timedelta(days=3650))
                tx.documents.set_sealed(packet.id, document.name, sealed, judged.as_dict())

    def change(self, packet: Packet, role: str, **values: Any) -> None:
        """Sets fields of one recipient."""
        with self.services.store.write() as tx:
            now = tx.packets.get(packet.id)
            changed = (replace(r, **values) if r.role == role else r for r in now.recipients)
            tx.packets.save(replace(now, recipients=tuple(changed)))

    def now(self, packet_id: str) -> Packet:
        with self.services.store.read() as tx:
            return tx.packets.get(packet_id)

    def events(self, packet: Packet) -> list[str]:
        with self.services.store.read() as tx:
            return [event.name for event in tx.trail.of(packet.id)]

    def path(self, packet: Packet, role: str, purpose: Purpose = Purpose.SIGN) -> str:
        """The path of a link; what its mail holds, too."""
        serial = packet.recipient(role).link_serial
        token = self.services.links.make(purpose, packet.id, role, serial, self.clock())
        return f"/{'s' if purpose is Purpose.SIGN else 'k'}/{token}"

    def everything(self, *, limits: bool = False, looks: bool = False) -> dict[str, list[tuple[Any, ...]]]:
        """All rows of the registry; ``limits``: also how often somebody asked something; ``looks``: and who
        looked at a packet.
        """
        without = {"bucket": not limits, "access": not looks}
        tables = sa.MetaData()
        tables.reflect(self.services.store.engine)
        with self.services.store.read() as tx:
            return {
                name: sorted(map(tuple, tx.connection.execute(sa.select(table))), key=repr)
                for name, table in tables.tables.items()
                if not without.get(name)
            }

    def mailed_paths(self) -> dict[str, str]:
        """The path of the link in each mail, by the address it went to."""
        found = {}
        for file in self.mail.glob("*.eml"):
            message = email.message_from_bytes(file.read_bytes(), policy=policy.default)
            body = message.get_body(("plain",))
            assert body is not None
            link = re.search(r"https?://[^/\s]+(/\S+)", body.get_content())
            assert link is not None
            found[message["To"].addresses[0].addr_spec] = link[1]
        return found

    def visitor(self) -> Visitor:
        return Visitor(self.app.test_client(), self)

    def code(self, packet: Packet, role: str) -> str:
        """The newest one-time code of this recipient, as its message says it."""
        self.work()
        recipient = packet.recipient(role)
        for read in reversed(mailbox.read_all(self.mail, self.mail.parent / "sms")):
            code = re.search(r"Uw code is:? (\d{6})\b", read.text)
            if code and any(address in read.to for address in (recipient.email, recipient.mobile) if address):
                return code[1]
        raise AssertionError(f"{role} got no code")


class Visitor:
    """A browser with cookies and without scripts."""

    def __init__(self, client: FlaskClient, desk: Desk | None = None) -> None:
        self.client = client
        self.desk = desk

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def press(
        self, page: TestResponse, *, tick: bool = False, which: str = "form", **filled: str
    ) -> TestResponse:
        """Sends a form of a page as a browser does, and follows the redirect; ``which``: its selector."""
        form = soup(page).select_one(which)
        assert form is not None, page.text
        data: dict[str, list[str]] = {}
        for box in form.find_all("input"):
            if box.get("type") in ("hidden", None) or (box["type"] == "checkbox" and tick):
                data.setdefault(box["name"], []).append(box["value"])
        data.update({name: [value] for name, value in filled.items()})
        return self.client.post(form["action"], data=data, follow_redirects=True)

    def read(self, path: str) -> None:
        """From the welcome page to the choice."""
        page = self.press(self.get(path))
        for _ in range(4):
            if page.request.path == f"{path}/keuze":
                return
            page = self.press(page)
        raise AssertionError(page.text)

    def sign(self, path: str) -> TestResponse:
        self.read(path)
        return self.press(self.get(f"{path}/tekenen"), tick=True)

    def csrf(self, path: str) -> str:
        """The token in the form of a page."""
        return str(soup(self.get(path)).find("input", {"name": "csrf_token"})["value"])

    def csrf_of_session(self) -> str:
        """A token that fits this visitor, also where no page has a form."""
        with self.client.session_transaction() as session:
            session["csrf_token"] = "0" * 40
        secret = self.client.application.secret_key
        return str(URLSafeTimedSerializer(secret, salt="wtf-csrf-token").dumps("0" * 40))


def soup(page: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(page.text, "html.parser")


def heading(page: TestResponse) -> str:
    (only,) = soup(page).find_all("h1")
    return str(only.get_text())


class Idle:
    """Signing that is well and has nothing to do: a desk has no documents that are signed."""

    def state(self, now: datetime) -> Readiness:
        """As ``Pades.state``."""
        return Readiness(now, problems=())


@cache
def _templates(proof: bool) -> Path:
    """The packet types of the house; unless ``proof``, links alone are enough."""
    return short_templates.write(Path(_FOLDER.name) / f"proof-{proof}", proof=proof)


_FOLDER = tempfile.TemporaryDirectory(prefix="desk-")


@contextmanager
def open_desk(folder: Path, *, proof: bool = False, base_url: str = "http://127.0.0.1") -> Iterator[Desk]:
    """An empty service with two clients of the API; development marks are on.

    ``proof``: recipients have to prove who they are, as the manifests of the house ask.
    """
    clock, mail = Clock(), folder / "mail"
    config = _config(folder, base_url)
    store = Store(config.registry_url)
    catalog = docgen.Catalog(_templates(proof))
    services = Services(
        config=config,
        store=store,
        blobs=Blobs(folder / "documents"),
        catalog=catalog,
        generator=cast(Any, Typist(catalog)),
        links=Links([secret.get_secret_value() for secret in config.secrets]),
        texts=Texts(),
        outbox=FolderOutbox(mail, config.mail_sender),
        sms=FolderGateway(folder / "sms"),
        alarm=None,
        speaker=Speaker(folder / "speech"),
        pades=cast(Any, Idle()),
        trust=TrustRoots(()),
        archives={},
        agenda=Notebook(),
        clock=clock,
    )
    announcing.connect(store, services.agenda, clock)
    yield Desk(services, clock, mail)
    store.close()


def _config(folder: Path, base_url: str) -> Config:
    return Config(
        data=folder,
        base_url=base_url,
        organisation="Huurzegel TEST",
        development=True,
        secrets=("a-secret-of-more-than-32-characters!",),
        api_keys={
            "referrer": hashlib.sha256(KEY.encode()).hexdigest(),
            "other": hashlib.sha256(OTHER_KEY.encode()).hexdigest(),
        },
        mail_url=(folder / "mail").as_uri(),
        mail_sender="Huurzegel <huurzegel@voorbeeld.nl>",
        seal_keys=(),
        trust_roots=(),
        tsas=(),
        archives={"MTR": (folder / "archive").as_uri()},
    )
