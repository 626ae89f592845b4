"""The part of the JSON endpoint that is about one recipient: remind, correct, replace, visit, write to."""

from __future__ import annotations

from flask import Response, g, request, url_for

from signing import intake, paper, reaching
from signing.packet import Packet
from signing.web import models, openapi, parts
from signing.web.api import blueprint, in_short
from signing.web.parts import the_services

_ONE = "/packets/<reference>/recipients/<role>"


@blueprint.post(f"{_ONE}/remind")
@blueprint.output(models.PacketAnswer, status_code=202)
@blueprint.doc(security="key")
def remind(reference: str, role: str) -> models.PacketAnswer:
    """Remind a recipient now

    Sends the same link once more. The service itself does so after 3, 7 and 14 days.
    """
    return _told(reaching.remind(the_services(), g.client, reference, role))


@blueprint.post(f"{_ONE}/correct")
@blueprint.input(models.Correction, arg_name="body")
@blueprint.output(models.PacketAnswer, status_code=202)
@blueprint.doc(security="key")
def correct(reference: str, role: str, body: models.Correction) -> models.PacketAnswer:
    """Correct how a recipient is reached

    A new link goes to the new address; the old link stops working.
    """
    return _told(reaching.correct(the_services(), g.client, reference, role, body.model_dump()))


@blueprint.post(f"{_ONE}/reassign")
@blueprint.input(models.Colleague, arg_name="body")
@blueprint.output(models.PacketAnswer, status_code=202)
@blueprint.doc(security="key")
def reassign(reference: str, role: str, body: models.Colleague) -> models.PacketAnswer:
    """Hand a request over to a colleague

    For recipients that are an organisation. A new link goes to the colleague; the old one stops working.
    """
    return _told(reaching.reassign(the_services(), g.client, reference, role, body.model_dump()))


@blueprint.post(f"{_ONE}/host")
@blueprint.input(models.Host, arg_name="body")
@blueprint.output(models.PacketAnswer, status_code=202)
@blueprint.doc(security="key")
def host(reference: str, role: str, body: models.Host) -> models.PacketAnswer:
    """Sign in person

    The link goes to a worker, who declares who is there and hands its device over to the recipient.
    """
    return _told(reaching.host(the_services(), g.client, reference, role, body.model_dump()))


@blueprint.post(f"{_ONE}/revoke")
@blueprint.output(models.PacketAnswer, status_code=202)
@blueprint.doc(security="key")
def revoke(reference: str, role: str) -> models.PacketAnswer:
    """Stop a link

    No other link goes out until you renew it, correct the address or hand the request over.
    """
    return _told(reaching.revoke(the_services(), g.client, reference, role))


@blueprint.post(f"{_ONE}/renew")
@blueprint.output(models.PacketAnswer, status_code=202)
@blueprint.doc(security="key")
def renew(reference: str, role: str) -> models.PacketAnswer:
    """Send a new link to the same address; the old one stops working"""
    return _told(reaching.renew(the_services(), g.client, reference, role))


@blueprint.post(f"{_ONE}/letter")
@blueprint.doc(security="key", responses=openapi.PDF)
def letter(reference: str, role: str) -> Response:
    """Make a letter on paper with a code for a recipient

    Its code opens the link at any device. The code of an older letter stops working.
    """
    return parts.pdf(paper.letter(the_services(), g.client, reference, role), "letter.pdf")


@blueprint.post(f"{_ONE}/paper")
@blueprint.output(models.PacketAnswer, status_code=202)
@blueprint.doc(security="key")
def paper_scan(reference: str, role: str) -> models.PacketAnswer:
    """Add the scan of a signature on paper, sent as the body (PDF, JPEG or PNG)

    It is kept as it is, and is not an electronic signature: the recipient's place in the PDF stays empty.
    """
    return _told(paper.take(the_services(), g.client, reference, role, request.get_data()))


@blueprint.post("/packets/<reference>/reopen")
@blueprint.input(models.NewVersion, arg_name="body")
@blueprint.output(models.PacketAnswer, status_code=202)
@blueprint.doc(security="key")
def reopen(reference: str, body: models.NewVersion) -> tuple[models.PacketAnswer, int, dict[str, str]]:
    """Make a new version of a packet that was declined, withdrawn or expired

    It gets a reference of its own; everyone gets a new link and signs anew.
    """
    packet = intake.reopen(the_services(), g.client, reference, data=body.data, send=body.send)
    return _told(packet), 202, {"Location": url_for("api.follow", reference=packet.reference)}


def _told(packet: Packet) -> models.PacketAnswer:
    return models.PacketAnswer(**in_short(packet))
