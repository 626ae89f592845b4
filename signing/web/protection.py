"""What protects people on the pages: CSRF tokens, security headers, size limits, no caches."""

from __future__ import annotations

from flask import Flask, Response, g, request, session
from flask_wtf.csrf import CSRFError, CSRFProtect  # type: ignore[import-untyped]  # it ships no types

from signing.web import api, desk, validation

__all__ = ["CSRFError", "install"]

LARGEST_FORM = 64 * 1024  # bytes; the largest form of a page has about one

# Pages need nothing but their own style: no script, so none can be slipped in.
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# A page of the desk may have a script of this service (``g.scripts``); a page of a link never has one.
_SCRIPT_POLICY = f"{_POLICY}; script-src 'self'"
# Some of these scripts also ask this service something (``g.asks``): to keep a form, or how far a list is.
_ASKING_POLICY = f"{_SCRIPT_POLICY}; connect-src 'self'"
# The same for everybody, and dear to who pays for every byte.
# An answer with an ETag may be kept by who asked for it, and is asked about again every time.
_KEPT = {
    "leaflets.listen": "private, max-age=86400",
    "api.follow": "private, no-cache",
    "api.packets": "private, no-cache",
    "api.types": "private, no-cache",
}
# A browser's own PDF viewer styles itself inline; a PDF file has no HTML to abuse that.
_PDF_POLICY = _POLICY.replace("style-src 'self'", "style-src 'unsafe-inline'; object-src 'self'")


def install(app: Flask) -> None:
    """Protects ``app``; installed before its blueprints, so that limits count before forms are read."""
    app.before_request(_limit)
    csrf = CSRFProtect(app)
    csrf.exempt(api.blueprint)  # a key in a header, never a cookie
    app.after_request(_headers)


def _limit() -> None:
    if not api.is_api(request.path):
        limits = {**validation.LIMITS, **desk.LIMITS}
        request.max_content_length = limits.get(request.endpoint or "", LARGEST_FORM)
        request.max_form_memory_size = request.max_content_length
        session.permanent = True


def _headers(response: Response) -> Response:
    pdf = response.mimetype == "application/pdf"
    policy = _SCRIPT_POLICY if g.get("scripts") else _POLICY
    policy = _ASKING_POLICY if g.get("asks") else policy
    response.headers.update(
        {
            "Content-Security-Policy": _PDF_POLICY if pdf else policy,
            "Referrer-Policy": "no-referrer",  # the address of a page is the secret
            "X-Robots-Tag": "noindex, nofollow",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
        }
    )
    if request.endpoint != "static":
        response.headers["Cache-Control"] = _KEPT.get(request.endpoint or "", "no-store")
    return response
