"""One party of a packet: who it is, what is asked of it, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Action(StrEnum):
    """What is asked of a recipient."""

    SIGN = "sign"
    ACKNOWLEDGE = "acknowledge"


class Channel(StrEnum):
    """How a link comes to a recipient."""

    MAIL = "mail"
    SMS = "sms"
    ON_SITE = "on_site"
    PAPER = "paper"


class Answer(StrEnum):
    """What a recipient did with the button."""

    SIGNED = "signed"
    ACKNOWLEDGED = "acknowledged"
    DECLINED = "declined"
    ON_PAPER = "on_paper"


@dataclass(frozen=True)
class Recipient:
    """One party of a packet and where it is in its ceremony. Times are aware, UTC.

    ``host_…``: who opens the link on its own device, together with the recipient; None for who does so alone.
    ``mobile``: E.164; ``language``: of the pages (ISO 639-1); ``identity``: names of checks, the preferred
    one first, none when the link is enough. ``revoked_at``: when its link was taken back, until it gets a
    new one. ``stated_…``: who of a ``team`` opened the link, as it said.
    ``paper_sha256``: of the scan of a signature on paper.
    """

    role: str
    label: str
    action: Action
    order: int
    documents: tuple[str, ...]
    name: str
    email: str | None
    statement: str
    organisation: str | None = None
    function: str | None = None
    consequence: str | None = None
    term_days: int | None = None
    host_name: str | None = None
    host_email: str | None = None
    mobile: str | None = None
    language: str = "nl"
    identity: tuple[str, ...] = ()
    team: bool = False
    paper: bool = False
    link_serial: int = 1
    revoked_at: datetime | None = None
    invited_at: datetime | None = None
    opened_at: datetime | None = None
    proven_at: datetime | None = None
    proven_by: str | None = None
    stated_name: str | None = None
    stated_function: str | None = None
    paper_sha256: str | None = None
    shown_at: datetime | None = None
    answer: Answer | None = None
    answered_at: datetime | None = None
    applied_at: datetime | None = None

    @property
    def agreed(self) -> bool:
        """Signed or acknowledged (the press of the button, not yet the PDF), or signed on paper."""
        return self.answer in (Answer.SIGNED, Answer.ACKNOWLEDGED, Answer.ON_PAPER)

    @property
    def in_the_pdf(self) -> bool:
        """Whether its signature stands in its documents: that of a pen does not."""
        return self.applied_at is not None and self.paper_sha256 is None

    @property
    def channel(self) -> Channel:
        """How the recipient takes part."""
        if self.paper_sha256 is not None:
            return Channel.PAPER
        if self.host_email:
            return Channel.ON_SITE
        return Channel.MAIL if self.email else Channel.SMS

    @property
    def signatory(self) -> str:
        """The name of the person who signs: of a team, whoever opened the link."""
        return self.stated_name or self.name

    @property
    def office(self) -> str | None:
        """The function of that person."""
        return self.stated_function if self.stated_name else self.function

    @property
    def address(self) -> str:
        """Where messages for this recipient go: a mail address, or for SMS a number.

        Raises ValueError when nobody can get them.
        """
        if address := self.host_email or self.email or self.mobile:
            return address
        raise ValueError(f"the recipient {self.role} has no address, and no host")
