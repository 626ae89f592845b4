"""The shapes of the JSON: what a request may hold and what an answer says."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr


class PacketRequest(BaseModel):
    """A packet to make."""

    model_config = ConfigDict(extra="forbid")

    type: StrictStr = Field(description="packet type, one of GET /api/v1/types")
    data: dict[str, Any] = Field(description="values by the keys of that type, nested at the dots")
    send: StrictBool = Field(default=True, description="false: wait for POST …/send before inviting anyone")


class Correction(BaseModel):
    """How a recipient is reached from now on; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    email: StrictStr | None = None
    mobile: StrictStr | None = Field(default=None, description="for codes, and for links without e-mail")


class Colleague(BaseModel):
    """Who takes a request over from a colleague of the same organisation."""

    model_config = ConfigDict(extra="forbid")

    name: StrictStr
    function: StrictStr
    email: StrictStr


class Host(BaseModel):
    """The worker who opens the link on its own device, together with the recipient."""

    model_config = ConfigDict(extra="forbid")

    name: StrictStr
    email: StrictStr


class NewVersion(BaseModel):
    """A packet once more, after it was stopped."""

    model_config = ConfigDict(extra="forbid")

    data: dict[str, Any] | None = Field(
        default=None, description="all values, when something changes; left out: the values of the old one"
    )
    send: StrictBool = True


class ProblemItem(BaseModel):
    """One thing that is wrong, or deserves a second look."""

    model_config = ConfigDict(from_attributes=True)

    field: str = Field(description="dotted key; empty when the request as a whole is meant")
    reason: str
    advice: str


class ProblemDocument(BaseModel):
    """What went wrong (RFC 9457, application/problem+json)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    problems: list[ProblemItem] = Field(
        description="all of them at once; empty when there is only the detail"
    )
    request_id: str = Field(description="name this when you ask for help")


class PacketAnswer(BaseModel):
    """A packet in short."""

    reference: str
    id: str
    type: str
    status: str


class PacketAccepted(PacketAnswer):
    """A packet that was taken in; its documents are being made."""

    warnings: list[ProblemItem] = Field(description="what deserves a second look; nothing was stopped for it")


class RecipientState(BaseModel):
    """Where one recipient is. Names and addresses stay out."""

    model_config = ConfigDict(from_attributes=True)

    role: str
    label: str
    action: str
    order: int
    documents: list[str]
    channel: str = Field(description="mail, sms, on_site (its host opens the link together with it) or paper")
    link_serial: int = Field(description="number of its link; each change of address makes a new one")
    revoked_at: datetime | None = Field(description="since when it has no link that works")
    invited_at: datetime | None
    opened_at: datetime | None
    shown_at: datetime | None
    answer: str | None
    answered_at: datetime | None
    applied_at: datetime | None


class DocumentState(BaseModel):
    """One document; sha256 in hexadecimal."""

    name: str
    title: str
    archive: bool = Field(description="whether it goes to the corporation's archive")
    pages: int
    sha256: str = Field(description="of the PDF as everybody was shown it")
    sealed_sha256: str | None


class LeafletState(BaseModel):
    """A document that nobody signs; it is there as soon as the packet is ready."""

    name: str
    title: str
    pages: int
    sha256: str
    roles: list[str] = Field(description="the recipients who may see it; who asked for the packet always may")


class EventState(BaseModel):
    """One fact of the audit trail, without its details."""

    model_config = ConfigDict(from_attributes=True)

    sequence: int
    at: datetime
    name: str
    actor: str


class MessageState(BaseModel):
    """One message and what became of it. The address stays out."""

    model_config = ConfigDict(from_attributes=True)

    role: str
    kind: str = Field(description="invite, remind, code, copy, question, declined or undelivered")
    channel: str = Field(description="mail or sms")
    state: str = Field(description="queued, sent, bounced, or opened: its link, by a person")
    queued_at: datetime
    sent_at: datetime | None
    changed_at: datetime
    reason: str | None = Field(description="why it bounced")


class RemarkState(BaseModel):
    """What a recipient wrote: a question, or words with a refusal."""

    model_config = ConfigDict(from_attributes=True)

    role: str
    kind: str
    text: str
    at: datetime


class TransferState(BaseModel):
    """Guidance handed over: to whom, and from which day that organisation is responsible."""

    reference: str
    organisation: str
    on: date


class StuckStep(BaseModel):
    """Work that waits for a human at the service."""

    model_config = ConfigDict(from_attributes=True)

    step: str
    attempt: int
    since: datetime
    reason: str


class PacketProgress(PacketAnswer):
    """Where a packet is. Times in UTC."""

    title: str
    corporation: str
    lease_number: str = Field(description="or the dossier number, as long as there is no lease number")
    created_at: datetime
    sent_at: datetime | None
    expires_at: datetime | None
    signed_at: datetime | None
    guiding: str | None = Field(description="who guides today under the agreement this packet started")
    transfers: list[TransferState] = Field(description="delivered transfer forms under that agreement")
    recipients: list[RecipientState]
    documents: list[DocumentState]
    leaflets: list[LeafletState]
    events: list[EventState]
    stuck: list[StuckStep]
    messages: list[MessageState]
    remarks: list[RemarkState]
    previous: str | None = Field(description="reference of the stopped packet that this is a new version of")


class DocumentOfType(BaseModel):
    """A document of a packet type."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    title: str
    archive: bool


class LeafletOfType(BaseModel):
    """A document of a packet type that nobody signs."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    title: str
    roles: list[str]


class RoleOfType(BaseModel):
    """A recipient of a packet type."""

    model_config = ConfigDict(from_attributes=True)

    role: str
    label: str
    action: str
    order: int
    when: str | None = Field(description="key of the value that decides whether this recipient takes part")


class ConditionOfField(BaseModel):
    """A value is required when the value at ``key`` is one of these."""

    model_config = ConfigDict(from_attributes=True)

    key: str
    among: list[Any]


class FieldOfType(BaseModel):
    """A value that a packet type takes."""

    key: str
    label: str
    type: str
    required: bool
    required_if: ConditionOfField | None
    one_of: str | None = Field(description="at least one value of the fields with this word is required")
    help: str | None
    choices: list[str]


class PacketType(BaseModel):
    """What can be asked for."""

    type: str
    code: str
    version: str
    title: str
    documents: list[DocumentOfType]
    leaflets: list[LeafletOfType]
    recipients: list[RoleOfType]
    fields: list[FieldOfType]


class PacketTypes(BaseModel):
    """All packet types."""

    types: list[PacketType]
