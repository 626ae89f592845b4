"""The front door: a page without a secret."""

from __future__ import annotations

from flask import Blueprint, render_template

from signing.web import language

blueprint = Blueprint("public", __name__)


@blueprint.get("/")
def home() -> str:
    """What this is, for who comes without a link."""
    texts = language.texts()
    said = [texts.get("home.what"), texts.get("home.link"), texts.get("home.check")]
    return render_template("home.html", title=texts.get("home.title"), said=said, way=None)
