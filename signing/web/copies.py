"""A recipient's own sealed copy."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from signing import ceremony
from signing.web import language, parts, wording
from signing.web.parts import the_services

blueprint = Blueprint("copies", __name__, url_prefix="/k/<token>")


@blueprint.get("")
def overview(token: str) -> str:
    """The sealed documents of this recipient, and its leaflets."""
    copies = ceremony.copies(the_services(), token)
    language.known(copies.recipient.language)
    return render_template(
        "copies.html",
        token=token,
        copies=copies,
        words=wording.words(copies.packet.type),
        **parts.frame(copies.asker),
    )


@blueprint.get("/<name>.pdf")
def document(token: str, name: str) -> Response:
    """One sealed PDF, or a leaflet."""
    copies = ceremony.copies(the_services(), token)
    content = ceremony.copy_document(the_services(), token, name)
    offered = (*copies.documents, *copies.leaflets)
    filename = next(copy.filename for copy in offered if copy.name == name)
    return parts.pdf(content, filename)
