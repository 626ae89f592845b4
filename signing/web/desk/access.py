"""Who looked at the packets of an organisation, for its admin and its auditor: as a page and as a file."""

from __future__ import annotations

from flask import Response, request

from signing import finding, looks, spreadsheet
from signing.account import Permission
from signing.store import Access
from signing.web import parts
from signing.web.desk import guard
from signing.web.desk.frame import page
from signing.web.desk.guard import blueprint, needs
from signing.web.parts import the_services

_COLUMNS = ("when", "reference", "organisation", "role", "who", "act", "item")


@blueprint.get("/inzage")
@needs(Permission.SEE_ACCESS)
def access() -> str:
    """Every look, the newest on top."""
    number = request.args.get("bladzijde", "1")
    wanted = int(number) if number.isdecimal() else 1
    log = looks.log(the_services(), guard.person(), _asked(), wanted)
    return page("access.html", "access", log=log, corporate=guard.person().corporate, line=in_words)


@blueprint.get("/inzage.csv")
@needs(Permission.SEE_ACCESS)
def access_file() -> Response:
    """The same, all of it, for a spreadsheet; the moments in UTC."""
    texts = the_services().texts
    rows = [[texts.get(f"desk.access.{column}") for column in _COLUMNS]]
    for seen in looks.every(the_services(), guard.person(), _asked()):
        told = in_words(seen.access)
        moment = f"{seen.access.at:%Y-%m-%dT%H:%M:%SZ}"
        rows.append([moment, seen.reference, *(told[column] for column in _COLUMNS[2:])])
    return parts.download(spreadsheet.as_csv(rows), "text/csv", "inzage.csv")


def in_words(line: Access) -> dict[str, str]:
    """One look by column; ``who`` is empty where that is not for this reader."""
    texts = the_services().texts
    what, _, name = line.what.partition(":")
    roles = ", ".join(texts.get(f"desk.role.{role}") for role in line.roles)
    key = texts.get("desk.access.program", number=line.key_id) if line.key_id else ""
    item = texts.get(f"desk.access.items.{what}")
    return {
        "organisation": line.organisation,
        "role": roles or texts.get("desk.access.programs"),
        "who": line.name or key,
        "act": texts.get(f"desk.access.acts.{line.act}"),
        "item": f"{item}: {name}" if name else item,
    }


def _asked() -> str:
    return request.args.get("kenmerk", "")[: finding.LONGEST_SEARCH].strip()
