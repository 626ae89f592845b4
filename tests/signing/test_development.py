"""A development service keeps all it has in one folder, and its samples never grow old."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import pytest

import docgen
from signing import development
from signing.config import TEMPLATES, read_config
from signing.errors import ConfigurationError
from tests.conftest import MORNING

BIND = "127.0.0.1:8000"


def test_settings_that_are_missing_are_all_named_at_once() -> None:
    with pytest.raises(ConfigurationError) as refused:
        read_config()
    for name in ("DATA", "SEAL_KEYS", "TSAS", "MAIL_URL", "ORGANISATION", "TRUST_ROOTS"):
        assert f"HUURZEGEL_{name}" in str(refused.value)


def test_no_secret_shows_in_the_settings(tmp_path: Path) -> None:
    config = development.prepare(tmp_path, BIND, MORNING)
    shown = repr(config) + str(config)
    for secret in config.secrets:
        assert secret.get_secret_value() not in shown


def test_only_the_owner_reads_the_secrets(tmp_path: Path) -> None:
    development.prepare(tmp_path, BIND, MORNING)
    for name in (development.SECRET, development.API_KEY):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_a_second_start_keeps_secrets_keys_and_root(tmp_path: Path) -> None:
    first = development.prepare(tmp_path, BIND, MORNING)
    root = (tmp_path / "trust" / "root.pem").read_bytes()
    second = development.prepare(tmp_path, BIND, MORNING)
    assert first == second
    assert (tmp_path / "trust" / "root.pem").read_bytes() == root


@pytest.mark.parametrize(
    "today",
    [
        date(2024, 2, 29),  # a machine whose clock stands before the day they were written
        date(2026, 11, 22),
        date(2026, 11, 23),
        date(2027, 7, 1),
        date(2028, 2, 29),
        date(2040, 1, 31),
    ],
)
@pytest.mark.parametrize("packet_type", ["guidance-agreement", "transfer-form"])
def test_a_sample_is_fine_on_any_later_day(packet_type: str, today: date) -> None:
    manifest = docgen.Catalog(TEMPLATES).manifest(packet_type)
    for sample in development.samples(TEMPLATES, packet_type, today):
        assert docgen.check(manifest, sample, today) == []


def test_the_sample_of_the_day_it_was_written_is_the_file_itself() -> None:
    sample = next(iter(development.samples(TEMPLATES, "transfer-form", development.WRITTEN)))
    assert docgen.value_at(sample, "transfer_date") == "2027-06-01"
