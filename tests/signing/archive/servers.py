"""Real archives on loopback: OpenSSH's sshd, SeaweedFS (S3), WsgiDAV, and an HTTPS receiver of ours."""

from __future__ import annotations

import base64
import json
import os
import pwd
import resource
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from standardwebhooks import Webhook

from signing.archive import Settings

TOOLS = Path(sys.executable).parent
WEBHOOK_SECRET = "whsec_" + base64.b64encode(b"a signing secret of 32 bytes, !!").decode()
PATIENCE = 30.0  # seconds for a server to start


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def process(
    command: list[str], log: Path, ports: tuple[int, ...], largest_file: int | None = None
) -> Iterator[None]:
    """A server that answers on ``ports``. ``largest_file``: bytes; more does not fit on its "disk"."""

    def limit() -> None:
        if largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    with log.open("ab") as sink:
        # Python ignores SIGXFSZ; the server has to inherit that, to get an error instead of being killed.
        running = subprocess.Popen(
            command,
            stdout=sink,
            stderr=sink,
            start_new_session=True,
            preexec_fn=limit,
            restore_signals=largest_file is None,
        )
    try:
        for port in ports:
            _wait_for(port, running, log)
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)  # nothing of it is kept, so nothing has to be put away
        running.wait()


def _wait_for(port: int, running: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert running.poll() is None, log.read_text()[-2000:]
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        threading.Event().wait(0.05)
    raise AssertionError(f"nothing answers on {port}: {log.read_text()[-2000:]}")


@dataclass(frozen=True)
class Sshd:
    """OpenSSH with SFTP only; ``root``: what it shows under its full path."""

    port: int
    root: Path
    settings: Settings


@contextmanager
def sshd(folder: Path, *, read_only: bool = False, largest_file: int | None = None) -> Iterator[Sshd]:
    """Whoever runs the tests logs in, with a key of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    root = folder / "sftp"
    root.mkdir(exist_ok=True)
    for name in ("host", "user"):
        _keygen(folder / name)
    (folder / "authorized").write_text((folder / "user.pub").read_text())
    port = free_port()
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder / 'host'}\nPidFile none\n"
        f"AuthorizedKeysFile {folder / 'authorized'}\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n"
        f"PasswordAuthentication no\nSubsystem sftp internal-sftp{' -R' if read_only else ''}\n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    command = ["/usr/sbin/sshd", "-D", "-e", "-f", str(folder / "sshd_config")]
    settings = Settings(
        f"sftp://127.0.0.1:{port}{root}",
        username=pwd.getpwuid(os.geteuid()).pw_name,
        private_key=folder / "user",
        host_key=(folder / "host.pub").read_text(),
        timeout=5,
    )
    with process(command, folder / "sshd.log", (port,), largest_file):
        yield Sshd(port, root, settings)


def _keygen(path: Path) -> None:
    if not path.exists():
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)]
        subprocess.run(command, check=True, timeout=30)


@dataclass(frozen=True)
class Weed:
    """SeaweedFS with S3; its owner makes the buckets, ``reader`` may only look."""

    endpoint: str

    def settings(self, url: str, username: str = "owner", **more: Any) -> Settings:
        """Of an archive in a bucket."""
        secret = f"{username}-secret"
        return Settings(url, username=username, secret=secret, endpoint=self.endpoint, timeout=10, **more)

    @property
    def client(self) -> Any:
        """The owner's own hands."""
        return boto3.session.Session("owner", "owner-secret", region_name="us-east-1").client(
            "s3", endpoint_url=self.endpoint, config=Config(s3={"addressing_style": "path"}, proxies={})
        )

    def bucket(self, name: str, *, lock: bool = False, days: int | None = None) -> None:
        """A new bucket; ``days``: how long its object lock keeps what comes."""
        self.client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=lock)
        if days is not None:
            rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": days}}
            self.client.put_object_lock_configuration(
                Bucket=name, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
            )

    def objects(self, bucket: str, prefix: str = "") -> dict[str, bytes]:
        """Everything in a bucket."""
        client = self.client
        keys = [o["Key"] for o in client.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", ())]
        return {key: client.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}


@contextmanager
def weed(folder: Path) -> Iterator[Weed]:
    """A whole SeaweedFS in one process."""
    folder.mkdir(parents=True, exist_ok=True)
    identities = [
        {
            "name": name,
            "credentials": [{"accessKey": name, "secretKey": f"{name}-secret"}],
            "actions": actions,
        }
        for name, actions in (
            ("owner", ["Admin", "Read", "Write", "List", "Tagging"]),
            ("reader", ["Read", "List"]),
        )
    ]
    (folder / "s3.json").write_text(json.dumps({"identities": identities}))
    names = ("master", "volume", "filer", "s3")
    ports = {name: free_port() for name in names}
    rpc = {name: free_port() for name in names}
    command = [str(TOOLS / "weed"), "-logdir", str(folder), "server", "-s3", "-filer", f"-dir={folder}"]
    command += ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.volumeSizeLimitMB=64", "-volume.max=100"]
    command += [f"-{name}.port={port}" for name, port in ports.items()]
    command += [f"-{name}.port.grpc={port}" for name, port in rpc.items()]
    command += [f"-s3.config={folder / 's3.json'}", "-master.telemetry=false"]
    command += ["-s3.port.iceberg=0", "-s3.port.lance=0"]  # what it would else open at one fixed port
    with process(command, folder / "weed.log", tuple(ports.values())):
        running = Weed(f"http://127.0.0.1:{ports['s3']}")
        _warm_up(running)
        yield running


def _warm_up(running: Weed) -> None:
    """Until it takes a first object: its volumes come up after its ports."""
    deadline = time.monotonic() + PATIENCE
    running_bucket = "warm"
    while True:
        try:
            running.client.create_bucket(Bucket=running_bucket)
            running.client.put_object(Bucket=running_bucket, Key="up", Body=b"1")
        except Exception:
            if time.monotonic() > deadline:
                raise
            threading.Event().wait(0.3)
        else:
            return


@dataclass(frozen=True)
class Dav:
    """WsgiDAV with one user; ``root``: the folder it shows as ``/``."""

    port: int
    root: Path
    settings: Settings


@contextmanager
def webdav(
    folder: Path, *, read_only: bool = False, largest_file: int | None = None, tls: bool = False
) -> Iterator[Dav]:
    """The archive is its folder ``archive``."""
    root = folder / "dav"
    (root / "archive").mkdir(parents=True, exist_ok=True)
    port, ca = free_port(), certificate(folder) if tls else None
    more = {"certfile": str(ca), "keyfile": str(folder / "tls.key")} if ca else {}
    told = {
        "host": "127.0.0.1",
        "port": port,
        "server": "gunicorn",
        "server_args": {"workers": 1, "threads": 4, **more},
        "provider_mapping": {"/": {"root": str(root), "readonly": read_only}},
        "simple_dc": {"user_mapping": {"*": {"huurzegel": {"password": "dav-secret"}}}},
        "http_authenticator": {"accept_basic": True, "accept_digest": False, "default_to_digest": False},
        "verbose": 1,
    }
    (folder / "wsgidav.json").write_text(json.dumps(told))
    settings = Settings(
        f"webdav{'s' if ca else ''}://127.0.0.1:{port}/archive",
        username="huurzegel",
        secret="dav-secret",
        ca=ca,
        timeout=5,
    )
    command = [str(TOOLS / "wsgidav"), "--config", str(folder / "wsgidav.json")]
    with process(command, folder / "wsgidav.log", (port,), largest_file):
        yield Dav(port, root / "archive", settings)


class PatientWebhook(Webhook):
    """Checks as the library of the convention does; only the clock of the tests is not the machine's."""

    def _Webhook__verify_timestamp(self, header: str) -> datetime:
        return datetime.fromtimestamp(float(header), UTC)


@dataclass
class Receiver:
    """A corporation's own address: checks the signature as Standard Webhooks says, stores, and answers."""

    url: str
    ca: Path | None = None
    bodies: list[bytes] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    stored: dict[str, dict[str, bytes]] = field(default_factory=dict)
    # What it answers instead of a receipt: status and body.
    instead: Callable[[dict[str, Any]], tuple[int, bytes]] | None = None

    @property
    def settings(self) -> Settings:
        """Of this archive."""
        return Settings(self.url, secret=WEBHOOK_SECRET, ca=self.ca, timeout=5)

    def take(self, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """Status and body of the answer."""
        try:
            told = PatientWebhook(WEBHOOK_SECRET).verify(body, headers)
        except Exception:
            return 401, b"{}"
        self.bodies.append(body)
        self.ids.append(headers["webhook-id"])
        if self.instead is not None:
            return self.instead(told)
        data = told["data"]
        files = {file["name"]: base64.b64decode(file["content"]) for file in data["files"]}
        if self.stored.setdefault(data["name"], files) != files:
            return 409, b"{}"
        return 201, json.dumps(receipt_of(told)).encode()


def receipt_of(told: dict[str, Any]) -> dict[str, Any]:
    """An honest answer."""
    kept = [{key: file[key] for key in ("name", "size", "sha256")} for file in told["data"]["files"]]
    return {"receipt": f"DMS-{told['data']['name']}", "received_at": "2026-11-24T09:30:15Z", "files": kept}


@contextmanager
def receiver(folder: Path, *, tls: bool = False) -> Iterator[Receiver]:
    """Listens on loopback; with ``tls`` by a certificate of its own, which is its ``ca`` as well."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = running.take(body, {k.lower(): v for k, v in self.headers.items()})
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", "http://127.0.0.1:9/")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ca = None
    if tls:
        ca = certificate(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(ca, folder / "tls.key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "https" if tls else "http"
    running = Receiver(f"{scheme}://127.0.0.1:{server.server_address[1]}/in", ca)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that signs itself; its key is ``tls.key``."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(folder / "tls.key")]
    subprocess.run([*command, "-out", str(folder / "tls.pem")], check=True, capture_output=True, timeout=60)
    return folder / "tls.pem"
