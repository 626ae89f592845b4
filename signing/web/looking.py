"""The part of the JSON endpoint that changes nothing: check, preview, list, leases, organisations."""

from __future__ import annotations

from flask import Response, g, request

from signing import dossier, intake, previewing, progress, tenant
from signing import reference as rules
from signing.errors import InvalidReference
from signing.intake import NewPacket
from signing.packet import Packet
from signing.store import Sought
from signing.web import listed, models, openapi, parts
from signing.web.api import blueprint, in_short
from signing.web.parts import the_services

_WITH_ETAG = ("api.follow", "api.packets", "api.types")


@blueprint.after_request
def _same_as_before(response: Response) -> Response:
    """A client that has this answer already gets 304 and nothing more."""
    if request.endpoint in _WITH_ETAG and response.status_code == 200:
        response.add_etag()
        response.make_conditional(request)
    return response


@blueprint.post("/packets/check")
@blueprint.input(models.PacketRequest, arg_name="body")
@blueprint.output(listed.PacketCheck)
@blueprint.doc(security="key")
def check(body: models.PacketRequest) -> listed.PacketCheck:
    """Check the values of a packet without making it

    Says the same as making it would, all problems at once. Nothing is kept.
    """
    found = intake.look_over(the_services(), g.client, NewPacket(body.type, body.data, body.send))
    return listed.PacketCheck(warnings=[models.ProblemItem.model_validate(each) for each in found])


@blueprint.post("/packets/preview/<name>.pdf")
@blueprint.input(models.PacketRequest, arg_name="body")
@blueprint.doc(security="key", responses=openapi.PDF)
def preview(name: str, body: models.PacketRequest) -> Response:
    """See a document before there is a packet

    The word CONCEPT stands where its reference will be, and nobody can sign it. Nothing is kept.
    """
    wanted = NewPacket(body.type, body.data, body.send)
    return parts.pdf(previewing.preview(the_services(), g.client, wanted, name), f"{name}-concept.pdf")


@blueprint.get("/packets/<reference>/tenant.zip")
@blueprint.doc(security="key", responses=openapi.TENANT_ZIP)
def about_tenant(reference: str) -> Response:
    """Download everything that is held about the tenant of a packet

    For a request for access (GDPR 15 and 20): `about.json` and the PDFs that the tenant has a right to, from
    all your packets about this tenant and lease.
    """
    return parts.zip_file(dossier.zipped(tenant.export(the_services(), g.client, reference)), "tenant.zip")


@blueprint.get("/packets")
@blueprint.input(listed.PacketQuery, location="query", arg_name="query")
@blueprint.output(listed.PacketList)
@blueprint.doc(security="key")
def packets(query: listed.PacketQuery) -> listed.PacketList:
    """List your packets, the newest first

    Fifty at a time. With If-None-Match the answer is 304 as long as nothing changed.
    """
    sought = Sought(
        query.status,
        query.corporation.upper() if query.corporation else None,
        rules.normalise_lease(query.lease) if query.lease else None,
        _compact(query.after),
    )
    found, following = progress.page(the_services(), g.client, sought)
    return listed.PacketList(packets=[_summary(packet) for packet in found], next=following)


@blueprint.get("/leases/<corporation>/<number>")
@blueprint.output(listed.LeaseState)
@blueprint.doc(security="key", tags=["Leases"])
def lease(corporation: str, number: str) -> listed.LeaseState:
    """See what you made about a lease"""
    services = the_services()
    found = progress.lease(services, g.client, corporation, number)
    today = services.clock().date()
    return listed.LeaseState(
        corporation=found.packets[0].corporation,
        lease_number=found.packets[0].lease_number,
        packets=[_summary(packet) for packet in found.packets],
        agreements=[
            listed.AgreementState(
                reference=agreement.reference,
                referring=agreement.referring.name,
                guiding=agreement.guiding_on(today).name,
                transfers=[
                    models.TransferState(reference=t.reference, organisation=t.receiving.name, on=t.on)
                    for t in agreement.transfers
                ],
            )
            for agreement in found.agreements
        ],
    )


@blueprint.get("/organisations")
@blueprint.output(listed.Organisations)
@blueprint.doc(security="key", tags=["Leases"])
def organisations() -> listed.Organisations:
    """List the corporations that take packets, and yourself"""
    services = the_services()
    with services.store.read() as tx:
        known = tx.organisations.all()
    shown = [each for each in known if each.corporation or each.client == g.client]
    bare = sorted(services.config.archives.keys() - {each.corporation for each in shown})
    return listed.Organisations(
        organisations=[
            listed.OrganisationOfService(
                kind=each.kind.value, name=each.name, kvk=each.kvk, corporation=each.corporation
            )
            for each in shown
        ]
        + [
            listed.OrganisationOfService(kind="corporation", name=None, kvk=None, corporation=code)
            for code in bare
        ]
    )


def _compact(given: str | None) -> str | None:
    if given is None:
        return None
    try:
        return rules.compact_form(given)
    except InvalidReference:
        return given[: rules.LONGEST]  # of no packet: the page after it is empty


def _summary(packet: Packet) -> listed.PacketSummary:
    return listed.PacketSummary(
        **in_short(packet),
        title=packet.title,
        corporation=packet.corporation,
        lease_number=packet.lease_number,
        created_at=packet.created_at,
        sent_at=packet.sent_at,
        expires_at=packet.expires_at,
    )
