"""Errors as answers: a calm page for people, a problem document for programs, nothing of the inside."""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass

from apiflask import HTTPError
from flask import Flask, Response, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from signing import ceremony
from signing.ceremony import Asker
from signing.errors import (
    AlreadyAnswered,
    CheckImpossible,
    InvitationUnusable,
    LinkRevoked,
    LogInFailed,
    NotAllowed,
    NotAttested,
    NotFound,
    NotLoggedIn,
    NotProven,
    NotShown,
    NotStated,
    OutOfTurn,
    PacketClosed,
    ProviderAway,
    Refused,
    ShownOtherwise,
    SigningError,
    TooMany,
)
from signing.links import LinkExpired, LinkInvalid, Purpose
from signing.packet import Status
from signing.store import DATABASE_GONE, ContentErased
from signing.web import access, api, language, pages, parts, problems, validation, wording
from signing.web.desk import batches, guard
from signing.web.parts import the_services
from signing.web.protection import CSRFError
from signing.web.together import ScreenLocked
from signing.web.turnstile import Busy

log = logging.getLogger("signing.web")

_PAGES: dict[type, tuple[int, str]] = {
    OutOfTurn: (409, "out_of_turn"),
    LinkInvalid: (404, "link_wrong"),
    NotFound: (404, "link_wrong"),
    LinkExpired: (410, "link_expired"),
    LinkRevoked: (410, "link_revoked"),
    NotShown: (409, "not_shown"),
    ShownOtherwise: (409, "shown_otherwise"),
    CheckImpossible: (409, "no_check"),
    ScreenLocked: (403, "screen_locked"),
    CSRFError: (400, "form_old"),
    NotAllowed: (403, "not_allowed"),
    LogInFailed: (403, "not_known"),
    InvitationUnusable: (410, "invitation"),
    ProviderAway: (502, "provider_away"),
    TooMany: (429, "too_often"),
    ContentErased: (410, "erased"),
    Refused: (409, "refused"),
}
_GO_FIRST: dict[type, str] = {
    NotProven: "pages.prove",
    NotStated: "pages.person",
    NotAttested: "pages.together",
}
_CLOSED = {
    Status.DECLINED: "packet_declined",
    Status.WITHDRAWN: "packet_withdrawn",
    Status.EXPIRED: "packet_expired",
}
_OF_CODE = {404: "no_page", 405: "wrong_way", 410: "report_old", 413: "too_large"}
_PURPOSES = {"pages": Purpose.SIGN, "leaflets": Purpose.SIGN, "copies": Purpose.COPY}
_PARTS_OF_A_LINK = (
    "pages.document",
    "pages.agenda",
    "pages.leaves",
    "pages.leaf",
    "pages.large_leaf",
    "pages.holders",
    "copies.document",
    "copies.holders_of_copy",
    "leaflets.leaflet",
    "leaflets.in_short",
    "leaflets.listen",
)
_PAGE_OF_FORM = {
    "pages.open_link": "pages.welcome",
    "pages.proven": "pages.prove",
    "pages.send_code": "pages.prove",
    "pages.stated": "pages.person",
    "pages.attested": "pages.together",
    "pages.handed_over": "pages.hand_over",
    "leaflets.went_on": "leaflets.in_short",
    "pages.asked": "pages.question",
    "pages.shown": "pages.read",
    "pages.signed": "pages.sign",
    "pages.declined": "pages.decline",
}


@dataclass(frozen=True)
class _Way:
    """The button of a calm page."""

    href: str
    label: str


def install(app: Flask) -> None:
    """Answers every error of ``app``."""
    # APIFlask has handlers of its own for the first two; a nearer class wins.
    for kind in (HTTPException, HTTPError, Exception):
        app.register_error_handler(kind, _answer)


def _form_again(error: RequestEntityTooLarge) -> Response | None:
    """The form that a file was too large for, where there is one for who sent it."""
    if request.blueprint == "validation":
        return make_response(validation.too_large(error))
    if request.endpoint == "desk.brought" and batches.is_for(guard.somebody()):
        return make_response(batches.too_large())
    return None


