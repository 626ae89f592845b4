"""Delivers by HTTPS POST: one signed webhook (Standard Webhooks 1.0.0) with the whole package in it.

The body: ``{"type": "package.delivered", "timestamp", "data": {"reference", "corporation", "name", "files":
[{"name", "size", "sha256", "content": base64}]}}``. The receiver checks the signature, stores the files,
and answers 200 or 201 with ``{"receipt": its own id, "received_at": ISO 8601, "files": [{"name", "size",
"sha256"}]}``, of what it stored: that is the receipt. The same ``webhook-id`` again is the same delivery,
and gets the same answer; 409 says that it holds something else under this reference.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from signing.archive import http, judging
from signing.archive.errors import ArchiveConflict, DeliveryUnproven
from signing.archive.notation import moment
from signing.archive.package import File, Package, Receipt, Received
from signing.archive.settings import Settings, refuse, unprotected, url_problems

PREFIX = "whsec_"  # of the secret, as Standard Webhooks writes it
SHORTEST_KEY = 24  # bytes, by the convention


class _Stored(BaseModel):
    name: str
    size: int
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class _Answer(BaseModel):
    """What a receiver says that it stored."""

    receipt: str = Field(min_length=1, max_length=200)
    received_at: AwareDatetime
    files: list[_Stored]


class HttpsDestination:
    """An HTTPS address of the corporation's own; nobody can look into it, so its answer is the proof."""

    def __init__(self, settings: Settings) -> None:
        """``url``: ``https://…``; ``http://`` on loopback only. Raises ConfigurationError."""
        self._key = _key(settings.secret)
        refuse(
            "HTTPS",
            {
                **url_problems(settings),
                "is not https://…, and the package would go unprotected": unprotected(settings.url),
                "has a secret that is not whsec_ and base64 of 24 bytes or more; set secret_file": (
                    len(self._key) < SHORTEST_KEY
                ),
            },
        )
        http.trusted(settings)
        self._settings = settings

    def __repr__(self) -> str:
        return f"HttpsDestination({self._settings.parts.hostname})"

    def deliver(self, package: Package, now: datetime) -> Receipt:
        """Post the package and take the receiver's word for what it stored; see Destination."""
        files = self._settings.arrange(package)
        told = _told(package, files, now)
        with http.translated("HTTPS"), http.open_client(self._settings, login=False) as client:
            answer = client.post(
                self._settings.url, content=told, headers=_signed(self._key, _id(files), told, now)
            )
        if answer.status_code == 409:
            raise ArchiveConflict(package.record.reference, ["the archive says so itself (409)"])
        if answer.status_code not in (200, 201):
            raise http.failure("HTTPS", answer.status_code)
        return self._receipt(package, files, answer)

    def _receipt(self, package: Package, files: tuple[File, ...], answer: http.Answer) -> Receipt:
        try:
            said = _Answer.model_validate_json(answer.content)
        except ValidationError:
            raise DeliveryUnproven(
                "The HTTPS archive took the package without a receipt that names receipt, received_at and "
                "files with their size and sha256. Ask the corporation to answer so; then deliver again."
            ) from None
        stored = tuple(Received(file.name, file.size, file.sha256) for file in said.files)
        if judging.differences(judging.sent(files), stored):
            raise DeliveryUnproven(
                "The HTTPS archive names other files in its receipt than it got. Compare both by hand before "
                "delivering again."
            )
        where = f"{self._settings.url}#{said.receipt}"
        at = said.received_at.astimezone(UTC).replace(microsecond=0)
        return Receipt(where, tuple(sorted(stored, key=lambda file: file.name)), at, proof="answer")


def _told(package: Package, files: tuple[File, ...], now: datetime) -> bytes:
    data: dict[str, Any] = {
        "reference": package.record.reference,
        "corporation": package.record.corporation.code,
        "name": package.name,
        "files": [
            {
                "name": file.name,
                "size": len(file.data),
                "sha256": file.sha256,
                "content": base64.b64encode(file.data).decode("ascii"),
            }
            for file in files
        ],
    }
    told = {"type": "package.delivered", "timestamp": moment(now), "data": data}
    return json.dumps(told, ensure_ascii=False).encode("utf-8")


def _id(files: tuple[File, ...]) -> str:
    """Equal for equal packages; it does not hold the reference, because headers are logged."""
    return f"msg_{hashlib.sha256(files[-1].data).hexdigest()[:32]}"


def _signed(key: bytes, message: str, content: bytes, now: datetime) -> dict[str, str]:
    """The three headers of the convention, over ``id.timestamp.body``."""
    seconds = str(int(now.timestamp()))
    mac = hmac.digest(key, f"{message}.{seconds}.".encode() + content, "sha256")
    return {
        "Content-Type": "application/json",
        "webhook-id": message,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode('ascii')}",
    }


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return b""
