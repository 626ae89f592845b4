"""The rules of webhooks (Standard Webhooks): what is told, under which name, and how it is signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from signing.audit import Event

MOST_HOOKS = 5  # of one client
# Facts of the audit trail that are told, by the name under which; nothing of them but their name and time.
TOLD = {
    "packet:created": "packet.created",
    "packet:generated": "packet.ready",
    "packet:sent": "packet.sent",
    "packet:signed": "packet.signed",
    "packet:sealed": "packet.sealed",
    "packet:archived": "packet.archived",
    "packet:delivered": "packet.delivered",
    "packet:declined": "packet.declined",
    "packet:withdrawn": "packet.withdrawn",
    "packet:expired": "packet.expired",
    "packet:renewed": "packet.renewed",
    "recipient:signed": "recipient.signed",
    "recipient:acknowledged": "recipient.acknowledged",
}


@dataclass(frozen=True)
class Hook:
    """Where the events of a client go. ``salt``: its secret is derived with it, and kept nowhere."""

    id: str
    client: str
    url: str
    salt: str
    made_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Posting:
    """One event for one hook, and what came of it. ``body``: the JSON, byte for byte as it is signed."""

    id: str
    hook_id: str
    packet_id: str
    kind: str
    body: str
    made_at: datetime
    tries: int = 0
    tried_at: datetime | None = None
    status: int | None = None
    reason: str | None = None
    delivered_at: datetime | None = None


def posting(hook: Hook, event: Event, reference: str) -> Posting | None:
    """What a hook is told about a fact; None when it is not told. No names, addresses or texts are in it."""
    kind = TOLD.get(event.name)
    if kind is None:
        return None
    about = {"reference": reference, "packet": event.packet_id, "sequence": event.sequence}
    if kind.startswith("recipient."):
        about["role"] = event.actor.removeprefix("recipient:")
    content = {"type": kind, "timestamp": event.at.isoformat(), "data": about}
    digest = hashlib.sha256(f"{hook.id} {event.sha256}".encode()).hexdigest()
    name = f"msg_{digest[:32]}"
    return Posting(name, hook.id, event.packet_id, kind, json.dumps(content), event.at)


def secrets_of(hook: Hook, service_secrets: Iterable[str]) -> tuple[bytes, ...]:
    """The keys that a posting is signed with, newest first: one per secret of the service."""
    about = f"huurzegel.hook\n{hook.id}\n{hook.salt}".encode()
    return tuple(hmac.digest(secret.encode(), about, hashlib.sha256) for secret in service_secrets)


def shown(secret: bytes) -> str:
    """A key as its owner gets it: ``whsec_`` and base64."""
    return f"whsec_{base64.b64encode(secret).decode()}"


def headers(posted: Posting, keys: Sequence[bytes], now: datetime) -> dict[str, str]:
    """The three headers of a posting, sent at ``now``; one signature per key."""
    moment = str(int(now.timestamp()))
    signed = f"{posted.id}.{moment}.{posted.body}".encode()
    made = (base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode() for key in keys)
    return {
        "webhook-id": posted.id,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(f"v1,{signature}" for signature in made),
    }
