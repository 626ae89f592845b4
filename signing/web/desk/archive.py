"""The archive at the desk: found by number, address, reference and day; and the reports on what is in it."""

from __future__ import annotations

from flask import Response, request

from signing import archived, finding, following, report
from signing.account import Permission
from signing.archived import Found, Sought
from signing.errors import UnusableForm
from signing.report import report_texts
from signing.web import parts, turnstile, validation
from signing.web.desk import guard
from signing.web.desk.frame import page, words
from signing.web.desk.guard import blueprint, needs
from signing.web.parts import the_services

_LONGEST_DAY = 10  # characters


@blueprint.get("/archief")
@needs(Permission.SEE_PACKETS)
def archive() -> str | tuple[str, int]:
    """What was sealed; without a search the newest."""
    sought = Sought(
        request.args.get("zoek", "")[: finding.LONGEST_SEARCH],
        request.args.get("vanaf", "")[:_LONGEST_DAY],
        request.args.get("tot", "")[:_LONGEST_DAY],
    )
    number = request.args.get("bladzijde", "1")
    try:
        wanted = int(number) if number.isdecimal() else 1
        found = archived.search(the_services(), guard.person(), sought, wanted)
    except UnusableForm as error:
        nothing = Found((), 1, 1, 0, cut=False)
        return page(
            "archive.html", "archive", found=nothing, sought=sought, problems=words(error.problems)
        ), 422
    return page("archive.html", "archive", found=found, sought=sought, problems=words({}))


@blueprint.get("/pakketten/<wanted>/rapport/<name>.json")
@needs(Permission.DOWNLOAD)
def packet_report_data(wanted: str, name: str) -> Response:
    """The report as it was written when the document was sealed."""
    content = archived.report(the_services(), guard.person(), wanted, name)
    return parts.download(content, "application/json", f"{wanted}-{name}.validation.json")


@blueprint.get("/pakketten/<wanted>/rapport/<name>.pdf")
@needs(Permission.DOWNLOAD)
def packet_report(wanted: str, name: str) -> Response:
    """The same for people: the document is judged anew, as anybody can on the public page."""
    services = the_services()
    pdf = following.document(services, guard.person(), wanted, name)
    answer = validation.judge(pdf, f"{wanted}-{name}.pdf")
    told = report.tell(answer, report_texts("nl"), "nl")
    with turnstile.judging():
        made = report.report_pdf(
            answer,
            told,
            services.catalog,
            services.generator,
            service=services.config.organisation,
            today=services.clock().date(),
        )
    return parts.pdf(made, f"{wanted}-{name}-controlerapport.pdf")
