"""``python -m signing``."""

import gc

# All that is loaded stays: looking for garbage among it takes a fifth of the time to start.
gc.disable()

import sys  # noqa: E402

import click  # noqa: E402

from signing.command_line import main  # noqa: E402
from signing.errors import SigningError  # noqa: E402

gc.freeze()
gc.enable()

if __name__ == "__main__":
    try:
        main()
    except SigningError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
