"""Puts the Flask application together."""

from __future__ import annotations

from typing import Any

from apiflask import APIFlask


def create_app(services: Any) -> APIFlask:
    """The application for these services."""
    return APIFlask(__name__)
