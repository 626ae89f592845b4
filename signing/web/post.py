"""The mails of a development service, with their links, so that a person can click through all of them."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import Blueprint, render_template

from signing import mailbox
from signing.services import Services
from signing.web.parts import the_services

blueprint = Blueprint("post", __name__, url_prefix="/ontwikkeling")


def is_wanted(services: Services) -> bool:
    """Only with development keys, and only when mail goes to a folder: elsewhere links are secrets."""
    return services.config.development and urlsplit(services.config.mail_url).scheme == "file"


@blueprint.get("/post")
def post() -> str:
    """All mails, the newest first."""
    folder = Path(unquote(urlsplit(the_services().config.mail_url).path))
    return render_template("post.html", mails=mailbox.read_folder(folder)[::-1])
