"""The shapes of the JSON that lists: packets, leases, organisations, and what a check says."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from signing.packet import Status
from signing.web.models import PacketAnswer, ProblemItem, TransferState


class PacketCheck(BaseModel):
    """A request that would be taken in as it is."""

    warnings: list[ProblemItem] = Field(description="what deserves a second look")


class PacketQuery(BaseModel):
    """What the list is narrowed to."""

    model_config = ConfigDict(extra="forbid")

    status: Status | None = Field(default=None, description="only packets that are this now")
    corporation: str | None = Field(default=None, description="code of a corporation, such as MTR")
    lease: str | None = Field(default=None, description="lease number; blanks and hyphens do not count")
    after: str | None = Field(default=None, description="`next` of the page before")


class PacketSummary(PacketAnswer):
    """A packet in a list. Times in UTC."""

    title: str
    corporation: str
    lease_number: str
    created_at: datetime
    sent_at: datetime | None
    expires_at: datetime | None


class PacketList(BaseModel):
    """Packets, the newest first."""

    packets: list[PacketSummary]
    next: str | None = Field(description="give this as `after` for the next page; null: this was the last")


class AgreementState(BaseModel):
    """A delivered guidance agreement; the referring organisation never changes."""

    reference: str
    referring: str
    guiding: str = Field(description="today")
    transfers: list[TransferState]


class LeaseState(BaseModel):
    """What you made about one lease."""

    corporation: str
    lease_number: str
    agreements: list[AgreementState]
    packets: list[PacketSummary]


class OrganisationOfService(BaseModel):
    """A corporation that takes packets, or your own organisation."""

    kind: str = Field(description="care or corporation")
    name: str | None = Field(description="null: it takes packets, and has no place at the desk yet")
    kvk: str | None
    corporation: str | None = Field(description="the code for `corporation.code`")


class Organisations(BaseModel):
    """Whom a packet can go to, and who you are."""

    organisations: list[OrganisationOfService]
