"""Sends one event to one webhook."""

from __future__ import annotations

from signing.courier import PostingDelayed, PostingRefused
from signing.hook import headers, secrets_of
from signing.services import Services


def post(services: Services, packet_id: str, posting_id: str) -> None:
    """The posting goes out, signed at this moment, and its log says what came of it.

    Sent twice it has the same id. Raises PostingDelayed; a receiver that is gone ends its hook.
    """
    with services.store.read() as tx:
        found = tx.hooks.posting(posting_id)
        hook = tx.hooks.get(found.hook_id)
    if hook.ended_at is not None:
        return
    now = services.clock()
    keys = secrets_of(hook, services.secrets)
    try:
        status = services.courier.post(hook.url, found.body, headers(found, keys, now))
    except (PostingDelayed, PostingRefused) as error:
        with services.store.write() as tx:
            tx.hooks.tried(posting_id, now, error.status, str(error))
            if isinstance(error, PostingRefused):
                tx.hooks.end(hook.id, now)
                return
        raise
    with services.store.write() as tx:
        tx.hooks.tried(posting_id, now, status, None)
