"""A small packet type for tests: a core document, an annex for the parties only, and data that fits."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.shared import Pt

from docgen import grammar
from docgen.manifest import Manifest

TODAY = date(2026, 11, 23)
REFERENCE = "MTR-0012345678-BGO01-C"
KEPT_STYLES = {"Normal", "Title", "Heading1", "Heading2", "DefaultParagraphFont", "TableNormal", "ListBullet"}

MANIFEST = """
type = "small-lease"
code = "KLN"
version = "1.0.0"
title = "Kleine overeenkomst"
language = "nl-NL"
effect = "starts-agreement"

[contact]
name = "guide"
organisation = "referring_org.name"

[[documents]]
name = "core"
title = "Kleine overeenkomst"

[[documents]]
name = "annex"
title = "Bijlage"
archive = false

[[recipients]]
role = "tenant"
label = "Huurder"
action = "sign"
order = 1
documents = ["core", "annex"]
name = "tenant.full_name"
email = "tenant.email"
host_name = "guide"
host_email = "referring_org.email"
statement = "Ik ga akkoord."

[[recipients]]
role = "referring_org"
label = "Verwijzende organisatie"
action = "sign"
order = 1
documents = ["core", "annex"]
name = "guide"
email = "referring_org.email"
organisation = "referring_org.name"
statement = "Wij gaan akkoord."

