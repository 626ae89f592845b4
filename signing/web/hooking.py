"""The part of the JSON endpoint that is about webhooks (Standard Webhooks)."""

from __future__ import annotations

from datetime import datetime

from flask import g
from pydantic import BaseModel, ConfigDict, Field, StrictStr

from signing import hooks
from signing.web.api import blueprint
from signing.web.parts import the_services


class NewHook(BaseModel):
    """Where events are to go."""

    model_config = ConfigDict(extra="forbid")

    url: StrictStr = Field(description="https://…, reachable from the internet")


class HookState(BaseModel):
    """A webhook."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    url: str
    made_at: datetime


class HookMade(HookState):
    """A new webhook, with the secret that its postings are signed with."""

    secret: str = Field(description="whsec_…; shown only now")


class HookList(BaseModel):
    """Your webhooks."""

    webhooks: list[HookState]


class PostingState(BaseModel):
    """One event for one webhook, and what came of it. Times in UTC."""

    model_config = ConfigDict(from_attributes=True)

    id: str = Field(description="the header webhook-id, the same at every try")
    kind: str
    body: str
    made_at: datetime
    tries: int
    tried_at: datetime | None
    status: int | None = Field(description="of the last answer, if there was one")
    reason: str | None = Field(description="why it was not delivered")
    delivered_at: datetime | None


class PostingList(BaseModel):
    """The delivery log of a webhook, the newest first, at most a hundred."""

    deliveries: list[PostingState]


@blueprint.post("/webhooks")
@blueprint.input(NewHook, arg_name="body")
@blueprint.output(HookMade, status_code=201)
@blueprint.doc(security="key", tags=["Webhooks"])
def add_hook(body: NewHook) -> tuple[HookMade, int]:
    """Have events sent to an address

    By the Standard Webhooks convention: verify the signature with any of its libraries. An event holds a
    reference, never a name. What is not taken is tried again for an hour, and can be replayed after that.
    """
    made, secret = hooks.add(the_services(), g.client, body.url)
    return HookMade(id=made.id, url=made.url, made_at=made.made_at, secret=secret), 201


@blueprint.get("/webhooks")
@blueprint.output(HookList)
@blueprint.doc(security="key", tags=["Webhooks"])
def hooks_of_client() -> HookList:
    """List your webhooks"""
    found = hooks.of_client(the_services(), g.client)
    return HookList(webhooks=[HookState.model_validate(hook) for hook in found])


@blueprint.post("/webhooks/<hook_id>/end")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="key", tags=["Webhooks"])
def end_hook(hook_id: str) -> tuple[str, int]:
    """Stop sending events to an address"""
    hooks.end(the_services(), g.client, hook_id)
    return "", 204


@blueprint.get("/webhooks/<hook_id>/deliveries")
@blueprint.output(PostingList)
@blueprint.doc(security="key", tags=["Webhooks"])
def postings(hook_id: str) -> PostingList:
    """See what was sent to a webhook, and what came of it"""
    found = hooks.postings(the_services(), g.client, hook_id)
    return PostingList(deliveries=[PostingState.model_validate(each) for each in found])


@blueprint.post("/webhooks/<hook_id>/deliveries/<posting_id>/replay")
@blueprint.output(PostingState, status_code=202)
@blueprint.doc(security="key", tags=["Webhooks"])
def replay(hook_id: str, posting_id: str) -> tuple[PostingState, int]:
    """Send an event once more

    Under the same webhook-id, so that you can know it again.
    """
    return PostingState.model_validate(hooks.replay(the_services(), g.client, hook_id, posting_id)), 202
