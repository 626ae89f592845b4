"""Who guides and who refers during the life of an agreement (R5, R14-R17, A9, A10)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from signing.errors import Problem


@dataclass(frozen=True)
class Organisation:
    """A care organisation by its legal name and its KvK number (8 digits)."""

    name: str
    kvk: str


@dataclass(frozen=True)
class Transfer:
    """Guidance handed over in whole (R15) by a signed and delivered transfer form."""

    reference: str
    receiving: Organisation
    on: date


@dataclass(frozen=True)
class Agreement:
    """A signed, delivered guidance agreement and the transfers that followed it."""

    reference: str
    corporation: str
    lease_number: str
    referring: Organisation
    transfers: tuple[Transfer, ...] = ()

    @property
    def guiding(self) -> Organisation:
        """Who guides after all delivered transfers; at the start the referring organisation (R14)."""
        return self.transfers[-1].receiving if self.transfers else self.referring

    def guiding_on(self, day: date) -> Organisation:
        """Who is responsible on a day: a transfer counts from its own date, never earlier (A10)."""
        guide = self.referring
        for transfer in self.transfers:
            if transfer.on <= day:
                guide = transfer.receiving
        return guide


def transfer_problems(
    agreement: Agreement | None,
    reference: str,
    lease: tuple[str, str],
    referring: Organisation,
    handing_over: Organisation,
    taking_over: Organisation,
) -> tuple[Problem, ...]:
    """All that stands in the way of this transfer form; empty when nothing does.

    ``agreement``: the one that ``reference`` names, or None when none was delivered under it;
    ``lease``: corporation code and normalised lease number on the form.
    """
    if agreement is None:
        return (
            Problem(
                "related_agreement_reference",
                f"no delivered guidance agreement has the reference {reference}",
                "Use the reference in the footer of the agreement, and wait until it was delivered.",
            ),
        )
    problems = []
    if lease != (agreement.corporation, agreement.lease_number):
        problems.append(
            Problem(
                "lease_number",
                "it is not the lease of the agreement this form belongs to",
                f"Use corporation {agreement.corporation} and lease {agreement.lease_number}.",
            )
        )
    if referring.kvk != agreement.referring.kvk:
        problems.append(
            _other("referring_org.kvk", "the referring role never changes (R16)", agreement.referring)
        )
    if handing_over.kvk != agreement.guiding.kvk:
        problems.append(
            _other("transferring_org.kvk", "only the present guide can hand over (A9)", agreement.guiding)
        )
    if taking_over.kvk == agreement.guiding.kvk:
        problems.append(
            Problem(
                "receiving_org.kvk",
                "this organisation already guides (R15)",
                "Name the organisation that takes over.",
            )
        )
    return tuple(problems)


def transferred(agreement: Agreement, transfer: Transfer) -> Agreement:
    """The agreement after a delivered transfer form; the same form twice counts once."""
    if any(done.reference == transfer.reference for done in agreement.transfers):
        return agreement
    return replace(agreement, transfers=(*agreement.transfers, transfer))


def _other(field: str, reason: str, right: Organisation) -> Problem:
    return Problem(field, reason, f"It is {right.name} (KvK {right.kvk}).")
