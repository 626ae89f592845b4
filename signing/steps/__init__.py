"""The steps of the way of one packet; each can run twice and does its work once (law 7 of design.md 3)."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from signing.services import Services
from signing.steps.deliver import archive, deliver
from signing.steps.generate import generate
from signing.steps.seal import seal
from signing.steps.sign import apply
from signing.steps.terms import expire, lapse
from signing.steps.write import copy, invite, send, tell

Step = Callable[[Services, str, str], None]

# By the name in a Task; each takes the packet's id and, where it is per recipient, the role.
STEPS: Mapping[str, Step] = MappingProxyType(
    {
        "generate": generate,
        "send": send,
        "invite": invite,
        "apply": apply,
        "lapse": lapse,
        "expire": expire,
        "seal": seal,
        "archive": archive,
        "deliver": deliver,
        "copy": copy,
        "tell": tell,
    }
)

__all__ = ["STEPS", "Step"]
