"""What every page of the desk shares: its frame, its menu, and what is wrong with a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from signing.account import Permission
from signing.web.desk.guard import somebody
from signing.web.parts import the_services

_MENU = (
    ("desk.queue", "queue", Permission.ACKNOWLEDGE),
    ("desk.overview", "packets", Permission.SEE_PACKETS),
    ("desk.archive", "archive", Permission.SEE_PACKETS),
    ("desk.access", "access", Permission.SEE_ACCESS),
    ("desk.people", "people", Permission.MANAGE_PEOPLE),
    ("desk.house", "house", Permission.KEEP_ORGANISATION),
    ("desk.organisations", "organisations", Permission.MANAGE_ORGANISATIONS),
    ("desk.stuck", "stuck", Permission.MANAGE_WORK),
    ("desk.own", "own", Permission.OWN_ACCOUNT),
)


@dataclass(frozen=True)
class Item:
    """A place in the menu; ``here``: this page is it, or belongs to it."""

    href: str
    label: str
    here: bool


class _Problems(dict[str, str]):
    """What is wrong by field; a field with nothing wrong has an empty text."""

    def __missing__(self, field: str) -> str:
        return ""


def page(template: str, section: str | None = None, **values: object) -> str:
    """A page of the desk. ``section``: of the menu, where it belongs."""
    found = somebody()
    texts = the_services().texts
    menu = [
        Item(url_for(endpoint), texts.get(f"desk.menu.{name}"), name == section)
        for endpoint, name, permission in _MENU
        if found is not None and found.may(permission)
    ]
    return render_template(f"desk/{template}", person=found, menu=menu, **values)


def words(problems: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with a form, in words; by field, and empty for a field that is fine."""
    texts = the_services().texts
    return _Problems({field: texts.get(f"desk.wrong.{reason}") for field, reason in problems.items()})


def on(endpoint: str, **values: object) -> AnyResponse:
    """On to a page, after a POST."""
    return redirect(url_for(endpoint, **values), code=303)  # type: ignore[arg-type]  # plain values


def said() -> str | None:
    """What the page before says: one of the words that this page knows."""
    return request.args.get("na")
