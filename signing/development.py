"""Settings for a service with development keys: everything it needs is made in one folder, on first use."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

from signing import intake
from signing.config import TEMPLATES, Config, read_config
from signing.errors import ConfigurationError
from signing.intake import AlreadyRunning, NewPacket
from signing.pades.development import DevelopmentPki, ensure
from signing.services import Services

WRITTEN = date(2026, 11, 23)  # when the samples were written
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
SECRET, API_KEY, CLIENT = "link.secret", "api.key", "ontwikkeling"


def prepare(folder: Path, bind: str, now: datetime, templates: Path | None = None) -> Config:
    """The settings of a development service that keeps all it has in ``folder``.

    ``templates``: those of the house, or what HUURZEGEL_TEMPLATES names: an organisation tries its own.
    Leaves ``archive/``, ``mail/``, ``trust/root.pem``, ``pki/`` and ``data/`` there, and ``api.key``.
    Raises ConfigurationError or DevelopmentPkiError.
    """
    folder = folder.resolve()
    archive, trust = folder / "archive", folder / "trust"
    templates = templates or Path(os.environ.get("HUURZEGEL_TEMPLATES") or TEMPLATES)
    pki = development_pki(folder, now)
    with _writing(folder):
        archive.mkdir(exist_ok=True)
        trust.mkdir(exist_ok=True)
        shutil.copyfile(pki.root, trust / "root.pem")
        key, secret = _kept(folder / API_KEY), _kept(folder / SECRET)
    return read_config(
        data=folder / "data",
        base_url=f"http://{bind}",
        bind=bind,
        templates=templates,
        organisation="Huurzegel TEST",
        development=True,
        secrets=(secret,),
        api_keys={CLIENT: hashlib.sha256(key.encode()).hexdigest()},
        mail_url=(folder / "mail").as_uri(),
        mail_sender="Huurzegel TEST <huurzegel@voorbeeld.nl>",
        sms={"url": (folder / "sms").as_uri()},
        seal_keys=({"url": pki.key.as_uri(), "secret_file": pki.passphrase},),
        trust_roots=(trust / "root.pem",),
        tsas=(pki.tsa_url,),
        archives={code: {"url": archive.as_uri()} for code in _sample_corporations(templates)},
    )


def development_pki(folder: Path, now: datetime) -> DevelopmentPki:
    """The certificate authority in a development folder, made on first use.

    Raises ConfigurationError or DevelopmentPkiError.
    """
    with _writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        return ensure(folder.resolve() / "pki", now)


def samples(templates: Path, packet_type: str, today: date) -> Iterable[dict[str, object]]:
    """The sample requests of a packet type: sample.json first, then sample-2.json and so on.

    Their dates move along with ``today`` by whole months, also back, so that what lay ahead when they were
    written still lies ahead, the first of a month stays one, and everybody keeps their age.
    """
    months = (today.year - WRITTEN.year) * 12 + today.month - WRITTEN.month - (today.day < WRITTEN.day)
    found = (templates / packet_type).glob("sample*.json")
    for path in sorted(found, key=lambda path: (len(path.name), path.name)):
        sample = json.loads(path.read_text(encoding="utf-8"))
        yield _moved(sample, months)


def make_samples(services: Services) -> None:
    """The sample agreements as packets, each once."""
    for sample in samples(services.config.templates, "guidance-agreement", services.clock().date()):
        with suppress(AlreadyRunning):
            intake.create(services, CLIENT, NewPacket("guidance-agreement", sample))


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigurationError(
            [f"the development folder {folder} cannot be written ({error.strerror}); name another"]
        ) from None


def _moved(value: Any, months: int) -> Any:
    if isinstance(value, dict):
        return {key: _moved(inner, months) for key, inner in value.items()}
    if isinstance(value, list):
        return [_moved(inner, months) for inner in value]
    if isinstance(value, str) and _DATE.fullmatch(value):
        years, month = divmod(int(value[5:7]) - 1 + months, 12)
        return f"{int(value[:4]) + years}-{month + 1:02d}-{min(int(value[8:]), 28):02d}" if months else value
    return value


def _sample_corporations(templates: Path) -> set[str]:
    codes = set()
    for manifest in templates.glob("*/manifest.toml"):
        packet_type = tomllib.loads(manifest.read_text(encoding="utf-8"))["type"]
        for sample in samples(templates, packet_type, WRITTEN):
            corporation = sample.get("corporation")
            if isinstance(corporation, dict) and "code" in corporation:
                codes.add(str(corporation["code"]))
    return codes


def _kept(path: Path) -> str:
    """A random secret that stays the same from start to start; readable by its owner only."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        secret = secrets.token_urlsafe(48)
        file.write(secret)
    return secret
