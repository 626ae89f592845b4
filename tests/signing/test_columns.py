"""Headings and cells of a file with a packet in each row."""

from __future__ import annotations

from datetime import date

import pytest

import docgen
from signing import columns, filling
from signing.config import TEMPLATES
from tests import people

CATALOG = docgen.Catalog(TEMPLATES)
TYPES = (people.GUIDANCE, people.TRANSFER)
IGNORED = "Wat klopt er niet?"


@pytest.fixture
def manifest() -> docgen.Manifest:
    return CATALOG.manifest(people.GUIDANCE)


def said(manifest: docgen.Manifest, heading: str, cell: str) -> dict[str, str]:
    found, wrong = columns.matched(manifest, [heading], IGNORED)
    assert wrong == ()
    return columns.typed(found, [cell])


def test_a_heading_that_is_no_field_is_told_with_what_may_be_meant(manifest: docgen.Manifest) -> None:
    _, wrong = columns.matched(manifest, ["Plaats", "Postkode", "qqq"], IGNORED)
    assert [(each.place, each.heading, each.near) for each in wrong] == [
        (1, "Postkode", "Postcode"),
        (2, "qqq", None),
    ]


def test_a_field_that_follows_from_others_has_no_column(manifest: docgen.Manifest) -> None:
    _, wrong = columns.matched(manifest, ["tenant.full_name", "end_date"], IGNORED)
    assert len(wrong) == 2
    assert "tenant.full_name" not in [column.key for column in columns.offered(manifest)]


def test_a_column_that_is_there_twice_is_told_however_it_is_written(manifest: docgen.Manifest) -> None:
    _, wrong = columns.matched(manifest, ["address.city", " PLAATS *"], IGNORED)
    assert [(each.place, each.twice) for each in wrong] == [(0, True), (1, True)]


@pytest.mark.parametrize("heading", ["info_exchange", "info_exchange.0.topic", "info_exchange.51.topic",
                                     "info_exchange.1.nothing", "address.city.1.x"])  # fmt: skip
def test_a_row_of_a_field_that_cannot_be_is_no_column(manifest: docgen.Manifest, heading: str) -> None:
    _, wrong = columns.matched(manifest, [heading], IGNORED)
    assert len(wrong) == 1


def test_empty_headings_and_our_own_remarks_mean_nothing(manifest: docgen.Manifest) -> None:
    found, wrong = columns.matched(manifest, ["", IGNORED, "Plaats"], IGNORED)
    assert wrong == ()
    assert columns.typed(found, ["a", "b", "Utrecht"]) == {"address.city": "Utrecht"}


@pytest.mark.parametrize(
    ("heading", "cell", "expected"),
    [
        ("Ingangsdatum huur", "1-12-2026", {"lease_start_date": "2026-12-01"}),
        ("lease_start_date", "2026-12-01", {"lease_start_date": "2026-12-01"}),
        ("lease_start_date", "31/31/2026", {"lease_start_date": "2026-31-31"}),  # refused by its rule
        ("lease_start_date", "01-12-26", {"lease_start_date": "01-12-26"}),
        ("Soort huur", "Onbepaalde  tijd", {"lease_type": "onbepaald"}),
        ("lease_type", "iets anders", {"lease_type": "iets anders"}),
        ("co_tenant_guided", "WAAR", {"co_tenant_guided": "ja"}),
        ("co_tenant_guided", "0", {"co_tenant_guided": "nee"}),
        ("Afspraken over informatie 2: Onderwerp", "Overlast", {"info_exchange[1].topic": "overlast"}),
        ("INFO_EXCHANGE.12.when", "elke week", {"info_exchange[11].when": "elke week"}),
    ],
)
def test_a_cell_says_what_a_form_would_say(
    manifest: docgen.Manifest, heading: str, cell: str, expected: dict[str, str]
) -> None:
    assert said(manifest, heading, cell) == expected


@pytest.mark.parametrize("kind", TYPES)
def test_every_field_that_is_asked_for_is_offered_and_found_again_by_label_and_by_key(kind: str) -> None:
    manifest = CATALOG.manifest(kind)
    offered = columns.offered(manifest)
    for headings in ([c.label for c in offered], [c.key for c in offered]):
        found, wrong = columns.matched(manifest, headings, IGNORED)
        assert wrong == ()
        assert found == offered
    assert {column.field.key for column in offered} == {field.key for field in filling.fields(manifest)}


@pytest.mark.parametrize("kind", TYPES)
def test_a_whole_packet_goes_through_one_row_unchanged(kind: str) -> None:
    manifest = CATALOG.manifest(kind)
    data = filling.carried(manifest, people.sample(kind, date(2026, 11, 23)))
    form = filling.written(manifest, data)
    headings = [name.replace("[", ".").replace("]", "") for name in form]
    keys = [".".join(str(int(p) + 1) if p.isdecimal() else p for p in each.split(".")) for each in headings]
    found, wrong = columns.matched(manifest, keys, IGNORED)
    assert wrong == ()
    assert filling.read(manifest, columns.typed(found, list(form.values()))) == data


def test_a_problem_is_told_at_the_column_where_it_was_written(manifest: docgen.Manifest) -> None:
    typed = {"info_exchange[1].topic": "overlast", "info_exchange[3].topic": "x"}
    column = columns.column_of(manifest, "info_exchange[1].topic", typed)
    assert column is not None
    assert (column.key, column.label) == (
        "info_exchange.4.topic",
        "Afspraken over informatie 4: Onderwerp",
    )
    whole = columns.column_of(manifest, "info_exchange", {})
    assert whole is not None
    assert whole.key == "info_exchange"
    assert columns.column_of(manifest, "nonsense", {}) is None
