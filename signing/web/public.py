"""Pages without a secret: the front door, and how anyone validates a document."""

from __future__ import annotations

from flask import Blueprint, render_template

from signing import reference
from signing.errors import InvalidReference
from signing.web.parts import the_services

LONGEST_REFERENCE = 60  # characters that are worth a look

blueprint = Blueprint("public", __name__)


@blueprint.get("/")
def home() -> str:
    """What this is, for who comes without a link."""
    texts = the_services().texts
    said = [texts.get("home.what"), texts.get("home.link"), texts.get("home.check")]
    return render_template("calm.html", title=texts.get("home.title"), said=said, way=None)


@blueprint.get("/validatie/<wanted>")
def validation(wanted: str) -> str:
    """How to check a document. Says whether the reference has the right form, never whether it exists."""
    well_formed, suggestion = False, None
    try:
        reference.compact_form(wanted[:LONGEST_REFERENCE])
        well_formed = len(wanted) <= LONGEST_REFERENCE
    except InvalidReference as error:
        suggestion = error.suggestion
    return render_template(
        "validation.html",
        reference=wanted[:LONGEST_REFERENCE],
        well_formed=well_formed,
        suggestion=suggestion,
    )
