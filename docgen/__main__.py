"""Makes documents from files, and checks templates: python -m docgen TYPE DATA.json -o OUT.pdf."""

import click

from docgen.commands.batch import batch
from docgen.commands.check import check
from docgen.commands.make import make
from docgen.commands.preview import preview

COMMANDS = {"make": make, "batch": batch, "check": check, "preview": preview}


class _Words(click.Group):
    """Commands by name; any other first word is a packet type or leaflet, which is made."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in COMMANDS and args[0] not in self.get_help_option_names(ctx):
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Words, commands=COMMANDS)
def main() -> None:
    """Fill the documents of a packet, or look over the templates they are made from.

    python -m docgen TYPE DATA.json -o OUT.pdf is short for python -m docgen make TYPE DATA.json -o OUT.pdf.
    python -m docgen lease-clause DATA.json -o OUT.pdf makes the leaflet of that name.
    """


if __name__ == "__main__":
    main()
