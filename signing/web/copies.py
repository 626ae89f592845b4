"""A recipient's own sealed copy; for the corporation also what its archive has, to fetch and to confirm."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

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


@blueprint.get("/archiefpakket.zip")
def package(token: str) -> Response:
    """All that the corporation's archive gets, as one file."""
    filename, content = ceremony.package_zip(the_services(), token)
    return parts.zip_file(content, filename)


@blueprint.post("/ontvangst")
def confirm(token: str) -> AnyResponse:
    """The corporation's contact confirms that the package is there."""
    ceremony.confirm(the_services(), token, parts.evidence())
    return redirect(url_for("copies.overview", token=token), code=303)
