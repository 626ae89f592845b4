from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import docgen
from tests.docgen import samples

Change = Callable[[dict[str, Any]], object]
MANIFEST = samples.manifest()


def check(change: Change | None = None) -> list[docgen.Problem]:
    return docgen.check(MANIFEST, samples.data(change), samples.TODAY)


def only(change: Change) -> docgen.Problem:
    found = check(change)
    assert len(found) == 1, found
    return found[0]


def put(key: str, value: object) -> Change:
    def change(data: dict[str, Any]) -> None:
        *tables, last = key.split(".")
        for part in tables:
            data = data.setdefault(part, {})
        data[last] = value

    return change


def without(key: str) -> Change:
    def change(data: dict[str, Any]) -> None:
        *tables, last = key.split(".")
        for part in tables:
            data = data[part]
        del data[last]

    return change


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("address.postcode", "3511 SS", "not a Dutch postcode"),
        ("address.postcode", "12 AB", "not a Dutch postcode"),
        ("address.number", 0, "out of range"),
        ("address.number", 100000, "out of range"),
        ("address.number", "12", "not a whole number"),
        ("address.number", True, "not a whole number"),
        ("address.number", 1.5, "not a whole number"),
        ("start_date", "01-12-2026", "not written as a date"),
        ("start_date", "2026-02-30", "not on the calendar"),
        ("start_date", "1026-12-01", "year cannot be right"),
        ("start_date", 20261201, "not a text"),
        ("referring_org.kvk", "1234567", "not a KvK number"),
        ("referring_org.agb", "123456789", "not an AGB code"),
        ("bag", "0344020000123456", "not the BAG number"),
        ("corporation.code", "TOOLONG", "not a corporation's code"),
        ("corporation.code", "M", "not a corporation's code"),
        ("lease_number", "Ö1", "not a lease number"),
        ("lease_number", "1" * 21, "not a lease number"),
        ("dossier_number", "D0000482", "not a dossier number"),
        ("dossier_number", "X00004821", "not a dossier number"),
        ("dossier_number", "D000048211", "not a dossier number"),
        ("talked", "ja", "not true or false"),
        ("talked", 1, "not true or false"),
        ("route", "lottery", "not one of the choices"),
        ("route", ["contingent"], "not a text"),
        ("tenant.language", "Dutch", "not a language code"),
        ("tenant.phone", "12", "not a telephone number"),
        ("tenant.family_name", "12 34", "holds no letter"),
        ("tenant.family_name", {"a": 1}, "not a text"),
        ("tenant", "Ayşe", "a group of values"),
        ("related", "MTR-0012345678-BGO01-D", "not a reference"),
        ("agreements", "x", "not a list of rows"),
        ("agreements", [1], "not a row"),
        ("agreements", [samples.DATA["agreements"][0]] * 6, "has 6 rows"),
    ],
)
def test_a_wrong_value_is_refused_with_field_reason_and_advice(key: str, value: object, reason: str) -> None:
    found = [problem for problem in check(put(key, value)) if reason in problem.reason]
    assert len(found) == 1
    assert found[0].field.startswith(key)
    assert found[0].advice.endswith(".")
    assert found[0].severity == "error"


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@", "@b.nl", "a@b", "a b@c.nl", "a@b..nl", "a@-b.nl", ".a@b.nl", "a.@b.nl", "a..b@c.nl",
     "a@b.nl\nBcc: c@d.nl", "a@b.nl, c@d.nl", "é@b.nl", "<a@b.nl>", "a" * 65 + "@b.nl"],
)  # fmt: skip
def test_what_is_no_single_email_address_is_refused(address: str) -> None:
    assert any(
        problem.field == "referring_org.email" for problem in check(put("referring_org.email", address))
    )


def test_a_missing_value_is_told_by_its_label() -> None:
    problem = only(without("guide"))
    assert (problem.field, problem.reason, problem.advice) == ("guide", "It is missing.", "Fill in guide.")


def test_a_misspelt_field_is_told_with_the_right_name() -> None:
    def change(data: dict[str, Any]) -> None:
        data["tenant"]["famly_name"] = data["tenant"].pop("family_name")

    unknown, missing = check(change)
    assert unknown.field == "tenant.famly_name"
    assert "'tenant.family_name'" in unknown.advice
    assert missing.field == "tenant.family_name"


