"""The report of a validation, for people in Dutch and English and for machines."""

from signing.report.answer import Answer, File, Issued, Unusable, answer
from signing.report.html import fragment, whole
from signing.report.judge import judge
from signing.report.languages import LANGUAGES, report_texts
from signing.report.pdf import report_pdf
from signing.report.registry import has_issued, issued
from signing.report.text import plain
from signing.report.wording import Told, tell
from signing.texts import Texts

__all__ = [
    "LANGUAGES",
    "Answer",
    "File",
    "Issued",
    "Texts",
    "Told",
    "Unusable",
    "answer",
    "fragment",
    "has_issued",
    "issued",
    "judge",
    "plain",
    "report_pdf",
    "report_texts",
    "tell",
    "whole",
]