def _answer(error: Exception) -> Response:
    if api.is_api(request.path):
        answer: Response = problems.answer(error)
    elif type(error) in _GO_FIRST:
        answer = make_response(redirect(url_for(_GO_FIRST[type(error)], token=_token()), code=303))
    elif isinstance(error, NotLoggedIn):
        # Half: the password was right, the code is still to come.
        answer = make_response(redirect(url_for("desk.code" if error.half else "desk.log_in"), code=303))
    elif isinstance(error, RequestEntityTooLarge) and (form := _form_again(error)) is not None:
        answer = form
    elif isinstance(error, Busy):
        answer = make_response(validation.busy())
        answer.headers["Retry-After"] = "60"
    elif isinstance(error, AlreadyAnswered) and request.blueprint != "desk":
        view = ceremony.answered(the_services(), _token())
        language.known(view.recipient.language)
        page = pages.done_page(view, again=True)
        answer = make_response(page, 409 if request.method == "POST" else 200)
    else:
        status, name = _which(error)
        answer = make_response(_calm_page(error, name), status)
        _say_how(answer, error)
    if answer.status_code >= 500 and not isinstance(error, Busy | ProviderAway):
        _log(error)
    return answer


def _say_how(answer: Response, error: Exception) -> None:
    """When to ask again, or by which method."""
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.seconds)
    if isinstance(error, DATABASE_GONE):
        answer.headers["Retry-After"] = "10"
    if isinstance(error, MethodNotAllowed):
        answer.headers["Allow"] = ", ".join(error.valid_methods or ())


def _which(error: Exception) -> tuple[int, str]:
    """The status and the name of the texts for an error."""
    if isinstance(error, PacketClosed):
        return 410, _CLOSED.get(Status(error.status), "packet_finished")
    if isinstance(error, NotFound) and (request.blueprint == "desk" or request.endpoint in _PARTS_OF_A_LINK):
        return 404, "no_page"
    for kind in type(error).__mro__:
        if kind in _PAGES:
            return _PAGES[kind]
    if isinstance(error, HTTPException) and error.code and error.code < 500:
        return error.code, _OF_CODE.get(error.code, "no_page")
    return (503 if isinstance(error, DATABASE_GONE) else 500), "inside"


def _calm_page(error: Exception, name: str) -> str:
    texts = language.texts()
    labels = ", ".join(map(wording.label, error.waits_for)) if isinstance(error, OutOfTurn) else ""
    said = [texts.get(f"error.{name}.what", labels=labels), texts.get(f"error.{name}.do")]
    if name == "inside":
        said.append(texts.get("error.number", number=access.request_id()))
    asker = _asker()
    return render_template(
        "calm.html",
        title=texts.get(f"error.{name}.title"),
        said=said,
        way=_way(name, error),
        **(parts.frame(asker) if asker else {}),
    )


def _way(name: str, error: Exception) -> _Way | None:
    """Where the reader goes on, when there is such a place."""
    if isinstance(error, ScreenLocked):
        on = url_for("pages.welcome", token=error.token)
        return _Way(on, language.texts().get("together.on"))
    if name in ("not_shown", "shown_otherwise") and request.blueprint != "desk":
        return _Way(url_for("pages.read", token=_token()), language.texts().get("error.read"))
    if request.blueprint == "desk":
        return _Way(url_for("desk.home"), the_services().texts.get("error.desk"))
    page = _PAGE_OF_FORM.get(request.endpoint or "")
    if name == "form_old" and page:
        return _Way(url_for(page, token=_token()), language.texts().get("error.reload"))
    return None


def _asker() -> Asker | None:
    """Whom the reader can ask: known for every link that we once made, whatever became of it."""
    purpose = _PURPOSES.get(request.blueprint or "")
    if purpose is None:
        return None
    try:
        return ceremony.asker(the_services(), purpose, _token())
    except (SigningError, *DATABASE_GONE):
        return None


def _token() -> str:
    return str((request.view_args or {})["token"])


def _log(error: Exception) -> None:
    # Without the error's own text: that may hold values of a request.
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error(
        "%s on %s %s (%s)\n%s",
        type(error).__name__,
        request.method,
        access.path(),
        access.request_id(),
        frames,
    )