def test_many_unknown_keys_are_counted_not_listed() -> None:
    found = check(lambda data: data.update({f"x{number}" * 9000: 1 for number in range(30)}))
    assert len(found) == 21
    assert all(len(str(problem)) < 300 for problem in found)
    assert any("10 more keys" in problem.reason for problem in found)


def test_a_strange_key_is_repeated_only_in_plain_characters() -> None:
    problem = only(put("\ud800\n\x1b[31m", 1))
    assert problem.field.isascii()
    assert problem.field.isprintable()


def test_a_value_that_is_there_both_flat_and_in_its_group_is_refused() -> None:
    problem = only(lambda data: data.update({"tenant.email": "iemand.anders@voorbeeld.nl"}))
    assert (problem.field, problem.reason) == ("tenant.email", "It is there twice, flat and in its group.")


def test_a_derived_value_may_not_be_given() -> None:
    assert "follows from other values" in only(put("end_date", "2028-11-30")).reason


@pytest.mark.parametrize("data", [[], "text", None, 5])
def test_data_that_is_no_object_is_refused(data: Any) -> None:
    assert docgen.check(MANIFEST, data, samples.TODAY)[0].reason == "It is not a table of values."


def test_a_citizen_number_is_refused_in_text_names_and_rows_without_repeating_it() -> None:
    for key in ("remark", "guide", "tenant.prefix"):
        problem = only(put(key, "nr 1112.22.333"))
        assert "BSN" in problem.reason
        assert "1112" not in str(problem)
    row = {"who": "bsn 111222333", "how": "together"}
    assert only(put("agreements", [row])).field == "agreements[0].who"


def test_a_lease_number_may_look_like_a_citizen_number() -> None:
    assert check(put("lease_number", "111222333")) == []


def test_a_health_word_only_warns_and_only_where_it_is_guarded() -> None:
    problem = only(put("remark", "Na zijn detentie."))
    assert problem.severity == "warning"
    assert only(put("agreements", [{"who": "de psychiater", "how": "together"}])).field == "agreements[0].who"
    assert check(put("contingent_name", "Therapie")) == []


def test_five_megabytes_of_text_are_too_long_and_not_repeated() -> None:
    for key in ("remark", "guide", "lease_number", "start_date", "referring_org.email", "related", "route"):
        problem = next(each for each in check(put(key, "x1 " * 1_700_000)) if each.field == key)
        assert "too long" in problem.reason
        assert len(str(problem)) < 200


@pytest.mark.parametrize("character", ["\x00", "\a", "\f", "\ud800", "\u202e", "王"])
def test_a_character_that_cannot_be_printed_is_named_by_its_number(character: str) -> None:
    problem = only(put("remark", f"a{character}b"))
    assert f"U+{ord(character):04X}" in problem.reason


def test_a_name_has_no_line_end() -> None:
    assert "U+000A" in only(put("guide", "S.\nYılmaz")).reason


@pytest.mark.parametrize("text", ["{{ 7*7 }}", "{% if %}", "<b>&amp;</b>", "<w:p/>", "' OR 1=1 --"])
def test_markup_and_braces_are_simply_text(text: str) -> None:
    assert check(put("remark", text)) == []


def test_a_value_that_is_required_only_sometimes() -> None:
    assert "because of route" in only(without("contingent_name")).reason

    def offer(data: dict[str, Any]) -> None:
        data["route"] = "offer"
        del data["contingent_name"]

    assert check(offer) == []


def test_one_of_a_group_is_enough_and_none_is_not() -> None:
    assert "tenant.email, tenant.phone" in only(without("tenant.email")).reason
    assert check(put("tenant.phone", "0612345678")) == []


def test_dates_keep_their_order() -> None:
    early = only(put("evaluation_on", "2026-11-30"))
    assert early.reason == "The date lies before start_date."
    assert early.value_hint == "2026-12-01"
    late = only(put("evaluation_on", "2027-03-02"))
    assert (late.severity, late.advice) == ("warning", "R38: plan it within three months.")
    assert late.reason == "The date lies after start_date +3 months."
    assert only(put("ready_on", "2026-11-24")).reason == "The date lies after today."
    assert check(put("ready_on", "2026-11-23")) == []


