"""The webhooks of an API client: where its events go, what became of them, and sending one once more."""

from __future__ import annotations

import secrets
from uuid import uuid4

from signing.errors import InvalidRequest, NotFound, Problem, Refused
from signing.hook import MOST_HOOKS, Hook, Posting, secrets_of, shown
from signing.services import Services
from signing.tasks import Task

MOST_SHOWN = 100  # postings of a hook


class HooksUsedUp(Refused):
    """A client has only so many hooks."""

    def __init__(self) -> None:
        super().__init__(f"You have {MOST_HOOKS} webhooks already. End one first.")


def add(services: Services, client: str, url: str) -> tuple[Hook, str]:
    """A new hook, and its secret (``whsec_…``). Raises InvalidRequest, HooksUsedUp."""
    unfit = services.courier.unfit(url)
    if unfit is not None:
        advice = "Give an https:// address that everybody on the internet can reach."
        raise InvalidRequest([Problem("url", f"Webhooks cannot go there: {unfit}.", advice)])
    new = Hook(str(uuid4()), client, url, secrets.token_hex(16), services.clock())
    with services.store.write() as tx:
        tx.queue_up(f"hooks {client}")
        if len(tx.hooks.of_client(client)) >= MOST_HOOKS:
            raise HooksUsedUp()
        tx.hooks.add(new)
    return new, shown(secrets_of(new, services.secrets)[0])


def of_client(services: Services, client: str) -> tuple[Hook, ...]:
    """Those that have not ended."""
    with services.store.read() as tx:
        return tx.hooks.of_client(client)


def end(services: Services, client: str, hook_id: str) -> None:
    """Nothing goes there any more. Raises NotFound."""
    with services.store.write() as tx:
        if tx.hooks.get(hook_id, client).ended_at is None:
            tx.hooks.end(hook_id, services.clock())


def postings(services: Services, client: str, hook_id: str) -> tuple[Posting, ...]:
    """The delivery log, the newest first. Raises NotFound."""
    with services.store.read() as tx:
        return tx.hooks.postings(tx.hooks.get(hook_id, client).id, MOST_SHOWN)


def replay(services: Services, client: str, hook_id: str, posting_id: str) -> Posting:
    """Sends one once more, under the same id, so that a receiver knows it again. Raises NotFound."""
    with services.store.write() as tx:
        found = tx.hooks.posting(posting_id)
        if found.hook_id != tx.hooks.get(hook_id, client).id:
            raise NotFound("There is no such posting.")
        task = Task("post", found.packet_id, found.id, again=f"replay-{found.tries}")
        services.agenda.promise(tx.connection, task)
    return found
