"""The steps of the way of one packet; each can run twice and does its work once (law 7 of design.md 3)."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from signing.services import Services
from signing.steps.alert import alert
from signing.steps.archive import archive
from signing.steps.batch import forget, leave_row, make_row
from signing.steps.deliver import conclude, deliver, redeliver
from signing.steps.erase import Planned, Swept, access_term, erase, planned, sweep, terms_of
from signing.steps.generate import generate
from signing.steps.post import post
from signing.steps.prove import code
from signing.steps.remind import remind, take_bounce, warn
from signing.steps.renew import Look, RenewalMissed, ending, look, note_missed, renew, renew_now
from signing.steps.seal import seal
from signing.steps.sign import apply
from signing.steps.terms import expire, lapse
from signing.steps.write import ask, copy, invite, send, tell

Step = Callable[[Services, str, str], None]

# By the name in a Task; each takes the packet's id and, where it is per recipient, the role (where it is per
# renewal, the number). Of a batch: its id, and the number of the row.
STEPS: Mapping[str, Step] = MappingProxyType(
    {
        "generate": generate,
        "send": send,
        "invite": invite,
        "code": code,
        "ask": ask,
        "apply": apply,
        "lapse": lapse,
        "expire": expire,
        "seal": seal,
        "archive": archive,
        "deliver": deliver,
        "conclude": conclude,
        "renew": renew,
        "redeliver": redeliver,
        "copy": copy,
        "tell": tell,
        "remind": remind,
        "warn": warn,
        "alert": alert,
        "post": post,
        "row": make_row,
        "forget": forget,
        "erase": erase,
    }
)

__all__ = [
    "STEPS",
    "Look",
    "Planned",
    "RenewalMissed",
    "Step",
    "Swept",
    "access_term",
    "ending",
    "leave_row",
    "look",
    "note_missed",
    "planned",
    "redeliver",
    "renew_now",
    "sweep",
    "take_bounce",
    "terms_of",
]
