"""Pages and JSON over HTTP: the ceremony, own copies, and the endpoint of the referrer."""

from signing.web.app import create_app, description

__all__ = ["create_app", "description"]
