"""The page "Who has my data?", behind a person's own links."""

from __future__ import annotations

from flask import render_template, url_for

from signing import ceremony
from signing.ceremony import Holders
from signing.web import copies, language, parts, way, wording
from signing.web.parts import the_services


@way.blueprint.get("/gegevens")
def holders(token: str) -> str:
    """Behind the link to sign."""
    found = ceremony.holders(the_services(), token, parts.marks())
    return _page(found, url_for("pages.done" if found.recipient.answer else "pages.choose", token=token))


@copies.blueprint.get("/gegevens")
def holders_of_copy(token: str) -> str:
    """Behind the link to the own copy."""
    found = ceremony.holders_of_copy(the_services(), token)
    return _page(found, url_for("copies.overview", token=token))


def _page(found: Holders, back: str) -> str:
    language.known(found.recipient.language)
    texts = language.texts()
    terms = the_services().config.retention
    return render_template(
        "holders.html",
        found=found,
        back=back,
        words=wording.words(found.packet.type),
        terms=terms,
        since={each.organisation: texts.day(each.since) for each in found.holders if each.since},
        last=[texts.day(each.last) for each in found.looked],
        **parts.frame(found.asker),
    )
