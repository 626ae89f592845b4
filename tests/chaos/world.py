"""Everything outside of the service: archives, mail, timestamps, each behind a line that fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from signing.pades import development_server
from signing.pades.development import DevelopmentPki, ensure
from tests.chaos.flaky import FlakyLine, Odds
from tests.chaos.post import PostOffice
from tests.signing.archive import servers

ODDS = Odds(refuse=0.08, stall=0.01, cut_there=0.06, cut_back=0.06)
CODES = ("SFA", "STB", "WDC", "FLD")  # corporations: SFTP, S3, WebDAV, folder
BUCKET = "archive"
TIMEOUT = 5  # seconds for one question to anybody


@dataclass(frozen=True)
class World:
    """What the service is told of (``settings``: of the archives, by corporation), and what only we see."""

    pki: DevelopmentPki
    post: PostOffice
    lines: Mapping[str, FlakyLine]
    archives: Mapping[str, Mapping[str, object]]
    _roots: Mapping[str, Path]
    _weed: servers.Weed = field(repr=False)

    def packages(self, code: str) -> dict[str, dict[str, bytes]]:
        """Package name to the name and content of every file in it, as the archive has them."""
        found: dict[str, dict[str, bytes]] = {}
        for name, data in self._everything(code).items():
            package, _, file = name.removeprefix(f"{code}/").partition("/")
            found.setdefault(package, {})[file] = data
        return found

    def _everything(self, code: str) -> dict[str, bytes]:
        if code in self._roots:
            root = self._roots[code]
            files = (path for path in root.rglob("*") if path.is_file())
            return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
        return self._weed.objects(BUCKET)


@contextmanager
def opened(folder: Path, seed: int) -> Iterator[World]:
    """Starts all of it, on loopback; ``seed``: of when which line fails."""
    with ExitStack() as stack:
        sshd = stack.enter_context(servers.sshd(folder / "sshd"))
        weed = stack.enter_context(servers.weed(folder / "weed"))
        weed.bucket(BUCKET)
        dav = stack.enter_context(servers.webdav(folder / "dav"))
        post = stack.enter_context(PostOffice())
        pki = ensure(folder / "pki", datetime.now(UTC))
        stack.enter_context(development_server.serve(pki, lambda: datetime.now(UTC)))
        ports = {
            "sftp": sshd.port,
            "s3": int(weed.endpoint.rpartition(":")[2]),
            "webdav": dav.port,
            "smtp": post.port,
            "tsa": pki.port,
        }
        lines = {
            name: stack.enter_context(FlakyLine(("127.0.0.1", port), ODDS, seed + number))
            for number, (name, port) in enumerate(ports.items())
        }
        (folder / "folder").mkdir()
        roots = {"SFA": sshd.root, "WDC": dav.root, "FLD": folder / "folder"}
        yield World(pki, post, lines, _archives(folder, lines, sshd, dav), roots, weed)


def _archives(
    folder: Path, lines: Mapping[str, FlakyLine], sshd: servers.Sshd, dav: servers.Dav
) -> dict[str, dict[str, object]]:
    secrets = {"s3": "owner-secret", "webdav": dav.settings.secret}
    for name, secret in secrets.items():
        (folder / f"{name}.secret").write_text(secret)
    return {
        "SFA": {
            "url": f"sftp://127.0.0.1:{lines['sftp'].port}{sshd.root}",
            "username": sshd.settings.username,
            "private_key": str(sshd.settings.private_key),
            "host_key": (sshd.settings.host_key or "").strip(),
            "timeout": TIMEOUT,
        },
        "STB": {
            "url": f"s3://{BUCKET}",
            "endpoint": f"http://127.0.0.1:{lines['s3'].port}",
            "username": "owner",
            "secret_file": str(folder / "s3.secret"),
            "timeout": TIMEOUT,
        },
        "WDC": {
            "url": f"webdav://127.0.0.1:{lines['webdav'].port}/archive",
            "username": dav.settings.username,
            "secret_file": str(folder / "webdav.secret"),
            "timeout": TIMEOUT,
        },
        "FLD": {"url": (folder / "folder").as_uri()},
    }
