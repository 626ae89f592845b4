"""The command ``python -m signing validate``."""

import click


@click.command("validate")
def validate_command() -> None:
    """Validate a sealed PDF: exit 0 valid, 1 not valid, 2 unusable input."""
    raise NotImplementedError
