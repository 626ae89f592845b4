"""The files for machines name commands, options, settings and paths that exist, and share one list."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from signing import metrics
from signing.command_line import main
from signing.config import Config

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
TEXTS = sorted(path for path in DEPLOY.iterdir() if path.is_file())
PLACE = "/opt/huurzegel"  # where the repository is on a server and in the image


def unit_of(path: Path) -> RawConfigParser:
    parser = RawConfigParser(strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(path.read_text())
    return parser


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return loaded


def check_command(words: list[str]) -> None:
    """That these words after ``python -m signing`` are a command with options that it has."""
    command = main.commands[words[0]]
    known = {option for each in command.params if isinstance(each, click.Option) for option in each.opts}
    assert {word for word in words[1:] if word.startswith("--")} <= known, words


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    named = set(re.findall(r"HUURZEGEL_([A-Z_0-9]+)", path.read_text()))
    assert named - {"SETTINGS"} <= {name.upper() for name in Config.model_fields}


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_unit_starts_a_command_that_exists(path: Path) -> None:
    words = shlex.split(unit_of(path)["Service"]["ExecStart"])
    if words[:2] == ["/bin/sh", "-c"]:
        words = shlex.split(words[2].removeprefix("exec "))
    assert words[:3] == [f"{PLACE}/.venv/bin/python", "-m", "signing"]
    check_command(words[3:])


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_timer_has_its_service_and_a_unit_is_taken_by_systemd(path: Path, tmp_path: Path) -> None:
    if path.suffix == ".timer":
        assert path.with_suffix(".service") in SERVICES
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd is not on this machine")
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text().replace(PLACE, str(ROOT)))
    name = path.name.replace("@.", "@1.")
    done = subprocess.run([analyze, "verify", "--man=no", tmp_path / name], capture_output=True, text=True)
    said = [line for line in (done.stdout + done.stderr).splitlines() if "huurzegel" in line]
    assert said == []


def test_the_image_takes_its_packages_and_dependencies_from_the_script_of_every_machine() -> None:
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    assert "RUN .ci/setup run && rm -rf /var/lib/apt/lists/*" in lines
    assert not any("apt-get" in line or "pip" in line.split() for line in lines)
    copied = [word for line in lines if line.startswith("COPY") for word in line.split()[1:-1]]
    assert all((ROOT / name).exists() for name in copied)
    let_in = {
        line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if line[0] == "!"
    }
    assert {name.split("/")[0] for name in copied} == let_in


def test_the_image_has_every_folder_that_the_program_reads() -> None:
    copied = set(re.findall(r"^COPY (\w+) \1$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE))
    assert copied == {"docgen", "signing", "templates"}


def test_a_machine_that_only_runs_it_gets_no_tools_of_the_tests(tmp_path: Path) -> None:
    """The script with stand-ins for Debian and Python: what it would install."""
    place, programs = tmp_path / "place", tmp_path / "programs"
    (place / ".ci").mkdir(parents=True)
    programs.mkdir()
    for name in (".ci/setup", ".ci/debian-packages.txt", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, place / name)
    asked = tmp_path / "asked"
    _program(programs / "dpkg-query", "exit 1")
    _program(programs / "apt-get", f'echo "$@" >> {asked}')
    _program(programs / "id", "echo 0")
    python = 'case "$1" in -m) mkdir -p .venv/bin; cp "$0" .venv/bin/python ;; esac\n'
    _program(programs / "python3", f'echo "$@" >> {asked}\n[ "$2" = venv ] && {{ {python}}}\nexit 0')
    line = ["bash", place / ".ci" / "setup", "run"]
    subprocess.run(line, check=True, env={"PATH": f"{programs}:/usr/bin:/bin"}, capture_output=True)
    told = asked.read_text()
    before, after = (ROOT / ".ci" / "debian-packages.txt").read_text().split("# For the tests")
    assert set(_packages(before)) <= set(told.split())
    assert not set(_packages(after)) & set(told.split())
    assert "-r requirements.txt" in told


def _program(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/bash\n{text}\n")
    path.chmod(0o755)


def _packages(text: str) -> list[str]:
    return [line for line in text.splitlines() if re.fullmatch(r"[a-z0-9+.-]+", line)]


def test_the_containers_run_commands_that_exist_on_one_image() -> None:
    services = compose()["services"]
    assert set(services) == {"database", "web", "work"}
    for name in ("web", "work"):
        check_command(services[name]["command"])
        assert services[name]["build"] == {"context": "..", "dockerfile": "deploy/Dockerfile"}
    assert services["work"]["deploy"]["replicas"] >= 2
    assert all(port.startswith("127.0.0.1:") for port in services["web"]["ports"])
    named = {volume.partition(":")[0] for each in services.values() for volume in each["volumes"]}
    assert {name for name in named if "/" not in name} == set(compose()["volumes"])


def test_the_proxy_hands_on_the_visitor_and_keeps_no_log_of_links() -> None:
    text = re.sub(r"#.*", "", (DEPLOY / "nginx.conf").read_text())
    assert text.count("{") == text.count("}")
    for line in re.findall(r"[^{};\n][^{}\n]*$", text, re.MULTILINE):
        assert line.strip() == "" or line.rstrip().endswith((";", "{", "}")), line
    assert "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;" in text
    assert text.count("access_log off;") == text.count("server {") == 2


def test_the_alerts_ask_for_numbers_that_there_are() -> None:
    rules = yaml.safe_load((DEPLOY / "prometheus-rules.yaml").read_text())["groups"][0]["rules"]
    asked = {name for rule in rules for name in re.findall(r"huurzegel_\w+", rule["expr"])}
    standing = metrics.Standing(True, {"waiting": 1}, {"sent": 1}, 1.0, {"seal": 1}, {("seal", "CN"): 1})
    told = {line.split("{")[0].split(" ")[0] for line in metrics.told(standing).decode().splitlines()}
    assert len(asked) == len(rules)
    assert asked <= told
