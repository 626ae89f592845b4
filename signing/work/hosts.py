"""Which process this is, among all machines; and whether another one of this machine has ended."""

from __future__ import annotations

import os
import socket
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")


def this_process() -> str:
    """``{machine}#{process id}#{start}``: never the name of another process, before, beside or after it."""
    return f"{_machine()}#{os.getpid()}#{_start_of(os.getpid())}"


def gone(holder: str) -> bool:
    """Whether the process of a holder has ended for certain; of another machine that is never certain."""
    machine, _, process = holder.partition("#")
    number, _, start = process.partition("#")
    if machine != _machine() or not number.isdigit():
        return False
    return _start_of(int(number)) != start


def _machine() -> str:
    """Host, start of the machine, and space of process ids: two containers are two machines."""
    space = os.readlink("/proc/self/ns/pid").strip("pid:[]")
    return f"{socket.gethostname()}.{_BOOT.read_text(encoding='ascii').strip()}.{space}".replace("#", "-")


def _start_of(number: int) -> str | None:
    """When a process started, in ticks since the machine did; None when there is none, or a dead one."""
    try:
        stat = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()  # the name before it may hold anything
    return None if fields[0] in "ZX" else fields[19]
