"""Mail: real dialogues with a real server, and one file per message without one."""

import email
import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from signing.errors import ConfigurationError
from signing.mail import (
    FolderOutbox,
    MailDelayed,
    MailRefused,
    Message,
    SmtpOutbox,
    message_id,
    open_outbox,
)

NOW = datetime(2026, 11, 23, 10, 0, 0, tzinfo=UTC)
PACKET = "0191d7a5-3c5e-7cc4-9f7e-7c1a3f0a9b11"
SENDER = "Huurzegel <zegel@example.nl>"
TO = "amina.sahin@example.nl"
MESSAGE = Message(
    to=TO,
    to_name="Şahin-Wałęsa, Amina (O'Neill)",
    subject="Begeleidingsovereenkomst: uw handtekening – één klik",
    text="Dag mevrouw Şahin,\n\n.Een regel met een punt.\nhttps://zegel.example/s/" + "x" * 150 + "\n",
    html="<p>Dag mevrouw Şahin</p>",
    message_id=message_id(PACKET, "tenant", "invite", 1, "zegel.example"),
    date=NOW,
    request_id="req-1",
)


class Post:
    """A mail server's behaviour, told by the test; keeps what it accepted."""

    def __init__(self) -> None:
        self.accepted: list[bytes] = []
        self.recipient_answer = "250 OK"
        self.data_answer = "250 OK"
        self.dies_at = ""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.dies_at == "RCPT":
            server.transport.abort()
        if self.recipient_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.dies_at == "DATA":
            server.transport.abort()
            return "250 never arrives"
        if self.data_answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.accepted.append(envelope.content)
        return self.data_answer

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.dies_at == "QUIT":
            server.transport.abort()
        return "221 Bye"


