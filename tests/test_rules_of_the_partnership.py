"""Every rule of the partnership stands where templates/README.md says it stands."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import NamedTuple

import pytest

import docgen
from docgen.dress import dress, printed
from tests.template_samples import CASES, SAMPLES, Case, Maker
from tests.template_text import TEMPLATES

NUMBERS = [*(f"R{number}" for number in range(1, 74)), *(f"A{number}" for number in range(1, 28))]
TYPES = ("guidance-agreement", "transfer-form")
CLAUSE = r"[CMOW]\d+"
DOCUMENTS = {"C": "core", "M": "annex", "O": "form", "W": "annex"}


class Clause(NamedTuple):
    code: str
    type: str
    document: str
    heading: str


class Row(NamedTuple):
    """One line of the table: ``words`` are pairs of a clause and what must stand in it."""

    number: str
    clauses: tuple[str, ...]
    words: tuple[tuple[str, str], ...]
    fields: tuple[str, ...]
    unprinted: tuple[str, ...]
    elsewhere: str


def _cells(first: str) -> Iterator[list[str]]:
    for line in (TEMPLATES / "README.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and re.fullmatch(first, cells[0]):
            yield cells


def _row(cells: list[str]) -> Row:
    number, _, clauses, fields, elsewhere = cells
    parts = [] if clauses == "–" else [part.partition(" ") for part in clauses.split("<br>")]
    return Row(
        number,
        tuple(dict.fromkeys(code for code, _, _ in parts)),
        tuple((code, words.strip("“”")) for code, _, words in parts if words),
        tuple(re.findall(r"`([a-z_.]+)`(?!°)", fields)),
        tuple(re.findall(r"`([a-z_.]+)`°", fields)),
        "" if elsewhere == "–" else elsewhere,
    )


def _clause(code: str, place: str, heading: str) -> Clause:
    type, _, document = place.partition("/")
    return Clause(code, type, document, heading)


CLAUSES = {code: _clause(code, *cells) for code, *cells in _cells(CLAUSE)}
ROWS = tuple(_row(cells) for cells in _cells(r"[RA]\d+"))
every_row = pytest.mark.parametrize("row", ROWS, ids=[row.number for row in ROWS])


class Sections:
    """The words of every clause in every sample, and the values that were filled in."""

    def __init__(self, maker: Maker) -> None:
        self.headings: dict[tuple[str, str], list[str]] = {}
        self._texts: dict[str, list[str]] = {code: [] for code in CLAUSES}
        self._values: dict[tuple[str, str, str], list[str]] = {}
        for case in CASES:
            if case.type in TYPES:
                self._add(case, maker)

    def text(self, code: str) -> list[str]:
        """The words under this clause's heading, once per sample."""
        return self._texts[code]

    def values(self, clause: Clause, key: str) -> list[list[str]]:
        """What must be printed for a field, once per sample; empty where a sample has no value."""
        return [
            self._values.get((clause.type, clause.document, f"{sample}:{key}"), [])
            for type, sample in SAMPLES
            if type == clause.type
        ]

    def _add(self, case: Case, maker: Maker) -> None:
        manifest, values = maker.values(case)
        part = manifest.document(case.document)
        assert part is not None
        dressed = dress(manifest, part, values)
        for field in manifest.fields:
            shown = _shown(docgen.value_at(dressed, field.key))
            self._values[case.type, case.document, f"{case.sample}:{field.key}"] = shown
        sections = dict(_sections(maker.make(case).html))
        self.headings[case.type, case.document] = [
            *self.headings.get((case.type, case.document), []),
            *sections,
        ]
        for clause in CLAUSES.values():
            if (clause.type, clause.document) == (case.type, case.document):
                self._texts[clause.code].append(sections.get(clause.heading, ""))


def _sections(html: str) -> Iterator[tuple[str, str]]:
    for section in html.split("<h2>")[1:]:
        heading, _, body = section.partition("</h2>")
        yield _plain(heading), _plain(body)


def _plain(html: str) -> str:
    apart = re.sub(r"</(?:p|li|h\d|t[hdr])>|<br ?/?>", " ", html)
    return " ".join(unescape(re.sub(r"<[^>]*>", "", apart)).split())


def _shown(value: object) -> list[str]:
    if isinstance(value, list):
        return [text for row in value for cell in row.values() for text in _shown(cell)]
    text = " ".join(str(printed(value)).split())
    return [text] if text else []


@pytest.fixture(scope="module")
def catalog() -> docgen.Catalog:
    return docgen.Catalog(TEMPLATES)


@pytest.fixture(scope="module")
def sections(catalog: docgen.Catalog, office: docgen.Office) -> Sections:
    return Sections(Maker(catalog, office))


def test_the_table_has_every_rule_and_decision_once() -> None:
    assert [row.number for row in ROWS] == NUMBERS


def test_the_clauses_are_those_of_the_agreement_and_the_transfer_form() -> None:
    expected = {f"C{number}" for number in range(1, 17)} | {f"O{number}" for number in range(1, 11)}

    assert expected <= set(CLAUSES)
    assert {clause.document for clause in CLAUSES.values()} == set(DOCUMENTS.values())
    for clause in CLAUSES.values():
        assert clause.document == DOCUMENTS[clause.code[0]]


@every_row
def test_a_rule_without_clause_says_why(row: Row) -> None:
    assert row.clauses or row.elsewhere
    assert set(row.clauses) <= set(CLAUSES)


@pytest.mark.parametrize("code", CLAUSES)
def test_a_clause_is_in_a_sample_of_its_document(code: str, sections: Sections) -> None:
    clause = CLAUSES[code]

    assert clause.heading in sections.headings[clause.type, clause.document]


@pytest.mark.parametrize("type", TYPES)
def test_no_heading_of_a_document_is_left_out(type: str, sections: Sections) -> None:
    for (of_type, document), headings in sections.headings.items():
        known = {c.heading for c in CLAUSES.values() if (c.type, c.document) == (of_type, document)}

        assert of_type != type or set(headings) == known, document


@every_row
def test_the_words_of_a_rule_stand_in_its_clause(row: Row, sections: Sections) -> None:
    for code, words in row.words:
        assert any(words in text for text in sections.text(code)), f"{code} lacks “{words}”"


@every_row
def test_the_fields_of_a_rule_are_printed_in_its_clauses(
    row: Row, sections: Sections, catalog: docgen.Catalog
) -> None:
    for key in row.fields:
        found = [type for type in TYPES if catalog.manifest(type).field(key) is not None]
        places = [CLAUSES[code] for code in row.clauses if CLAUSES[code].type in found]

        assert places, f"{key} is no field of the documents of {row.number}"
        assert any(_printed_in(clause, key, sections) for clause in places), f"{key} is not printed"


@every_row
def test_a_field_that_is_not_printed_is_only_kept(row: Row, catalog: docgen.Catalog) -> None:
    for key in row.unprinted:
        fields: Mapping[str, docgen.Field | None] = {
            type: catalog.manifest(type).field(key) for type in TYPES
        }

        assert {field.visibility for field in fields.values() if field} == {"metadata"}, key


def _printed_in(clause: Clause, key: str, sections: Sections) -> bool:
    """Whether every sample that has a value prints it in this clause, and at least one has."""
    pairs = [
        (values, text)
        for values, text in zip(sections.values(clause, key), sections.text(clause.code), strict=True)
        if values
    ]
    return bool(pairs) and all(value in text for values, text in pairs for value in values)
