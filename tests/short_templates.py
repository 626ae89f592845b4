"""The packet types of the house with short documents: the same manifests, samples and roles, a page each.

Nearly all time of a seal goes into judging the tags of long documents, so tests of the way of a packet take
these; those that look at the documents, or walk the whole way from outside, take the real ones.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

from signing.config import TEMPLATES
from tests.docgen.samples import word

_PROOF = re.compile(r"^(?:identity|team) = .*\n", re.MULTILINE)


def write(folder: Path, *, proof: bool = False) -> Path:
    """Writes all templates into ``folder``, those of packets with short documents. Returns it.

    Unless ``proof``, the link alone is enough for everybody: tests that are not about that need no codes.
    """
    copy(folder, proof=proof)
    for path in folder.glob("*/manifest.toml"):
        manifest = tomllib.loads(path.read_text(encoding="utf-8"))
        if manifest.get("recipients"):
            _shorten(path.parent, manifest)
    return folder


def copy(folder: Path, *, proof: bool = False) -> Path:
    """The same with the real documents."""
    shutil.copytree(TEMPLATES, folder)
    for path in () if proof else folder.glob("*/manifest.toml"):
        path.write_text(_PROOF.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")
    return folder


def _shorten(folder: Path, manifest: dict[str, Any]) -> None:
    private = [field for field in manifest["fields"] if field.get("visibility") == "parties"]
    shared = [field for field in manifest["fields"] if field["key"] == "programme_name"]
    for sheet in manifest["documents"]:
        said = _text(sheet, shared) if sheet.get("archive", True) else _text(sheet, private)
        marks = [line for role in manifest["recipients"] for line in _marks(role, sheet["name"])]
        _write(folder, sheet, [*said, *marks, "{{r sig.seal }}"])
    for sheet in manifest["leaflets"]:
        _write(folder, sheet, _text(sheet, []))


def _write(folder: Path, sheet: dict[str, Any], lines: list[str]) -> None:
    # This typeface has the letters of all samples.
    (folder / f"{sheet['name']}.docx").write_bytes(word(lines, typeface="Carlito"))


def _text(sheet: dict[str, Any], fields: list[dict[str, Any]]) -> list[str]:
    about = "{{ tenant.full_name }} huurt in {{ address.city }}. Kenmerk: {{ reference }}."
    why = "Dit is kort, dan duurt een proef niet lang. Het staat voor het document van de dienst zelf."
    return [f"# {sheet['title']}", about, why, *_printed(fields)]


def _printed(fields: list[dict[str, Any]]) -> list[str]:
    """Lines with these values: what is for the parties only has to be somewhere to be kept from others."""
    lines = []
    for field in fields:
        if field["type"] != "rows":
            lines.append(f"{{{{ {field['key']} }}}}")
            continue
        cells = ", ".join(f"{{{{ row.{column['key']} }}}}" for column in field["columns"])
        lines += [f"{{%p for row in {field['key']} %}}", cells, "{%p endfor %}"]
    return lines


def _marks(role: dict[str, Any], document: str) -> list[str]:
    if document not in role["documents"]:
        return []
    mark = f"{{{{r sig.{role['role']} }}}}"
    return [f"{{%p if {role['when']} %}}", mark, "{%p endif %}"] if "when" in role else [mark]
