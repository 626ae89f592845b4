"""The judgement of a stranger's file, in a process of its own that can do nothing but judge.

A file that was made to hurt may take all memory or never end in some library. So that process has limits on
memory, time and files, may open no connection and start no program, and is ended when it takes too long.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from signing.pades.certificates import TrustRoots
from signing.pades.errors import ConfinementFault, UnusableFile
from signing.pades.model import Report

READY = b"ready\n"
LONGEST_ANSWER = 4 * 1024 * 1024  # bytes of JSON
_MODULE = "signing.pades.confined"


@dataclass(frozen=True)
class Limits:
    """What one judgement may take: address space in bytes, processor and real time in seconds."""

    memory: int = 1024 * 1024 * 1024
    processor: int = 30
    time: float = 60


def validate_confined(pdf: bytes, trust: TrustRoots, *, at: datetime, limits: Limits | None = None) -> Report:
    """``validate`` for a file that anybody may have made.

    Raises ``UnusableFile`` also when the file needs more than ``limits``, and ``ConfinementFault`` when the
    process cannot do its work at all.
    """
    limits = limits or Limits()
    question = _question(trust, at, limits) + pdf
    process = subprocess.Popen(  # noqa: S603  (this interpreter, and no word of the file)
        [sys.executable, "-B", "-m", _MODULE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=_environment(),
    )
    with process:
        try:
            said, _ = process.communicate(question, timeout=limits.time)
        except subprocess.TimeoutExpired:
            process.kill()
            raise UnusableFile(_too_much(limits), "too-much") from None
    return _answer(said, limits)


def _question(trust: TrustRoots, at: datetime, limits: Limits) -> bytes:
    roots = [base64.b64encode(root.dump()).decode("ascii") for root in trust.certificates]
    asked = {"roots": roots, "at": at.isoformat(), "limits": asdict(limits)}
    return json.dumps(asked).encode("ascii") + b"\n"


def _environment() -> dict[str, str]:
    # No setting and no secret of the service goes along.
    places = [os.path.abspath(place) for place in sys.path]
    return {"PYTHONPATH": os.pathsep.join(places), "LANG": "C.UTF-8"}


def _answer(said: bytes, limits: Limits) -> Report:
    if not said.startswith(READY):
        raise ConfinementFault("the process that judges files does not start: run it by hand to see why")
    try:
        told: dict[str, Any] = json.loads(said[len(READY) : LONGEST_ANSWER])
    except ValueError:
        raise UnusableFile(_too_much(limits), "too-much") from None
    if "unusable" in told:
        raise UnusableFile(str(told["unusable"]), str(told["code"]))
    return Report.read(told["report"])


def _too_much(limits: Limits) -> str:
    return (
        f"judging this file takes more than {limits.processor} seconds or {limits.memory // 2**20} MB; "
        "no document of this service does"
    )
