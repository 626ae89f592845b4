"""The other two answers: a question, and no."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from signing import ceremony
from signing.errors import UnusableText
from signing.web import language, parts
from signing.web.pages import after_reading
from signing.web.parts import the_services
from signing.web.way import blueprint, go, mistake, once_more, page, step, view_of


@blueprint.get("/vraag")
def question(token: str) -> AnyResponse | str:
    """Where a question is written."""
    return after_reading("question.html", token, "answer", text="", health=False)


@blueprint.post("/vraag")
def asked(token: str) -> AnyResponse | tuple[str, int]:
    """The question goes to the contact person; nothing else changes."""
    text, on_purpose = request.form.get("question", ""), request.form.get("on_purpose") == "yes"
    try:
        ceremony.ask(the_services(), token, parts.evidence(), text=text, on_purpose=on_purpose)
    except UnusableText as error:
        return _again("question.html", token, error, text=text), 422
    return go("pages.told", token)


@blueprint.get("/vraag/verstuurd")
def told(token: str) -> str:
    """That the question went out, and where to go on."""
    return page("told.html", token, view_of(token))


@blueprint.get("/weigeren")
def decline(token: str) -> str:
    """Saying no, with a short reason and, for who likes, some words."""
    if mistake():
        return _again("decline.html", token, None, **_empty())
    view = view_of(token)
    return page("decline.html", token, view, step=step(view, "answer"), **_empty())


@blueprint.post("/weigeren")
def declined(token: str) -> AnyResponse | tuple[str, int]:
    """The recipient says no."""
    reason, text = request.form.get("reason", ""), request.form.get("words", "")
    services, on_purpose = the_services(), request.form.get("on_purpose") == "yes"
    if reason not in ceremony.REASONS and not text:
        view_of(token)  # a link that is of no use says so first
        return once_more("pages.decline", token)
    if reason not in ceremony.REASONS:
        return _again("decline.html", token, None, **{**_empty(), "text": text}), 422
    try:
        ceremony.decline(services, token, parts.evidence(), reason=reason, text=text, on_purpose=on_purpose)
    except UnusableText as error:
        return _again("decline.html", token, error, **{**_empty(), "text": text, "chosen": reason}), 422
    return go("pages.done", token)


def _empty() -> dict[str, object]:
    return {"reasons": ceremony.REASONS, "chosen": None, "text": "", "health": False, "wrong": None}


def _again(template: str, token: str, error: UnusableText | None, **values: object) -> str:
    """The page as it was filled in, with what is wrong; ``error`` None: no reason was chosen."""
    view = view_of(token)
    texts = language.texts()
    wrong = {
        "problem": texts.get(f"write.{error.reason}", longest=1000) if error else texts.get("decline.choose"),
        "health": error is not None and error.reason == "health",
        "wrong": "text" if error else "reason",
    }
    return page(template, token, view, step=step(view, "answer"), **{**values, **wrong})
