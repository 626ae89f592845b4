"""The command line's ``openapi``: what the JSON endpoint takes and answers, for who writes a client."""

from __future__ import annotations

import json

import click

from signing.web import description


@click.command("openapi")
def openapi_command() -> None:
    """Print the description of the API (OpenAPI 3.1, JSON); it needs no settings and no running service."""
    click.echo(json.dumps(description(), ensure_ascii=False, indent=2))
