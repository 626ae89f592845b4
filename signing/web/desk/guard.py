"""Who may come to which page of the desk: every page says so itself, and one that does not stays closed."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar

from flask import Blueprint, Response, current_app, g, make_response, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from signing import staff
from signing.account import BROWSER_LIFE, SESSION_IDLE, Permission
from signing.errors import NotAllowed, NotLoggedIn
from signing.staff import Entered, Person, Place
from signing.web.parts import the_services

BROWSER_COOKIE = "huurzegel-browser"
_TOUCH = 60  # seconds: how often a cookie says anew when somebody was seen

blueprint = Blueprint("desk", __name__, url_prefix="/bureau")
# APIFlask asks every blueprint that has a guard whether it is a part of the API.
blueprint.enable_openapi = False  # type: ignore[attr-defined]

View = TypeVar("View", bound=Callable[..., Any])


class Rule(Enum):
    """Pages that need no permission."""

    OPEN = "open"  # for anyone
    HALF = "half"  # for who has shown a password only


def needs(rule: Rule | Permission) -> Callable[[View], View]:
    """Says who may come to a page."""

    def mark(view: View) -> View:
        view.desk_rule = rule  # type: ignore[attr-defined]
        return view

    return mark


def rule_of(view: object) -> Rule | Permission | None:
    """What a page says about who may come; None: nothing, so nobody."""
    return getattr(view, "desk_rule", None)


@blueprint.before_request
def _guard() -> AnyResponse | None:
    rule = rule_of(current_app.view_functions[request.endpoint or ""])
    if rule is None:
        raise NotAllowed()
    if rule is Rule.HALF and person().complete:
        return redirect(url_for("desk.home"), code=303)  # there is no half to finish
    if isinstance(rule, Permission):
        if not person().complete:
            raise NotLoggedIn(half=True)
        person().needs(rule)
    return None


def person() -> Person:
    """Who asks for this page. Raises NotLoggedIn."""
    if "person" not in g:
        g.person = staff.person(the_services(), token())
    found: Person = g.person
    return found


def somebody() -> Person | None:
    """Who asks for this page, if it is known completely."""
    try:
        return person() if person().complete else None
    except NotLoggedIn:
        return None


def token() -> str:
    """The token of this browser's session. Raises NotLoggedIn, also when nobody did anything for long."""
    kept = session.get("desk")
    now = int(the_services().clock().timestamp())
    if not isinstance(kept, list) or len(kept) != 2 or now - kept[1] > SESSION_IDLE.total_seconds():
        raise NotLoggedIn()
    if now - kept[1] >= _TOUCH:
        # In the cookie, not in the registry: a GET changes nothing.
        session["desk"] = [kept[0], now]
    return str(kept[0])


def place() -> Place:
    """Where this request comes from."""
    return Place(request.remote_addr or "", request.cookies.get(BROWSER_COOKIE, "")[:100])


def let_in(entered: Entered, endpoint: str) -> AnyResponse:
    """On with a new session: the old token and the old CSRF token are worth nothing any more."""
    begin(entered.token)
    answer: Response = make_response(redirect(url_for(endpoint), code=303))
    if entered.browser is not None:
        answer.set_cookie(
            BROWSER_COOKIE,
            entered.browser,
            max_age=BROWSER_LIFE,
            path=url_for("desk.home"),
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",  # Strict would not come along on the way back from a provider
        )
    return answer


def begin(new: str) -> None:
    """This browser has a session with this token."""
    session.pop("csrf_token", None)
    session["desk"] = [new, int(the_services().clock().timestamp())]


def forget() -> None:
    """This browser has no session any more."""
    session.pop("desk", None)
    session.pop("csrf_token", None)
