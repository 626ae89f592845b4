"""The service starts only when it can sign and seal, and says all that is in the way."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from signing import development
from signing.config import Config, read_config
from signing.errors import ConfigurationError, NotReady
from signing.pades import development_server
from signing.services import pades_settings
from signing.starting import ensure_ready
from signing.web import create_app
from tests.conftest import Case

BIND = "127.0.0.1:0"


def settings_file(folder: Path, **changed: str) -> Path:
    """A TOML file with the settings of a development service, as an operator would write them."""
    config = development.prepare(folder, BIND, datetime.now(UTC))
    pki = development.development_pki(folder, datetime.now(UTC))
    lines = {
        "data": f'"{config.data}"',
        "organisation": '"Huurzegel TEST"',
        "development": "true",
        "secrets": '["a-secret-of-more-than-32-characters!"]',
        "mail_url": f'"{config.mail_url}"',
        "mail_sender": '"Huurzegel <huurzegel@voorbeeld.nl>"',
        "bind": f'"{BIND}"',
        "trust_roots": f'["{pki.root}"]',
        "seal_keys": f'[{{ url = "{pki.key.as_uri()}", secret_file = "{pki.passphrase}" }}]',
        "tsas": f'["{pki.tsa_url}"]',
        **changed,
    }
    file = folder / "huurzegel.toml"
    file.write_text("".join(f"{name} = {value}\n" for name, value in lines.items()))
    return file


def command(file: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """``python -m signing`` with these settings."""
    return subprocess.run(
        [sys.executable, "-m", "signing", *arguments],
        env={**os.environ, "HUURZEGEL_SETTINGS": str(file)},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def test_serve_says_all_that_is_wrong_and_ends_with_1(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("wrong")
    pki = development.development_pki(tmp_path, datetime.now(UTC))
    keys = (
        f'[{{ url = "{pki.key.as_uri()}", secret_file = "{wrong}" }},'
        ' { url = "file:///absent.p12", secret_env = "PATH" }]'
    )
    file = settings_file(tmp_path, seal_keys=keys, tsas="[]")
    done = command(file, "serve")
    assert done.returncode == 1
    for said in ("passphrase opens", "cannot read the key file /absent.p12", "no time-stamping authority"):
        assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_check_says_the_same_and_until_when(tmp_path: Path) -> None:
    file = settings_file(tmp_path)
    pki = development.development_pki(tmp_path, datetime.now(UTC))
    with development_server.serve(pki, lambda: datetime.now(UTC)):
        done = command(file, "check")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "ready")
    assert "Huurzegel TEST e-seal" in done.stdout
    done = command(file, "check")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "not ready")
    assert "problem: time-stamping authority" in done.stdout


def test_a_service_that_misses_its_authority_waits_a_moment_and_then_does_not_start(tmp_path: Path) -> None:
    pki = development.development_pki(tmp_path, datetime.now(UTC))
    config = development.prepare(tmp_path, BIND, datetime.now(UTC))
    with pytest.raises(NotReady, match="Cannot connect"):
        ensure_ready(config, patience=0.0)
    assert ensure_ready(config, pki).ready


def test_a_settings_file_that_is_wrong_is_refused_with_every_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = settings_file(
        tmp_path,
        seal_keys='[{ url = "file:///seal.p12" }, { url = "x", secret_env = "A", secret_file = "b" }]',
        tsas='[{ url = "https://tsa.example", policy = "no oid" }, { user = "x" }]',
        colour='"red"',
    )
    with pytest.raises(ConfigurationError) as refused:
        _read(file, monkeypatch)
    said = str(refused.value)
    for part in (
        "SEAL_KEYS_0: ",
        "name the passphrase's",
        "not both",
        "TSAS_0_POLICY",
        "TSAS_1_URL",
        "COLOUR",
    ):
        assert part in said
    file.write_text("this is no toml")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        _read(file, monkeypatch)
    with pytest.raises(ConfigurationError, match="is no file"):
        _read(tmp_path / "absent.toml", monkeypatch)


def test_settings_come_from_the_file_and_the_environment_goes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tsas = (
        '["https://a.example", { url = "https://b.example", username = "us", secret_env = "TSA_PASSWORD" }]'
    )
    file = settings_file(
        tmp_path, tsas=tsas, seal_key_margin_days="90", proxy='{ url = "http://proxy.example:3128" }'
    )
    monkeypatch.setenv("HUURZEGEL_ORGANISATION", "Another TEST")
    monkeypatch.setenv("TSA_PASSWORD", "hush")
    config = _read(file, monkeypatch)
    assert config.organisation == "Another TEST"
    settings = pades_settings(config)
    assert [tsa.url for tsa in settings.tsas] == ["https://a.example", "https://b.example"]
    assert settings.tsas[1].secret is not None
    assert settings.tsas[1].secret.reveal() == "hush"
    assert settings.key_margin.days == 90
    assert settings.proxy is not None
    assert "hush" not in repr(settings) + repr(config)


def test_the_service_shows_red_where_it_runs_and_strangers_learn_no_reason(sent: Case) -> None:
    client = create_app(sent.services).test_client()
    key = (sent.services.config.data.parent / development.API_KEY).read_text()
    login = {"Authorization": f"Bearer {key}"}
    assert client.get("/readyz").status_code == 200
    assert client.get("/api/v1/readiness").status_code == 401
    told = client.get("/api/v1/readiness", headers=login).json
    assert told is not None
    assert (told["ready"], told["problems"], told["stuck"]) == (True, [], 0)
    assert {end["use"] for end in told["certificates"]} == {"seal", "timestamp", "trust"}
    assert all(end["days"] > 0 for end in told["certificates"])

    sent.clock.move(days=3 * 365)
    red = client.get("/readyz")
    assert (red.status_code, red.json) == (503, {"status": "not ready"})
    told = client.get("/api/v1/readiness", headers=login).json
    assert told is not None
    assert not told["ready"]
    assert any("is valid from" in problem or "within the" in problem for problem in told["problems"])


def _read(file: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.setenv("HUURZEGEL_SETTINGS", str(file))
    return read_config()
