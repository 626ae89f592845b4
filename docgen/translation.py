"""The words of a manifest that readers of another language see beside the Dutch ones."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from docgen.errors import Problem, TemplateFault
from docgen.manifest import Manifest
from docgen.tables import Table

FILE = re.compile(r"words\.([a-z]{2,3})\.toml")


@dataclass(frozen=True)
class RoleWords:
    """What one recipient reads beside the Dutch; ``consequence`` exactly when the manifest has one."""

    label: str
    statement: str
    consequence: str | None


@dataclass(frozen=True)
class Translation:
    """The words of one language, for information: the Dutch ones count.

    ``titles``: of documents and leaflets, by name; ``appointments``: by the key of their date; ``roles``: by
    role.
    """

    language: str
    titles: Mapping[str, str]
    appointments: Mapping[str, str]
    roles: Mapping[str, RoleWords]


def read(language: str, toml: str, manifest: Manifest) -> Translation:
    """The words in this file, which has all of the manifest's and no others.

    Raises:
        TemplateFault: with every problem of the file.
    """
    problems: list[Problem] = []
    try:
        table = Table(tomllib.loads(toml), "", problems)
    except tomllib.TOMLDecodeError as error:
        raise TemplateFault(
            f"words.{language}.toml is not TOML: {error}. Repair it at that place."
        ) from error
    found = Translation(
        language=language,
        titles=_texts(table.table("titles"), [sheet.name for sheet in manifest.sheets]),
        appointments=_texts(table.table("appointments"), [each.key for each in manifest.appointments]),
        roles=_roles(table.table("roles"), manifest),
    )
    for name in ("titles", "appointments", "roles"):
        if name not in table and (name != "appointments" or manifest.appointments):
            table.fault(name, "is missing.", "Write the words for it.")
    table.done()
    if problems:
        told = " ".join(map(str, problems))
        raise TemplateFault(f"{manifest.type}/words.{language}.toml: {told}")
    return found


def _texts(table: Table | None, names: list[str]) -> dict[str, str]:
    if table is None:
        return {}
    found = {name: table.text(name) for name in names}
    table.done()
    return found


def _roles(table: Table | None, manifest: Manifest) -> dict[str, RoleWords]:
    if table is None:
        return {}
    found = {}
    for recipient in manifest.recipients:
        role = table.table(recipient.role)
        if role is None:
            table.fault(recipient.role, "is missing.", "Write its label and statement.")
            continue
        found[recipient.role] = RoleWords(
            label=role.text("label"),
            statement=role.text("statement"),
            consequence=role.text("consequence") if recipient.consequence else None,
        )
        role.done()
    table.done()
    return found
