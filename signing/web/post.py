"""The messages of a development service, with their links, so that a person can click through all of them."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import Blueprint, render_template

from signing import mailbox
from signing.services import Services
from signing.web.parts import the_services

blueprint = Blueprint("post", __name__, url_prefix="/ontwikkeling")


def is_wanted(services: Services) -> bool:
    """Only with development keys, and only when messages go to folders: elsewhere links are secrets."""
    urls = [services.config.mail_url, *([services.config.sms.url] if services.config.sms else [])]
    return services.config.development and all(urlsplit(url).scheme == "file" for url in urls)


@blueprint.get("/post")
def post() -> str:
    """All mails and text messages, the newest first."""
    config = the_services().config
    sms = _folder(config.sms.url) if config.sms is not None else None
    read = mailbox.read_all(_folder(config.mail_url), sms)
    return render_template("post.html", mails=read[::-1])


def _folder(url: str) -> Path:
    return Path(unquote(urlsplit(url).path))