class FreePort(Controller):
    """A controller on a port that the system chose."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def server(post: Post) -> Iterator[FreePort]:
    controller = FreePort(post, hostname="127.0.0.1", port=0)
    controller.start()
    yield controller
    controller.stop()


def outbox(server: Controller) -> SmtpOutbox:
    return SmtpOutbox(f"smtp://127.0.0.1:{server.port}", SENDER, timeout=20)


def parsed(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


# --- messages that are never sent


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"subject": "Uw brief\r\nBcc: mallory@example.com"}, "subject"),
        ({"subject": "Uw brief\nX: y"}, "subject"),
        ({"subject": "Uw brief\u2028X: y"}, "subject"),
        ({"subject": "  "}, "subject"),
        ({"to": "a@example.nl\r\nBcc: mallory@example.com"}, "address"),
        ({"to": "a@example.nl, mallory@example.com"}, "address"),
        ({"to": "Amina <a@example.nl>"}, "address"),
        ({"to": "a@example.nl>"}, "address"),
        ({"to": "a b@example.nl"}, "address"),
        ({"to": "a..b@example.nl"}, "address"),
        ({"to": "@example.nl"}, "address"),
        ({"to": "a@"}, "address"),
        ({"to": "é@example.nl"}, "address"),
        ({"to": ""}, "address"),
        ({"to": "a" * 65 + "@example.nl"}, "address"),
        ({"to_name": "Amina\r\nBcc: mallory@example.com"}, "name"),
        ({"message_id": "<../../x@y>"}, "Message-ID"),
        ({"message_id": "<a@b>\r\nX: y"}, "Message-ID"),
        ({"message_id": "a@b"}, "Message-ID"),
        ({"request_id": "a\r\nX: y"}, "request id"),
        ({"date": datetime(2026, 11, 23)}, "time zone"),  # noqa: DTZ001
        ({"text": "half \ud83d"}, "half a character"),
    ],
)
def test_a_message_that_would_break_its_headers_is_refused_by_every_outbox(
    server: FreePort, post: Post, tmp_path: Path, wrong: dict[str, str], reason: str
) -> None:
    for box in (outbox(server), FolderOutbox(tmp_path, SENDER)):
        with pytest.raises(MailRefused, match=reason) as refusal:
            box.send(replace(MESSAGE, **wrong))
        assert "mallory" not in str(refusal.value)
    assert not post.accepted
    assert not list(tmp_path.iterdir())


def test_everything_wrong_with_a_message_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(MailRefused, match=r"address.*subject"):
        FolderOutbox(tmp_path, SENDER).send(replace(MESSAGE, to="x", subject=""))


# --- settings


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("smtp://", "no host"),
        ("smtp://host:99999", "port"),
        ("smtp://host:abc", "port"),
        ("smtp://user:secret@host:587", "in clear"),
        ("smtp://user:secret@host:587?starttls=0", "in clear"),
        ("smtp://host/path", "path"),
        ("smtp://host?tls=1", "starttls"),
        ("smtp://host?starttls=yes", "starttls"),
        ("file://host/folder", "file:///folder"),
        ("file:///", "file:///folder"),
        ("/var/mail", "file:///folder"),
        ("imap://host", "imap:"),
        ("", "nothing"),
    ],
)
def test_a_mail_url_that_cannot_be_kept_is_refused_without_its_password(url: str, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason) as refusal:
        open_outbox(url, SENDER)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("sender", ["", "zegel", "Zegel <zegel>", "a@b.nl\nBcc: c@d.nl", "a@b.nl, c@d.nl"])
def test_a_sender_that_is_no_mailbox_is_refused(sender: str) -> None:
    for url in ("smtp://localhost", "file:///tmp/none"):
        with pytest.raises(ConfigurationError, match="sender"):
            open_outbox(url, sender)


def test_the_url_chooses_the_outbox() -> None:
    assert isinstance(open_outbox("smtp://localhost", SENDER), SmtpOutbox)
    assert isinstance(open_outbox("smtps://user:p%40ss@mail.example.nl", SENDER), SmtpOutbox)
    assert isinstance(open_outbox("smtp://user:pass@mail.example.nl?starttls=1", SENDER), SmtpOutbox)
    assert isinstance(open_outbox("file:///tmp/a%20folder", SENDER), FolderOutbox)


def test_neither_password_nor_recipient_nor_text_is_shown_by_repr() -> None:
    box = open_outbox("smtps://user:secret@mail.example.nl", SENDER)
    assert "secret" not in repr(box)
    shown = repr(MESSAGE)
    assert MESSAGE.message_id in shown
    for personal in (TO, "Şahin", "Begeleiding"):
        assert personal not in shown


# --- a server that says no, later, or nothing


@pytest.mark.parametrize("at", ["recipient_answer", "data_answer"])
@pytest.mark.parametrize(
    ("answer", "error", "shown"),
    [
        (f"550 5.1.1 <{TO}> does not live here", MailRefused, "550 5.1.1"),
        ("554 No", MailRefused, "554"),
        (f"450 4.2.0 <{TO}> greylisted", MailDelayed, "450 4.2.0"),
        ("421 4.3.2 closing", MailDelayed, "421 4.3.2"),
    ],
)
def test_5xx_is_refused_and_4xx_delayed_with_the_code_and_without_the_address(
    server: FreePort, post: Post, at: str, answer: str, error: type[Exception], shown: str
) -> None:
    setattr(post, at, answer)
    with pytest.raises(error, match=shown) as refusal:
        outbox(server).send(MESSAGE)
    assert TO not in str(refusal.value)
    assert refusal.value.__suppress_context__
    assert not post.accepted


@pytest.mark.parametrize("moment", ["RCPT", "DATA"])
def test_a_server_that_dies_in_the_dialogue_delays_the_message(
    server: FreePort, post: Post, moment: str
) -> None:
    post.dies_at = moment
    with pytest.raises(MailDelayed, match="tried again") as refusal:
        outbox(server).send(MESSAGE)
    assert TO not in str(refusal.value)


def test_a_server_that_dies_after_it_took_the_message_has_it_and_nothing_is_raised(
    server: FreePort, post: Post
) -> None:
    post.dies_at = "QUIT"
    outbox(server).send(MESSAGE)
    assert len(post.accepted) == 1


def test_a_server_that_is_not_there_delays_the_message() -> None:
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        box = SmtpOutbox(f"smtp://127.0.0.1:{nobody_listens.getsockname()[1]}", SENDER)
        with pytest.raises(MailDelayed, match="ConnectionRefusedError"):
            box.send(MESSAGE)


def test_a_server_that_never_speaks_delays_the_message_after_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        box = SmtpOutbox(f"smtp://127.0.0.1:{mute.getsockname()[1]}", SENDER, timeout=0.2)
        with pytest.raises(MailDelayed, match="SMTPServerDisconnected"):
            box.send(MESSAGE)


# --- encryption and passwords


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "TEST mail server")])
    start = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start - timedelta(hours=1))
        .not_valid_after(start + timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture
def guarded(post: Post, certificate: Path) -> Iterator[FreePort]:
    """A server that wants STARTTLS first, then user zegel with password p@ss."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    def authenticate(
        _server: object, _session: object, _envelope: object, _mechanism: str, data: object
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        return AuthResult(success=(data.login, data.password) == (b"zegel", b"p@ss"), handled=False)

    controller = FreePort(
        post,
        hostname="127.0.0.1",
        port=0,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=authenticate,
    )
    controller.start()
    yield controller
    controller.stop()


def test_a_server_without_starttls_gets_nothing_when_starttls_was_promised(
    server: FreePort, post: Post
) -> None:
    with pytest.raises(MailDelayed, match="SMTPNotSupportedError"):
        SmtpOutbox(f"smtp://127.0.0.1:{server.port}?starttls=1", SENDER).send(MESSAGE)
    assert not post.accepted


