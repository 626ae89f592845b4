"""What an audit trail says about the files of its packet: which revisions, which reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from signing.audit import Event


@dataclass(frozen=True)
class Part:
    """One sealed file; ``pdf`` and the keys of ``reports`` are file names, all hashes are hex.

    ``revisions``: as sealed, and after each renewal, oldest first; each begins with the one before it.
    ``heads``: the hashes of the events of which the seal may name one.
    """

    pdf: str
    revisions: tuple[str, ...]
    reports: Mapping[str, str]
    heads: frozenset[str]


def history(reference: str, trail: tuple[Event, ...]) -> tuple[Part, ...]:
    """Every file that the trail names. Raises ValueError when it is of another packet, or not sealed yet."""
    created, sealed = _first(trail, "packet:created"), _first(trail, "packet:sealed")
    archived = _first(trail, "packet:archived")
    if created.data.get("reference") != reference:
        raise ValueError("it is of another packet than its name says")
    renewals: list[Any] = [event.data for event in trail if event.name == "packet:renewed"]
    before = frozenset(event.sha256 for event in trail if event.sequence < sealed.sequence)
    first: Any = sealed.data
    try:
        parts = [
            _part(
                f"{reference}-{name}",
                (sha256, first["report_sha256"][name]),
                [renewal["documents"][name] for renewal in renewals],
                before,
            )
            for name, sha256 in first["sha256"].items()
        ]
        made = (archived.data["evidence_sha256"], archived.data["evidence_report_sha256"])
        again = [renewal["evidence"] for renewal in renewals]
        return (*parts, _part(f"{reference}.evidence", made, again, frozenset({sealed.sha256})))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"an event of it lacks a hash ({type(error).__name__})") from error


def _part(stem: str, made: tuple[Any, Any], renewals: list[Any], heads: frozenset[str]) -> Part:
    reports = {f"{stem}.validation.json": made[1]}
    for number, told in enumerate(renewals, start=1):
        reports[f"{stem}.renewal-{number}.validation.json"] = told["report_sha256"]
    return Part(f"{stem}.pdf", (made[0], *(told["sha256"] for told in renewals)), reports, heads)


def _first(trail: tuple[Event, ...], name: str) -> Event:
    for event in trail:
        if event.name == name:
            return event
    raise ValueError(f"it does not know of {name}")


def scans(reference: str, trail: Iterable[Event]) -> Iterator[tuple[str, str]]:
    """The file name and sha256 of each signature on paper."""
    for event in trail:
        if event.name == "recipient:paper:received":
            yield f"{reference}-{event.actor}.paper.{event.data['kind']}", str(event.data["sha256"])
