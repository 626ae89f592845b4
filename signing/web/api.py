"""The JSON endpoint of the referrer: make, send, follow and withdraw packets (English, problem documents)."""

from __future__ import annotations

import re

from apiflask import APIBlueprint
from flask import Response, abort, g, jsonify, request, url_for

import docgen
from signing import dossier, intake, progress
from signing.intake import NewPacket
from signing.packet import Packet
from signing.progress import Progress
from signing.store import StoredDocument
from signing.web import gate, models, openapi, parts, validation
from signing.web.parts import the_services

PREFIX = "/api/"

_TAKES = {
    "api.validate": ("application/pdf",),
    "api.paper_scan": ("application/pdf", "image/jpeg", "image/png"),
}
_KEY = re.compile(r"[\x21-\x7e]{1,100}")

blueprint = APIBlueprint("api", __name__, url_prefix=f"{PREFIX}v1", tag="Packets")


def is_api(path: str) -> bool:
    """Whether a path is answered in JSON, also when there is nothing behind it."""
    return path.startswith(PREFIX)


gate.guard(blueprint)


@blueprint.before_request
def _read_what_is_meant() -> None:
    wanted = _TAKES.get(request.endpoint or "", ("application/json",))
    if request.method == "POST" and request.content_length and request.mimetype not in wanted:
        abort(415)


@blueprint.post("/packets")
@blueprint.input(models.PacketRequest, arg_name="body")
@blueprint.output(models.PacketAccepted, status_code=202)
@blueprint.doc(security="key")
def create(body: models.PacketRequest) -> tuple[models.PacketAccepted, int, dict[str, str]]:
    """Make a packet

    Checks the values, gives the packet its reference, and starts making its documents. The same
    Idempotency-Key with the same body gives the same packet.
    """
    wanted = NewPacket(body.type, body.data, body.send, _idempotency_key())
    packet = intake.create(the_services(), g.client, wanted)
    second_looks = intake.warnings(the_services(), wanted)
    answer = models.PacketAccepted(
        **in_short(packet), warnings=[models.ProblemItem.model_validate(found) for found in second_looks]
    )
    return answer, 202, {"Location": url_for("api.follow", reference=packet.reference)}


@blueprint.get("/packets/<reference>")
@blueprint.output(models.PacketProgress)
@blueprint.doc(security="key")
def follow(reference: str) -> models.PacketProgress:
    """Follow a packet"""
    return _progress(progress.follow(the_services(), g.client, reference))


@blueprint.post("/packets/<reference>/send")
@blueprint.output(models.PacketAnswer, status_code=202)
@blueprint.doc(security="key")
def send(reference: str) -> models.PacketAnswer:
    """Send a packet that waited"""
    return models.PacketAnswer(**in_short(intake.send(the_services(), g.client, reference)))


@blueprint.post("/packets/<reference>/withdraw")
@blueprint.output(models.PacketAnswer)
@blueprint.doc(security="key")
def withdraw(reference: str) -> models.PacketAnswer:
    """Withdraw a packet that is not signed by everyone"""
    return models.PacketAnswer(**in_short(intake.withdraw(the_services(), g.client, reference)))


@blueprint.get("/packets/<reference>/documents/<name>.pdf")
@blueprint.doc(security="key", responses=openapi.PDF)
def document(reference: str, name: str) -> Response:
    """Download a sealed document, or a leaflet

    A leaflet is signed by nobody: it is there as soon as the packet is ready.
    """
    return parts.pdf(progress.document(the_services(), g.client, reference, name), f"{name}.pdf")


@blueprint.get("/packets/<reference>/evidence.zip")
@blueprint.doc(security="key", responses=openapi.EVIDENCE_ZIP)
def evidence(reference: str) -> Response:
    """Download everything that proves a packet

    Documents, evidence, audit trail, reports and manifest; annexes and network addresses too, so it is not
    for the corporation. `python -m signing validate-evidence` proves from this file alone that all of it
    belongs together and is unchanged.
    """
    return parts.zip_file(dossier.zipped(dossier.export(the_services(), g.client, reference)), "evidence.zip")


