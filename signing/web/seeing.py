"""Every page and file of a packet that is given is noted first: at the desk, and over the API (NEN 7513)."""

from __future__ import annotations

from flask import Response, g, request

from signing import following, looks
from signing.store import Look
from signing.web import api
from signing.web.desk import guard
from signing.web.parts import the_services

# What a page or call about one packet shows: of a document its name stands behind it.
# A page that is new says so here; tests/signing/web/test_looks.py compares this with the routes.
SHOWN: dict[str, tuple[Look, str]] = {
    "desk.packet": (Look.PAGE, "packet"),
    "desk.acknowledge": (Look.PAGE, "acknowledge"),
    "desk.act": (Look.PAGE, "steering"),
    "desk.withdraw": (Look.PAGE, "steering"),
    "desk.reopen": (Look.PAGE, "steering"),
    "desk.look": (Look.PAGE, "pages"),
    "desk.look_at_page": (Look.PAGE, "pages"),  # a part of the page before it
    "desk.packet_document": (Look.DOWNLOAD, "document"),
    "desk.shown_document": (Look.DOWNLOAD, "document"),
    "desk.packet_evidence_pdf": (Look.DOWNLOAD, "evidence-pdf"),
    "desk.packet_evidence": (Look.DOWNLOAD, "evidence"),
    "desk.packet_report": (Look.DOWNLOAD, "report"),
    "desk.packet_report_data": (Look.DOWNLOAD, "report"),
    "api.follow": (Look.PAGE, "packet"),
    "api.document": (Look.DOWNLOAD, "document"),
    "api.evidence": (Look.DOWNLOAD, "evidence"),
    "api.about_tenant": (Look.DOWNLOAD, "tenant"),
}


@guard.blueprint.after_request
def _note_person(response: Response) -> Response:
    found = _given(response, "wanted")
    if found is not None:
        services, person = the_services(), guard.person()
        listed, _ = following.one(services, person, found[0])
        looks.by_person(services, person, listed.packet.id, *found[1:])
    return response


@api.blueprint.after_request
def _note_key(response: Response) -> Response:
    found = _given(response, "reference")
    if found is not None:
        looks.by_key(the_services(), g.client, g.key, *found)
    return response


def _given(response: Response, name: str) -> tuple[str, Look, str] | None:
    """Which packet, and what of it; None when nothing of a packet was given."""
    known, arguments = SHOWN.get(request.endpoint or ""), request.view_args or {}
    # 304: the client has it already, and looks again.
    if known is None or request.method != "GET" or response.status_code not in (200, 304):
        return None
    act, what = known
    sheet = arguments.get("name")
    return str(arguments[name]), act, f"{what}:{sheet}" if sheet else what
