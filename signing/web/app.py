"""Puts the Flask application together: settings, blueprints, protection, answers to errors."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from apiflask import APIFlask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

import docgen
from signing.services import Services
from signing.web import (
    access,
    api,
    asking,
    copies,
    desk,
    docs,
    failures,
    gate,
    health,
    holders,
    hooking,
    language,
    leaflets,
    looking,
    openapi,
    page_pictures,
    pages,
    parts,
    post,
    protection,
    proving,
    public,
    reach,
    reading,
    seeing,
    together,
    validation,
    watch,
    way,
    wording,
)
from signing.web.strict_json import StrictJson, StrictRequest

LARGEST_REQUEST = 10 * 1024 * 1024  # bytes: 5 MB of text still gets a clear answer from the rules
# Each of these hangs its pages into the way, or into the desk.
PAGES = (pages, proving, asking, together, page_pictures, holders, *desk.PAGES)
CALLS = (api, reach, looking, hooking, seeing)  # and these their calls into the API, or watch who looks
_OF_DESCRIPTION: dict[str, Any] = {
    "DESCRIPTION": openapi.DESCRIPTION,
    "SECURITY_SCHEMES": {"key": {"type": "http", "scheme": "bearer"}},
    "AUTO_SERVERS": False,
    "AUTO_AUTH_ERROR_RESPONSE": False,  # openapi.py says it for every operation
    "AUTO_VALIDATION_ERROR_RESPONSE": False,
    "AUTO_404_RESPONSE": False,
}
SESSION = timedelta(days=1)  # domain 6: nobody loses their place within a day


def create_app(services: Services) -> APIFlask:
    """The application for these services; it keeps no state of its own."""
    app = _bare()
    app.json = StrictJson(app)
    app.request_class = StrictRequest
    app.config.update(_settings(services))
    app.extensions["services"] = services
    _set_up_jinja(app, services)
    # The order counts: a request gets its id and its size limit before its form is read.
    if proxies := services.config.trusted_proxies:
        # Exactly so many entries, counted from our side: what a stranger wrote before them does not count.
        # Host and scheme are never asked for: ``base_url`` says how browsers reach the service.
        proxied = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0)
        app.wsgi_app = proxied  # type: ignore[method-assign]
    access.install(app)
    protection.install(app)
    gate.install(app)
    language.install(app)
    together.install(app)
    for blueprint in (
        public.blueprint,
        validation.blueprint,
        health.blueprint,
        watch.blueprint,
        way.blueprint,
        leaflets.blueprint,
        copies.blueprint,
        desk.blueprint,
        docs.blueprint,
        api.blueprint,
    ):
        app.register_blueprint(blueprint)
    if post.is_wanted(services):
        app.register_blueprint(post.blueprint)
    failures.install(app)
    return app


def description() -> dict[str, Any]:
    """The description of the API (OpenAPI 3.1), without any service behind it."""
    app = _bare()
    app.config.update(_OF_DESCRIPTION)
    app.register_blueprint(api.blueprint)
    with app.app_context():
        return cast(dict[str, Any], app.spec)


def _bare() -> APIFlask:
    app = APIFlask(
        "signing.web",
        title="Huurzegel",
        version="1",
        docs_path=None,  # those pages load scripts from elsewhere; docs.py has ours
        spec_path="/api/v1/openapi.json",
        template_folder="html",
        static_folder="static",
    )
    app.spec_processor(openapi.with_problems)  # type: ignore[arg-type]  # ours is JSON, never a str
    return app


def _settings(services: Services) -> dict[str, Any]:
    secrets = [_session_secret(secret.get_secret_value()) for secret in services.config.secrets]
    return {
        "SECRET_KEY": secrets[0],
        "SECRET_KEY_FALLBACKS": secrets[1:],
        "MAX_CONTENT_LENGTH": LARGEST_REQUEST,
        "PERMANENT_SESSION_LIFETIME": SESSION,
        "SESSION_COOKIE_NAME": "huurzegel",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SECURE": services.config.base_url.startswith("https:"),
        # Strict would drop the cookie when a link is opened from a mail, and with it an open form elsewhere.
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,  # WCAG 2.2.1: reading may take as long as it takes
        # The strict check wants a Referer, which Referrer-Policy: no-referrer never sends.
        "WTF_CSRF_SSL_STRICT": False,
        "PROPAGATE_EXCEPTIONS": False,
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(hours=1),
        **_OF_DESCRIPTION,
    }


def _session_secret(secret: str) -> str:
    """Links and sessions share the setting, never the key."""
    return hashlib.sha256(f"huurzegel.session:{secret}".encode()).hexdigest()


def _set_up_jinja(app: APIFlask, services: Services) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    static = Path(__file__).parent / "static"
    versions = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()[:12] for file in static.glob("*.[cj]s*")
    }
    app.jinja_env.globals.update(
        test=services.config.development,
        versions=versions,
        sender=None,
        asker=None,
    )
    filters = {
        "document_html": parts.document_html,
        "dial": reading.dial,
        "in_dutch": wording.in_dutch,
        "iso_moment": lambda told: services.texts.moment(datetime.fromisoformat(told)),
        "last_day": services.texts.last_day,
        "moment": services.texts.moment,
        "spoken_phone": docgen.spoken_phone,
        "day": services.texts.day,
    }
    app.jinja_env.filters.update(filters)