def test_what_must_be_the_same_or_different_is() -> None:
    assert only(put("start_date", "2026-12-02")).reason == "It differs from lease_start_date."
    assert only(put("guiding_org.kvk", "90000001")).reason == "It is the same as referring_org.kvk."


def test_a_wrong_reference_comes_with_the_likely_one() -> None:
    assert only(put("related", "MTR-O012345678-BGO01-C")).value_hint == "MTR-0012345678-BGO01-C"


def test_rows_are_checked_cell_by_cell() -> None:
    rows = [{"who": "x", "how": "alone", "whn": 1}, {"how": "together", "when": "soon"}]
    found = {problem.field: problem for problem in check(put("agreements", rows))}
    assert set(found) == {
        "agreements[0].whn", "agreements[0].how", "agreements[1].who", "agreements[1].when",
    }  # fmt: skip
    assert "'when'" in found["agreements[0].whn"].advice
    assert only(put("agreements", [])).advice == "Send at least 1."


def test_all_problems_come_at_once_in_the_order_of_the_manifest() -> None:
    def change(data: dict[str, Any]) -> None:
        data["nonsense"] = 1
        data["talked"] = None
        data["address"]["postcode"] = "x"
        data["guide"] = ""

    assert [problem.field for problem in check(change)] == ["nonsense", "guide", "address.postcode", "talked"]


def test_data_that_fits_has_no_problem() -> None:
    assert check() == []


def test_completing_refuses_what_has_an_error_and_lets_a_warning_pass() -> None:
    with pytest.raises(docgen.InvalidValues) as caught:
        docgen.complete(MANIFEST, samples.data(without("guide")), samples.TODAY)
    assert [problem.field for problem in caught.value.problems] == ["guide"]
    warned = samples.data(put("evaluation_on", "2027-06-01"))
    assert docgen.complete(MANIFEST, warned, samples.TODAY)["evaluation_on"] == "2027-06-01"


def test_completing_tidies_derives_and_fills_in_none() -> None:
    def change(data: dict[str, Any]) -> None:
        data["address"]["postcode"] = "3511ab"
        data["lease_number"] = "00.1234/5678"
        data["corporation"]["code"] = "mtr"
        data["tenant"]["phone"] = "06-12345678"
        data["guide"] = " S.  Yılmaz "

    values = docgen.complete(MANIFEST, samples.data(change), samples.TODAY)
    expected = {
        "tenant.full_name": "Ayşe van der Wałęsa-O’Neill",
        "tenant.phone": "+31612345678",
        "guide": "S. Yılmaz",
        "address.postcode": "3511 AB",
        "lease_number": "0012345678",
        "corporation.code": "MTR",
        "end_date": "2028-11-30",
        "scope": "geheel",
        "scope_again": "geheel",
        "related": None,
        "referring_org.agb": None,
    }
    assert {key: docgen.value_at(values, key) for key in expected} == expected


def test_a_dossier_number_is_kept_without_separators() -> None:
    values = docgen.complete(MANIFEST, samples.data(put("dossier_number", "d 0000.4821")), samples.TODAY)
    assert values["dossier_number"] == "D00004821"


def test_completed_values_survive_json_and_are_not_the_callers_own() -> None:
    given = samples.data()
    values = docgen.complete(MANIFEST, given, samples.TODAY)
    assert json.loads(json.dumps(values)) == values
    assert given == samples.DATA


def test_a_date_may_be_given_as_a_date() -> None:
    values = docgen.complete(MANIFEST, samples.data(put("ready_on", date(2026, 11, 1))), samples.TODAY)
    assert values["ready_on"] == "2026-11-01"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=10,
)


@given(st.sampled_from([field.key for field in MANIFEST.fields]), JSON)
def test_whatever_is_sent_is_answered_with_problems_never_with_a_crash(key: str, value: object) -> None:
    for problem in check(put(key, value)):
        assert problem.reason
        assert problem.advice
