"""The public pages on which anyone validates a document: by its file, or from the QR code in its footer."""

from __future__ import annotations

import json
import re

from flask import Blueprint, Response, make_response, render_template, request
from markupsafe import Markup
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException

from signing import reference, report
from signing.errors import InvalidReference
from signing.report import LANGUAGES, Answer, report_texts
from signing.web import carried, parts, turnstile
from signing.web.parts import the_services

LARGEST_UPLOAD = 10 * 1024 * 1024  # bytes; documents of this service have less than one
LARGEST_REPORT = 1024 * 1024  # bytes of a report that comes back to be written as PDF
LONGEST_REFERENCE = 60  # characters that are worth a look
# How large the body of a form may be, by endpoint; protection.py knows all other forms.
LIMITS = {
    "validation.validate": LARGEST_UPLOAD + 64 * 1024,
    "validation.compare": LARGEST_UPLOAD + 64 * 1024,
    "validation.keep": LARGEST_REPORT,
}
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")

blueprint = Blueprint("validation", __name__)


@blueprint.get("/validate")
def form() -> str:
    """The form for a file."""
    return _form()


@blueprint.post("/validate")
def validate() -> Response | tuple[str, int]:
    """The report on an uploaded file; the file is not kept."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _form(problem=_texts().get("validate.choose")), 422
    return make_response(_report(_judged(upload), None))


@blueprint.get("/validatie/<wanted>")
def about(wanted: str) -> str:
    """What the QR code leads to. Says whether the reference has the right form, never whether it exists."""
    return _form(wanted=wanted)


@blueprint.post("/validatie/<wanted>")
def compare(wanted: str) -> Response | tuple[str, int]:
    """Whether a file, or a file with this checksum, belongs to the reference.

    Tells only who has the file, or its checksum, which nobody can guess.
    """
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        return make_response(_report(_judged(upload), wanted))
    sha256 = request.form.get("sha256", "").replace(" ", "")
    if not _SHA256.fullmatch(sha256):
        key = "validate.reference.sha256_wrong" if sha256 else "validate.choose"
        return _form(wanted=wanted, problem=_texts().get(key)), 422
    known = report.has_issued(the_services().store, wanted[:LONGEST_REFERENCE], sha256)
    return make_response(_form(wanted=wanted, known=known, sha256=sha256.lower()))


@blueprint.post("/validate/rapport")
def keep() -> Response:
    """The report that this service showed a moment ago, as a file."""
    services = the_services()
    answer = carried.read(services, request.form.get("report", ""))
    name = f"controlerapport-{answer.file.sha256[:12]}"
    if request.form.get("as") == "json":
        text = json.dumps(answer.as_dict(), ensure_ascii=False, indent=2) + "\n"
        return parts.download(text.encode(), "application/json", f"{name}.json")
    told = report.tell(answer, _texts(), _language())
    with turnstile.judging():
        made = report.report_pdf(
            answer,
            told,
            services.catalog,
            services.generator,
            service=services.config.organisation,
            today=services.clock().date(),
        )
    return parts.download(made, "application/pdf", f"{name}.pdf")


def too_large(error: HTTPException) -> tuple[str, int]:
    """The answer to a file above the limit, for failures.py."""
    problem = _texts().get("validate.too_large", megabytes=LARGEST_UPLOAD // 2**20)
    return _form(wanted=(request.view_args or {}).get("wanted"), problem=problem), 413


def busy() -> tuple[str, int]:
    """The answer when too many files are judged already, for failures.py."""
    texts = _texts()
    said = [texts.get("validate.busy")]
    return _page("calm.html", title=texts.get("validate.busy_title"), said=said, way=None), 503


def judge(pdf: bytes, name: str | None) -> Answer:
    """The one way from a stranger's file to its answer, for page and API."""
    services = the_services()
    with turnstile.judging():
        return report.judge(
            pdf,
            name,
            services.trust,
            at=services.clock(),
            store=services.store,
            test=services.config.development,
        )


def _judged(upload: FileStorage) -> Answer:
    return judge(upload.stream.read(LARGEST_UPLOAD + 1), upload.filename)


def _report(answer: Answer, wanted: str | None) -> str:
    told = report.tell(answer, _texts(), _language())
    return _page(
        "validated.html",
        told=told,
        html=Markup(report.fragment(told)),  # noqa: S704  (it escapes all that is of the file)
        carried=carried.write(the_services(), answer),
        fits=None if wanted is None else _fits(answer, wanted),
        wanted=wanted,
    )


def _fits(answer: Answer, wanted: str) -> bool:
    """Whether the file itself says, under its seal, that it belongs to this reference."""
    found = answer.report.subject if answer.valid and answer.report is not None else None
    try:
        return found is not None and reference.compact_form(found) == reference.compact_form(wanted)
    except InvalidReference:
        return False


def _form(*, wanted: str | None = None, problem: str | None = None, **found: object) -> str:
    context: dict[str, object] = {
        "wanted": None if wanted is None else wanted[:LONGEST_REFERENCE],
        "problem": problem,
        "known": None,
        "sha256": "",
        "megabytes": LARGEST_UPLOAD // 2**20,
        **found,
    }
    if wanted is not None:
        context["well_formed"], context["suggestion"] = _spelling(wanted)
    return _page("validate.html", **context)


def _spelling(wanted: str) -> tuple[bool, str | None]:
    try:
        reference.compact_form(wanted[:LONGEST_REFERENCE])
    except InvalidReference as error:
        return False, error.suggestion
    return len(wanted) <= LONGEST_REFERENCE, None


def _page(template: str, **context: object) -> str:
    texts = _texts()
    other = next(each for each in LANGUAGES if each != _language())
    said = None if _language() == LANGUAGES[0] else _language()  # what an address needs to say
    words = {"t": texts.get, "n": texts.count, "language": _language(), "other_language": other, "lang": said}
    return render_template(template, **words, **context)


def _texts() -> report.Texts:
    return report_texts(_language())


def _language() -> str:
    asked = request.args.get("lang")  # never of the form: that may be too large to read
    return asked if asked in LANGUAGES else LANGUAGES[0]