[[recipients]]
role = "corporation"
label = "Woningcorporatie"
action = "acknowledge"
order = 2
documents = ["core"]
name = "corporation.name"
email = "corporation.email"
statement = "Wij hebben dit ontvangen."
term_days = 14
"""

FIELDS: list[tuple[str, str, str]] = [
    # key, type, everything else in TOML
    ("tenant.given_names", "name", ""),
    ("tenant.prefix", "name", "required = false\nmax = 20"),
    ("tenant.family_name", "name", ""),
    (
        "tenant.full_name",
        "name",
        'derive = { join = ["tenant.given_names", "tenant.prefix", "tenant.family_name"] }',
    ),
    ("tenant.email", "email", 'visibility = "metadata"\none_of = "contact"'),
    ("tenant.phone", "phone", 'visibility = "metadata"\none_of = "contact"'),
    ("tenant.language", "language", 'visibility = "metadata"'),
    ("guide", "name", ""),
    ("referring_org.name", "text", "max = 60"),
    ("referring_org.email", "email", 'visibility = "metadata"'),
    ("referring_org.kvk", "kvk", ""),
    ("referring_org.agb", "agb", "required = false"),
    ("guiding_org.kvk", "kvk", 'differs_from = "referring_org.kvk"'),
    ("corporation.code", "corporation_code", ""),
    ("corporation.name", "text", ""),
    ("corporation.email", "email", 'visibility = "metadata"'),
    ("lease_number", "lease_number", ""),
    ("dossier_number", "dossier_number", 'required = false\nvisibility = "metadata"'),
    ("bag", "bag", "required = false"),
    ("address.postcode", "postcode", ""),
    ("address.number", "integer", "min = 1\nmax = 99999"),
    ("lease_start_date", "date", ""),
    ("start_date", "date", 'equals = "lease_start_date"'),
    ("end_date", "date", 'derive = { from = "start_date", months = 24, days = -1 }'),
    ("ready_on", "date", 'required = false\nnot_after = { key = "today" }'),
    (
        "evaluation_on",
        "date",
        'not_before = { key = "start_date" }\nnot_after = { key = "start_date", months = 3, '
        'severity = "warning", message = "R38: plan it within three months." }',
    ),
    (
        "route",
        "choice",
        'choices = [ { value = "contingent", label = "Contingent" }, '
        '{ value = "offer", label = "Eenmalige aanbieding" } ]',
    ),
    ("contingent_name", "text", 'required_if = { key = "route", is = "contingent" }'),
    ("talked", "boolean", ""),
    ("related", "reference", "required = false"),
    ("remark", "text", 'required = false\nmax = 300\nguard = "health"'),
    ("scope", "text", 'derive = { value = "geheel" }'),
    ("scope_again", "text", 'derive = { copy = "scope" }'),
    ("wish", "text", 'visibility = "parties"\nrequired = false'),
    (
        "agreements",
        "rows",
        'min_rows = 1\nmax = 5\nguard = "health"\ncolumns = [ { key = "who", label = "Wie" }, '
        '{ key = "when", label = "Wanneer", type = "date", required = false }, '
        '{ key = "how", label = "Hoe", type = "choice", '
        'choices = [ { value = "together", label = "Samen" } ] } ]',
    ),
]

DATA: dict[str, Any] = {
    "tenant": {
        "given_names": "Ayşe",
        "prefix": "van der",
        "family_name": "Wałęsa-O’Neill",
        "email": "ayse@voorbeeld.nl",
        "language": "nl",
    },
    "guide": "S. Yılmaz",
    "referring_org": {"name": "Stichting 's-Graven", "email": "s@org.voorbeeld.nl", "kvk": "90000001"},
    "guiding_org": {"kvk": "90000002"},
    "corporation": {"code": "MTR", "name": "Woonstichting", "email": "post@corporatie.voorbeeld.nl"},
    "lease_number": "0012345678",
    "address": {"postcode": "3511 AB", "number": 12},
    "lease_start_date": "2026-12-01",
    "start_date": "2026-12-01",
    "evaluation_on": "2027-03-01",
    "route": "contingent",
    "contingent_name": "Beter Wonen",
    "talked": True,
    "wish": "Graag rust.",
    "agreements": [{"who": "Huurder", "when": "2026-12-24", "how": "together"}],
}

CORE = [
    "# {{ reference }}",
    "{{ tenant.full_name }}, {{ address.postcode }}, {{ address.number }}",
    "Van {{ start_date }} tot en met {{ end_date }}. Gesproken: {{ talked }}.",
    "{{ route }} ({{ route.value }}){% if tenant.prefix %} met tussenvoegsel{% endif %}",
    "{{ remark }}",
    "{%p for row in agreements %}",
    "{{ row.who }}: {{ row.how }}, {{ row.when }}",
    "{%p endfor %}",
    "{{r sig.tenant }}",
    "{{r sig.referring_org }}",
    "{{r sig.corporation }}",
    "{{r sig.seal }}",
]
ANNEX = ["# Bijlage", "{{ wish }}", "{{r sig.tenant }}", "{{r sig.referring_org }}", "{{r sig.seal }}"]


def manifest_toml() -> str:
    """The manifest as its folder holds it."""
    fields = (
        f'[[fields]]\nkey = "{key}"\nlabel = "{key}"\ntype = "{kind}"\n{more}\n' for key, kind, more in FIELDS
    )
    return MANIFEST + "\n".join(fields)


def manifest() -> Manifest:
    """The manifest, read."""
    return grammar.read(manifest_toml())


def data(change: Callable[[dict[str, Any]], object] | None = None) -> dict[str, Any]:
    """Data that fits the manifest, after a change."""
    fresh = copy.deepcopy(DATA)
    if change:
        change(fresh)
    return fresh


def word(
    lines: list[str],
    *,
    language: str = "nl-NL",
    footer: str = "{{ reference }}{% if test %} TEST{% endif %}",
    typeface: str | None = None,
) -> bytes:
    """A lean DOCX: ``# `` begins a heading, and a line with a mark gets room below it."""
    document = docx.Document()
    for style in (document.styles["Normal"], document.styles["Heading 1"]) if typeface else ():
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.attrib.clear()
        for script in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{script}"), typeface)
    styles = document.styles.element
    for style in list(styles.findall(qn("w:style"))):
        if style.get(qn("w:styleId")) not in KEPT_STYLES:
            styles.remove(style)
    styles.find(qn("w:docDefaults")).find(".//" + qn("w:lang")).set(qn("w:val"), language)
    for line in lines:
        if line.startswith("# "):
            document.add_paragraph(line[2:], style="Heading 1")
            continue
        paragraph = document.add_paragraph(line)
        if "{{r sig." in line:
            paragraph.paragraph_format.space_after = Pt(70)
            paragraph.paragraph_format.keep_together = True
    document.sections[0].footer.paragraphs[0].text = footer
    return saved(document)


def saved(document: Any) -> bytes:
    """The bytes of a python-docx document."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def write_folder(templates: Path, *, core: bytes | None = None, annex: bytes | None = None) -> Path:
    """The packet type as a folder under ``templates``."""
    folder = templates / "small-lease"
    folder.mkdir(parents=True)
    (folder / "manifest.toml").write_text(manifest_toml(), encoding="utf-8")
    (folder / "core.docx").write_bytes(core or word(CORE))
    (folder / "annex.docx").write_bytes(annex or word(ANNEX))
    return templates