def test_a_server_with_a_certificate_that_nobody_vouches_for_gets_nothing(
    guarded: FreePort, post: Post
) -> None:
    with pytest.raises(MailDelayed, match="SSLCertVerificationError"):
        SmtpOutbox(f"smtp://zegel:p%40ss@127.0.0.1:{guarded.port}?starttls=1", SENDER).send(MESSAGE)
    assert not post.accepted


def test_a_wrong_password_delays_the_message_because_it_is_not_the_messages_fault(
    guarded: FreePort, certificate: Path
) -> None:
    tls = ssl.create_default_context(cafile=str(certificate))
    with pytest.raises(MailDelayed, match="535"):
        SmtpOutbox(f"smtp://zegel:wrong@127.0.0.1:{guarded.port}?starttls=1", SENDER, tls=tls).send(MESSAGE)


def test_over_tls_with_the_right_password_the_message_arrives(
    guarded: FreePort, post: Post, certificate: Path
) -> None:
    tls = ssl.create_default_context(cafile=str(certificate))
    SmtpOutbox(f"smtp://zegel:p%40ss@127.0.0.1:{guarded.port}?starttls=1", SENDER, tls=tls).send(MESSAGE)
    assert len(post.accepted) == 1


# --- what arrives


def test_what_the_server_gets_reads_back_as_what_was_sent(server: FreePort, post: Post) -> None:
    outbox(server).send(MESSAGE)
    (data,) = post.accepted
    assert data.isascii()
    mail = parsed(data)
    assert not mail.defects
    assert mail["Subject"] == MESSAGE.subject
    assert [(a.display_name, a.addr_spec) for a in mail["To"].addresses] == [(MESSAGE.to_name, TO)]
    assert [(a.display_name, a.addr_spec) for a in mail["From"].addresses] == [
        ("Huurzegel", "zegel@example.nl")
    ]
    assert mail["Message-ID"] == MESSAGE.message_id
    assert mail["Date"].datetime == NOW
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Request-ID"] == "req-1"
    assert mail.get_content_type() == "multipart/alternative"
    plain, html = mail.iter_parts()
    assert plain["Content-Type"].params["charset"] == "utf-8"
    assert plain.get_content().replace("\r\n", "\n") == MESSAGE.text
    assert html.get_content_type() == "text/html"
    assert html.get_content().strip() == MESSAGE.html


def test_without_a_server_each_message_is_one_file_that_reads_back(tmp_path: Path) -> None:
    box = open_outbox((tmp_path / "mail").as_uri(), SENDER)
    box.send(MESSAGE)
    box.send(replace(MESSAGE, message_id=message_id(PACKET, "corporation", "invite", 1, "zegel.example")))
    files = sorted((tmp_path / "mail").iterdir())
    assert len(files) == 2
    assert all(file.suffix == ".eml" and file.stat().st_mode & 0o777 == 0o640 for file in files)
    assert {parsed(file.read_bytes())["Subject"] for file in files} == {MESSAGE.subject}


def test_the_same_message_again_also_later_is_the_same_file_untouched(tmp_path: Path) -> None:
    box = FolderOutbox(tmp_path, SENDER)
    box.send(MESSAGE)
    (file,) = tmp_path.iterdir()
    before = (file.stat().st_ino, file.read_bytes())
    box.send(replace(MESSAGE, date=NOW + timedelta(days=1)))
    assert list(tmp_path.iterdir()) == [file]
    assert (file.stat().st_ino, file.read_bytes()) == before


def test_equal_messages_are_equal_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        FolderOutbox(tmp_path / name, SENDER).send(MESSAGE)
    one, other = (file.read_bytes() for file in sorted(tmp_path.rglob("*.eml")))
    assert one == other


def test_a_folder_that_cannot_be_written_delays_the_message(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file stands in the way")
    with pytest.raises(MailDelayed, match="FileExistsError"):
        FolderOutbox(tmp_path / "mail", SENDER).send(MESSAGE)


def test_a_message_id_depends_on_every_part_and_on_nothing_else() -> None:
    first = message_id(PACKET, "tenant", "invite", 1, "zegel.example")
    assert first == message_id(PACKET, "tenant", "invite", 1, "zegel.example")
    others = {
        message_id(PACKET[:-1] + "2", "tenant", "invite", 1, "zegel.example"),
        message_id(PACKET, "corporation", "invite", 1, "zegel.example"),
        message_id(PACKET, "tenant", "remind", 1, "zegel.example"),
        message_id(PACKET, "tenant", "invite", 2, "zegel.example"),
        message_id(PACKET, "tenant", "invite", 1, "other.example"),
    }
    assert len(others | {first}) == 6
    assert "tenant" not in first
