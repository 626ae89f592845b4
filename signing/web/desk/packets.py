"""The packets of an organisation: the overview, as a page and as a file, and one packet."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from signing import (
    acknowledging,
    archived,
    audit,
    drafting,
    finding,
    following,
    looks,
    recalling,
    spreadsheet,
    steering,
)
from signing.account import Permission
from signing.audit import Event
from signing.changes import Act
from signing.conduct import local
from signing.finding import Row
from signing.following import Followed
from signing.standing import Filter
from signing.texts import Texts
from signing.web import parts
from signing.web.desk import guard
from signing.web.desk.access import in_words
from signing.web.desk.frame import on, page, said
from signing.web.desk.guard import blueprint, needs
from signing.web.parts import the_services

_COLUMNS = (
    "reference",
    "title",
    "tenant",
    "address",
    "lease",
    "other",
    "state",
    "waits_on",
    "since",
    "overdue",
)

# What became of an acknowledgement, as the page before this one says it.
_ANSWERED = {"receipt": "done", "withheld": "withheld", "late": "late"}


@dataclass(frozen=True)
class Happened:
    """One line of the timeline, in words."""

    when: str
    what: str
    who: str


@blueprint.get("/pakketten")
@needs(Permission.SEE_PACKETS)
def overview() -> str:
    """What waits on whom, since when; what is late, and what is stuck."""
    words, wanted = _asked()
    place = finding.place(request.args.get("ouder"), request.args.get("nieuwer"))
    found = finding.search(the_services(), guard.person(), words, wanted, place)
    return page(
        "packets.html",
        "packets",
        found=found,
        words=words,
        meant=None if found.total else recalling.meant(the_services(), guard.person(), words),
        wanted=wanted,
        filters=list(Filter),
        may_make=guard.person().may(Permission.STEER_PACKETS),
    )


@blueprint.get("/pakketten.csv")
@needs(Permission.SEE_PACKETS)
def overview_file() -> Response:
    """The same, all of it, for a spreadsheet."""
    texts = the_services().texts
    headings = [texts.get(f"desk.csv.{column}") for column in _COLUMNS]
    rows = (_values(texts, row) for row in finding.every(the_services(), guard.person(), *_asked()))
    return parts.download(spreadsheet.as_csv([headings, *rows]), "text/csv", "pakketten.csv")


@blueprint.get("/pakketten/<wanted>")
@needs(Permission.SEE_PACKETS)
def packet(wanted: str) -> str:
    """One packet: where it is, what happened, and what can be done."""
    found = following.follow(the_services(), guard.person(), wanted)
    timeline = [_happened(found, event) for event in reversed(found.events)]
    services, person = the_services(), guard.person()
    return page(
        "packet.html",
        "packets",
        found=found,
        timeline=timeline,
        kept=archived.kept(services, person, found.packet),
        looks=looks.at_packet(services, person, found.packet),
        may_acknowledge=acknowledging.waits(found.packet, services.clock())
        and person.may(Permission.ACKNOWLEDGE),
        line=in_words,
        titles={document.name: document.title for document in found.documents},
        said=said() if said() in list(Act) else None,
        answered=_ANSWERED.get(said() or ""),
        wrong_moment=said() == "moment",
        planned=steering.planned(found.events),
        may_look=person.may(Permission.STEER_PACKETS),
        may_transfer=drafting.may_transfer(services, person, found.packet),
    )


@blueprint.post("/pakketten/<wanted>/verstuur")
@needs(Permission.STEER_PACKETS)
def send_packet(wanted: str) -> AnyResponse:
    """Sends a packet that waited."""
    following.send(the_services(), guard.person(), wanted)
    return on("desk.packet", wanted=wanted)


@blueprint.get("/pakketten/<wanted>/intrekken")
@needs(Permission.STEER_PACKETS)
def withdraw(wanted: str) -> str:
    """Asks whether the packet should really stop."""
    found = following.follow(the_services(), guard.person(), wanted)
    return page("withdraw.html", "packets", found=found)


@blueprint.post("/pakketten/<wanted>/intrekken")
@needs(Permission.STEER_PACKETS)
def withdraw_packet(wanted: str) -> AnyResponse:
    """Stops a packet."""
    following.withdraw(the_services(), guard.person(), wanted)
    return on("desk.packet", wanted=wanted)


@blueprint.get("/pakketten/<wanted>/document/<name>.pdf")
@needs(Permission.DOWNLOAD)
def packet_document(wanted: str, name: str) -> Response:
    """A sealed PDF, or a leaflet."""
    return parts.pdf(following.document(the_services(), guard.person(), wanted, name), f"{name}.pdf")


@blueprint.get("/pakketten/<wanted>/bewijs.pdf")
@needs(Permission.DOWNLOAD)
def packet_evidence_pdf(wanted: str) -> Response:
    """The evidence as a document."""
    return parts.pdf(following.evidence_pdf(the_services(), guard.person(), wanted), f"{wanted}-bewijs.pdf")


@blueprint.get("/pakketten/<wanted>/bewijs.zip")
@needs(Permission.EXPORT_EVIDENCE)
def packet_evidence(wanted: str) -> Response:
    """Everything that proves a packet."""
    return parts.zip_file(following.evidence(the_services(), guard.person(), wanted), f"{wanted}-bewijs.zip")


def _asked() -> tuple[str, Filter]:
    words, wanted = request.args.get("zoek", ""), request.args.get("toon", "")
    return words[: finding.LONGEST_SEARCH], Filter(wanted) if wanted in list(Filter) else Filter.OPEN


def _values(texts: Texts, row: Row) -> list[str]:
    found = row.standing
    return [
        row.reference,
        row.title,
        row.tenant,
        row.address,
        row.lease,
        row.other,
        texts.get(f"desk.state.{found.state}"),
        ", ".join(found.waits_on),
        f"{found.since:%Y-%m-%d}",
        texts.get("desk.csv.yes") if found.overdue else "",
    ]


def _happened(found: Followed, event: Event) -> Happened:
    """In the words of the audit trail; a party by its label."""
    labels = {recipient.role: recipient.label for recipient in found.packet.recipients}
    texts = the_services().texts
    others = {"requester": texts.get("desk.actor.requester"), "service": texts.get("desk.actor.service")}
    account = found.accounts.get(str(event.data.get("account")))
    who = account or labels.get(event.actor) or others.get(event.actor, event.actor)
    return Happened(local(texts, event.at), audit.EVENTS[event.name], who)
