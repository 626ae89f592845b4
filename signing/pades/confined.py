"""The process that ``confinement`` starts: reads one file from its input, and says what it found."""

from __future__ import annotations

import base64
import json
import resource
import sys
from datetime import datetime
from typing import Any

from asn1crypto import x509  # type: ignore[import-untyped]

from signing.pades.certificates import TrustRoots
from signing.pades.confinement import READY, Limits
from signing.pades.errors import UnusableFile
from signing.pades.validate import validate

OPEN_FILES = 32
FORBIDDEN = frozenset(
    {
        "socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname",
        "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "os.remove",
        "os.rename", "os.mkdir", "os.chmod", "os.link", "os.symlink", "shutil.rmtree",
    }
)  # fmt: skip


def main() -> None:
    """Answers one question; see ``confinement``."""
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    asked = json.loads(sys.stdin.buffer.readline())
    confine(Limits(**asked["limits"]))
    pdf = sys.stdin.buffer.read()
    trust = TrustRoots(tuple(x509.Certificate.load(base64.b64decode(root)) for root in asked["roots"]))
    sys.stdout.write(json.dumps(_judge(pdf, trust, datetime.fromisoformat(asked["at"]))))
    sys.stdout.flush()


def confine(limits: Limits) -> None:
    """From now on this process holds to ``limits``, connects to nothing, starts and writes nothing."""
    for what, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.processor),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event in FORBIDDEN:
        raise PermissionError(f"{event} is not for who judges a file")


def _judge(pdf: bytes, trust: TrustRoots, at: datetime) -> dict[str, Any]:
    try:
        return {"report": validate(pdf, trust, at=at).as_dict()}
    except UnusableFile as error:
        return {"unusable": str(error), "code": error.code}


if __name__ == "__main__":
    main()
