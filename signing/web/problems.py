"""Errors as problem documents (RFC 9457): English, everything at once, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

from apiflask import HTTPError
from flask import Response
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

import docgen
from signing.errors import InvalidReference, InvalidRequest, NotFound, Problem, Refused, TooMany
from signing.store import DATABASE_GONE
from signing.web import access
from signing.web.models import ProblemDocument, ProblemItem
from signing.web.turnstile import Busy

MEDIA_TYPE = "application/problem+json"
MOST_PROBLEMS = 20  # of the body itself that are told one by one
LONGEST_KEY = 60  # characters of somebody else's key that are repeated

_DETAILS = {
    400: "The request cannot be read.",
    401: "Send the key of your organisation: Authorization: Bearer <key>.",
    403: "This key may not do this. Ask the service for a key that may.",
    404: "There is nothing here. Check the address, the reference and the key you use.",
    405: "This address does not take this method. The Allow header names those it does.",
    413: "The request is larger than 10 MB. Send the values only; the service makes the documents.",
    415: "Send the body as JSON with Content-Type: application/json.",
    500: "Something went wrong at the service. Try again with the same Idempotency-Key; "
    "if it stays, ask for help and name the request_id.",
}
_OF_BODY = {
    "missing": ("The key is missing.", "Add it."),
    "extra_forbidden": ("There is no such key.", "Leave it out; a request holds type, data and send."),
    "string_type": ("The value is not a text.", "Give a text in quotes."),
    "bool_type": ("The value is not true or false.", "Give true or false, without quotes."),
    "dict_type": ("The value is not an object.", "Give an object: {…}."),
    "model_type": ("The body is not an object.", 'Send an object: {"type": …, "data": {…}}.'),
}


def answer(error: Exception) -> Response:
    """The problem document for an error; anything unforeseen is a 500 that shows nothing of the inside."""
    status, detail, problems = _told(error)
    document = ProblemDocument(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        problems=[_item(problem) for problem in problems],
        request_id=access.request_id(),
    )
    response = Response(document.model_dump_json(), status=status, content_type=MEDIA_TYPE)
    if isinstance(error, HTTPException):
        response.headers.extend(_kept(error.get_headers()))
    if isinstance(error, HTTPError):
        response.headers.update(error.headers)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def _told(error: Exception) -> tuple[int, str, Sequence[Any]]:
    match error:
        case docgen.UnknownType():
            advice = f"Choose one of: {', '.join(error.known)}."
            unknown = Problem("type", "There is no such packet type.", advice)
            return 422, "There is no such packet type.", [unknown]
        case docgen.UnknownDocument():
            return 404, "This packet type has no such document. GET /api/v1/types lists them.", ()
        case InvalidRequest() | docgen.InvalidValues():
            return 422, "The request cannot be taken as it is; nothing was made.", error.problems
        case Busy():
            return 503, "Too many files are being validated. Try again in a minute.", ()
        case _ if isinstance(error, DATABASE_GONE):
            return 503, "The service cannot reach its registry now. Ask the same again in a minute.", ()
        case NotFound() | InvalidReference() | TooMany() | Refused():
            return _status(error), str(error), ()
        case HTTPError() if isinstance(error.__cause__, ValidationError):
            problems = _of_body(error.__cause__.errors(include_url=False, include_input=False))
            return 422, "The request cannot be taken as it is; nothing was made.", problems
        case HTTPError():
            return error.status_code, error.message or _detail(error.status_code), ()
        case HTTPException() if error.code:
            own = error.description if error.code == 400 and error.description else None
            return error.code, own or _detail(error.code), ()
    return 500, _detail(500), ()


def _status(error: Exception) -> int:
    if isinstance(error, TooMany):
        return 429
    return 409 if isinstance(error, Refused) else 404


def _detail(status: int) -> str:
    return _DETAILS.get(status, HTTPStatus(status).description or HTTPStatus(status).phrase)


def _of_body(found: Sequence[Any]) -> list[Problem]:
    problems = [_of_key(each) for each in found[:MOST_PROBLEMS]]
    if len(found) > MOST_PROBLEMS:
        more = f"{len(found) - MOST_PROBLEMS} more keys are wrong in the same ways."
        problems.append(Problem("", more, "Correct these first."))
    return problems


def _of_key(found: Any) -> Problem:
    reason, advice = _OF_BODY.get(found["type"], (f"{found['msg']}.", "Correct it."))
    key = ".".join(str(part) for part in found["loc"])
    return Problem(key if len(key) <= LONGEST_KEY else f"{key[:LONGEST_KEY]}...", reason, advice)


def _item(problem: Any) -> ProblemItem:
    # Two packages have a Problem of their own: equal in what counts here.
    return ProblemItem(field=problem.field, reason=problem.reason, advice=problem.advice)


def _kept(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name.lower() != "content-type"]
