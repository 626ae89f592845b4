"""Tables as a file for a Dutch spreadsheet (CSV)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from signing.web import parts

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for one (OWASP, CSV injection)


def download(rows: Iterable[Sequence[str]], filename: str) -> Response:
    """The rows as a file to keep; nothing in them is taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")  # as a Dutch Excel reads it
    writer.writerows([[_harmless(value) for value in row] for row in rows])
    return parts.download(b"\xef\xbb\xbf" + out.getvalue().encode(), "text/csv", filename)


def _harmless(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value