@blueprint.get("/types")
@blueprint.output(models.PacketTypes)
@blueprint.doc(security="key")
def types() -> models.PacketTypes:
    """List the packet types and the values they take"""
    catalog = the_services().catalog
    return models.PacketTypes(
        types=[_type(catalog.manifest(name)) for name in intake.packet_types(the_services())]
    )


@blueprint.post("/validate")
@blueprint.doc(security="key", responses=openapi.VALIDATION)
def validate() -> Response:
    """Validate a PDF, sent as the body

    Says whether every signature and the seal hold, and whether this service issued the file. The file is not
    kept. The answer is 200 for every verdict.
    """
    answer = validation.judge(request.get_data(), None)
    return jsonify(answer.as_dict())


def _idempotency_key() -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        abort(400, description="Idempotency-Key takes 1 to 100 visible ASCII characters. Give another one.")
    return key


def in_short(packet: Packet) -> dict[str, str]:
    """What every answer about a packet begins with."""
    return {
        "reference": packet.reference,
        "id": packet.id,
        "type": packet.type,
        "status": packet.status.value,
    }


def _progress(found: Progress) -> models.PacketProgress:
    packet = found.packet
    return models.PacketProgress(
        **in_short(packet),
        title=packet.title,
        corporation=packet.corporation,
        lease_number=packet.lease_number,
        created_at=packet.created_at,
        sent_at=packet.sent_at,
        expires_at=packet.expires_at,
        signed_at=packet.signed_at,
        guiding=found.guiding,
        transfers=[
            models.TransferState(reference=t.reference, organisation=t.receiving.name, on=t.on)
            for t in found.transfers
        ],
        recipients=[models.RecipientState.model_validate(recipient) for recipient in packet.recipients],
        documents=[_document(document) for document in found.documents],
        leaflets=[_leaflet(leaflet) for leaflet in found.leaflets],
        events=[models.EventState.model_validate(event) for event in found.events],
        stuck=[models.StuckStep.model_validate(step) for step in found.stuck],
        messages=[models.MessageState.model_validate(message) for message in found.messages],
        remarks=[models.RemarkState.model_validate(remark) for remark in found.remarks],
        previous=packet.previous,
    )


def _document(stored: StoredDocument) -> models.DocumentState:
    return models.DocumentState(
        name=stored.name,
        title=stored.title,
        archive=stored.archive,
        pages=stored.pages,
        sha256=stored.shown_sha256,
        sealed_sha256=stored.sealed_sha256,
    )


def _leaflet(stored: StoredDocument) -> models.LeafletState:
    return models.LeafletState(
        name=stored.name,
        title=stored.title,
        pages=stored.pages,
        sha256=stored.shown_sha256,
        roles=list(stored.roles),
    )


def _type(manifest: docgen.Manifest) -> models.PacketType:
    return models.PacketType(
        type=manifest.type,
        code=manifest.code,
        version=manifest.version,
        title=manifest.title,
        documents=[models.DocumentOfType.model_validate(part) for part in manifest.documents],
        leaflets=[models.LeafletOfType.model_validate(leaflet) for leaflet in manifest.leaflets],
        recipients=[models.RoleOfType.model_validate(role) for role in manifest.recipients],
        fields=[_field(field) for field in manifest.fields if field.derive is None],
    )


def _field(field: docgen.Field) -> models.FieldOfType:
    return models.FieldOfType(
        key=field.key,
        label=field.label,
        type=field.type,
        required=field.required,
        required_if=models.ConditionOfField.model_validate(field.required_if) if field.required_if else None,
        one_of=field.one_of,
        help=field.help,
        choices=[choice.value for choice in field.choices],
    )
