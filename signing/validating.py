"""The command ``python -m signing validate``: one rule for people and for scripts."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import click

import docgen
from signing import development
from signing.config import TEMPLATES, Config, read_config
from signing.errors import ConfigurationError, SigningError
from signing.pades import TrustRoots
from signing.report import LANGUAGES, Answer, judge, plain, report_pdf, report_texts, tell, whole
from signing.services import utc_now
from signing.store import Store

VALID, NOT_VALID, UNUSABLE = 0, 1, 2
WHOLE_FILE = click.Path(path_type=Path)


@dataclass(frozen=True)
class _Court:
    """Whom to trust, and where to look whether the service issued a file."""

    trust: TrustRoots
    store: Store | None
    service: str
    test: bool


@click.command("validate")
@click.argument("file", type=WHOLE_FILE)
@click.option(
    "--trust",
    "roots",
    type=WHOLE_FILE,
    multiple=True,
    help="PEM or DER file with root certificate(s) to trust; without it, the service's own settings count, "
    "and its registry is asked as well.",
)
@click.option("--development", "folder", type=WHOLE_FILE, help="Folder of a development service.")
@click.option("--json", "form", flag_value="json", help="Print the report as JSON.")
@click.option("--html", "form", flag_value="html", help="Print the report as one HTML file.")
@click.option("--pdf", "pdf", type=WHOLE_FILE, metavar="OUT", help="Write the report as PDF/A to OUT.")
@click.option("--lang", "language", type=click.Choice(LANGUAGES), default="nl", show_default=True)
@click.pass_context
def validate_command(
    context: click.Context,
    file: Path,
    roots: tuple[Path, ...],
    folder: Path | None,
    form: str | None,
    pdf: Path | None,
    language: str,
) -> None:
    """Validate the seal and every signature of FILE, offline.

    Exit status: 0 valid, 1 not valid, 2 the file or a root cannot be used.
    """
    now = utc_now()
    try:
        content = file.read_bytes()
        with _court(roots, folder, now) as court:
            answer = judge(content, file.name, court.trust, at=now, store=court.store, test=court.test)
            if pdf is not None:
                pdf.write_bytes(_pdf(answer, language, court, now))
    except OSError as error:
        _refuse(context, f"{error.filename or file}: {error.strerror}")
    except (SigningError, docgen.DocgenError) as error:
        _refuse(context, str(error))
    click.echo(_shown(answer, form, language), nl=False)
    if answer.unusable is not None:
        _refuse(context, answer.unusable.reason)
    context.exit(VALID if answer.valid else NOT_VALID)


@contextmanager
def _court(roots: tuple[Path, ...], folder: Path | None, now: datetime) -> Iterator[_Court]:
    if roots:
        yield _Court(TrustRoots.read(roots), None, "Huurzegel", test=False)
        return
    config = _settings(folder, now)
    store = Store(config.registry_url)
    try:
        trust = TrustRoots.read(config.trust_roots)
        yield _Court(trust, store, config.organisation, test=config.development)
    finally:
        store.close()


def _settings(folder: Path | None, now: datetime) -> Config:
    if folder is not None:
        return development.prepare(folder, "127.0.0.1:8000", now)
    try:
        return read_config()
    except ConfigurationError as error:
        advice = "name a root with --trust, or run this with the settings of the service"
        raise ConfigurationError([advice, *error.problems]) from error


def _pdf(answer: Answer, language: str, court: _Court, now: datetime) -> bytes:
    catalog = docgen.Catalog(TEMPLATES)
    told = tell(answer, report_texts(language), language)
    with tempfile.TemporaryDirectory() as profiles, docgen.Office(Path(profiles)) as office:
        generator = docgen.Generator(catalog, office, test=court.test)
        return report_pdf(answer, told, catalog, generator, service=court.service, today=now.date())


def _shown(answer: Answer, form: str | None, language: str) -> str:
    if form == "json":
        return json.dumps(answer.as_dict(), ensure_ascii=False, indent=2) + "\n"
    told = tell(answer, report_texts(language), language)
    return whole(told) if form == "html" else plain(told)


def _refuse(context: click.Context, reason: str) -> NoReturn:
    click.echo(f"unusable: {reason}", err=True)
    context.exit(UNUSABLE)
