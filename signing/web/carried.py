"""A report that travels along in a form, so that nothing of an upload is kept here; signed, for a day."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import zlib
from datetime import timedelta

from werkzeug.exceptions import Gone

from signing.report import Answer
from signing.services import Services

LIFE = timedelta(days=1)


def write(services: Services, answer: Answer) -> str:
    """The report as text for a hidden field."""
    packed = zlib.compress(json.dumps(answer.as_dict()).encode(), 9)
    mark = _mark(_keys(services)[0], packed)
    return base64.urlsafe_b64encode(mark + packed).decode("ascii")


def read(services: Services, text: str) -> Answer:
    """The report that ``write`` gave; raises ``Gone`` for one that is too old or was not made here."""
    try:
        given = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise Gone() from None
    mark, packed = given[: hashlib.sha256().digest_size], given[hashlib.sha256().digest_size :]
    if not any(hmac.compare_digest(mark, _mark(key, packed)) for key in _keys(services)):
        raise Gone()
    answer = Answer.read(json.loads(zlib.decompress(packed)))
    if services.clock() - answer.judged_at > LIFE:
        raise Gone()
    return answer


def _keys(services: Services) -> list[bytes]:
    """Newest first; links and sessions share the setting, never the key."""
    secrets = (secret.get_secret_value() for secret in services.config.secrets)
    return [hashlib.sha256(f"huurzegel.report:{secret}".encode()).digest() for secret in secrets]


def _mark(key: bytes, packed: bytes) -> bytes:
    return hmac.new(key, packed, hashlib.sha256).digest()
