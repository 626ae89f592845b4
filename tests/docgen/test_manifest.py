from __future__ import annotations

import pytest

import docgen
from docgen import grammar
from docgen.manifest import Leaflet, Younger
from tests.docgen import samples


def problems(toml: str) -> list[str]:
    with pytest.raises(docgen.InvalidManifest) as caught:
        grammar.read(toml)
    return [str(problem) for problem in caught.value.problems]


def with_field(more: str) -> str:
    return f'{samples.manifest_toml()}\n[[fields]]\nkey = "extra"\nlabel = "Extra"\n{more}\n'


def test_what_is_no_toml_is_told_with_its_place() -> None:
    assert "line 2" in problems("type = 1\ncode =\n")[0]


def test_all_problems_of_a_manifest_are_told_at_once() -> None:
    found = problems(
        'type = "Big Type"\ncode = "bgo"\nversion = "1"\ntitel = "x"\ndocuments = "core"\n'
        '[[recipients]]\nrole = "tenant"\naction = "read"\n[[fields]]\nkey = "A.b"\ntype = "txt"\nmax = "9"\n'
    )
    for start in (
        "type:", "code:", "version:", "title:", "language:", "documents:", "recipients[0].action:",
        "recipients[0].label:", "fields[0].key:", "fields[0].type:", "fields[0].max:", "titel:",
    ):  # fmt: skip
        assert any(problem.startswith(start) for problem in found), start


def test_a_misspelt_entry_is_told_with_the_right_word() -> None:
    assert any(
        "'required_if'" in problem for problem in problems(with_field('requird_if = { key = "route" }'))
    )


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ('type = "choice"', "must have them"),
        ('choices = [ { value = "a", label = "A" } ]', "Only a choice has choices"),
        ('type = "rows"', "rows must have them"),
        ('guard = "health"\ntype = "date"', "Only text"),
        ('equals = "start_dat"', "write 'start_date'"),
        ('type = "date"\nnot_before = { key = "guide" }', "which is no date"),
        ('not_before = { key = "start_date" }', "extra, which is no date"),
        ('derive = { copy = "extra" }', "derived from each other"),
        ('derive = { copy = "guide", value = "x" }', "one of from, join, copy or value"),
        ('required_if = { key = "route" }', "required_if.is"),
        (
            'type = "choice"\nchoices = [ { value = "a", label = "A" }, { value = "a", label = "B" } ]',
            "twice",
        ),
    ],
)
def test_what_does_not_fit_together_is_told(more: str, expected: str) -> None:
    assert expected in "\n".join(problems(with_field(more)))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('role = "corporation"', 'role = "tenant"', "twice"),
        ('role = "corporation"', 'role = "seal"', "seal's name"),
        ('role = "corporation"', 'role = "referringorg"', "share the bookmark"),
        ('documents = ["core"]', 'documents = ["kern"]', "kern is no document"),
        ('documents = ["core"]', "documents = []", "receives no document"),
        ('name = "corporation.name"', 'name = "corporation.nam"', "write 'corporation.name'"),
        ('action = "acknowledge"', 'action = "sign"', "only an acknowledgement has a term"),
        ('name = "annex"', 'name = "core"', "core is there twice"),
        ('key = "guide"', 'key = "sig"', "templates already have"),
        ('key = "guide"', 'key = "tenant"', "a value and a table at once"),
        ('key = "bag"', 'key = "guide"', "The key is there twice"),
        ('name = "guide"\norganisation', 'name = "gids"\norganisation', "contact: gids is no field"),
        ('host_name = "guide"', 'host_name = "gids"', "gids is no field"),
        ('host_name = "guide"\n', "", "Write host_name and host_email"),
        ('host_name = "guide"', 'host_name = "remark"', "a host has a name"),
        ('host_email = "referring_org.email"', 'host_email = "tenant.email"', "link may have no address"),
        (
            'host_name = "guide"\nhost_email = "referring_org.email"\n',
            "",
            "Or write host_name and host_email",
        ),
        ("order = 1\n", 'order = 1\nwhen = "talkd"\n', "write 'talked'"),
        ('action = "sign"', 'action = "sign"\nwhen = "talked"', "without anybody who signs"),
        ('name = "corporation.name"', 'name = "remark"', "nobody is without a name"),
    ],
)
def test_what_the_parts_of_a_packet_refer_to_must_exist(old: str, new: str, expected: str) -> None:
    assert expected in "\n".join(problems(samples.manifest_toml().replace(old, new)))


def test_a_manifest_gives_its_documents_recipients_and_fields() -> None:
    manifest = samples.manifest()
    assert manifest.effect == "starts-agreement"
    assert manifest.contact == docgen.Contact(name="guide", organisation="referring_org.name")
    assert [document.archive for document in manifest.documents] == [True, False]
    assert [recipient.role for recipient in manifest.roles("annex")] == ["tenant", "referring_org"]
    corporation = manifest.recipients[2]
    assert (corporation.action, corporation.order, corporation.term_days) == ("acknowledge", 2, 14)
    email = manifest.field("tenant.email")
    assert email is not None
    assert (email.type, email.required, email.visibility) == ("email", False, "metadata")


def test_a_value_is_found_by_its_dotted_key() -> None:
    assert docgen.value_at({"a": {"b": 1}}, "a.b") == 1
    assert docgen.value_at({"a": {"b": 1}}, "a.c") is None
    assert docgen.value_at({"a": 1}, "a.b") is None


def test_a_leaflet_for_a_role_or_of_a_document_that_is_not_there_is_refused() -> None:
    text = samples.manifest_toml() + (
        '\n[[leaflets]]\nname = "summary"\ntitle = "In het kort"\nroles = ["nobody"]\nreference_of = "x"\n'
        '\n[[leaflets]]\nname = "core"\ntitle = "Kern"\n'
    )
    with pytest.raises(docgen.InvalidManifest) as caught:
        grammar.read(text)
    told = {f"{problem.field} {problem.reason}" for problem in caught.value.problems}
    assert told == {
        "leaflets.summary nobody is no recipient.",
        "leaflets.summary x is no document of this type.",
        "documents core is there twice.",
    }


def test_a_table_or_text_without_an_end_is_refused() -> None:
    many = '\n[[fields]]\nkey = "big"\nlabel = "Groot"\ntype = "{}"\nmax = {}\n{}'
    columns = 'columns = [ { key = "a", label = "A" } ]\n'
    for kind, most, more in (("rows", 50_000, columns), ("text", 10**9, ""), ("text", -1, "")):
        with pytest.raises(docgen.InvalidManifest, match="out of range"):
            grammar.read(samples.manifest_toml() + many.format(kind, most, more))


def test_a_leaflet_and_a_rule_about_age_are_read() -> None:
    manifest = grammar.read(
        samples.manifest_toml()
        + '\n[[leaflets]]\nname = "summary"\ntitle = "In het kort"\nroles = ["tenant"]\n'
        + '\n[[fields]]\nkey = "born"\nlabel = "Geboren"\ntype = "date"\n'
        + '\n[[fields]]\nkey = "parent"\nlabel = "Ouder"\ntype = "name"\n'
        + 'required_if_younger = { key = "born", years = 18, at = "start_date" }\n'
    )
    assert manifest.leaflet("summary") == Leaflet("summary", "In het kort", ("tenant",))
    parent = manifest.field("parent")
    assert parent is not None
    assert parent.required_if_younger == Younger("born", 18, "start_date")
    assert not parent.required
    for born, needed in (("2008-12-02", True), ("2008-12-01", False)):
        data = samples.data(lambda values, born=born: values.update(born=born))  # type: ignore[misc]
        found = [problem.field for problem in docgen.check(manifest, data, samples.TODAY)]
        assert ("parent" in found) == needed


CO_SIGNER = """
[[recipients]]
role = "co_signer"
label = "Wettelijk vertegenwoordiger"
action = "sign"
order = 1
documents = ["core"]
when = "co_signs"
name = "co_name"
email = "co_email"
host_name = "guide"
host_email = "referring_org.email"
statement = "Ik ga akkoord."

[[fields]]
key = "co_signs"
label = "Tekent mee"
type = "boolean"
required = false

[[fields]]
key = "co_email"
label = "E-mail"
type = "email"
required = false

[[fields]]
key = "co_name"
label = "Naam"
type = "name"
"""


@pytest.mark.parametrize(
    "name", ["required = false", 'required_if = { key = "co_signs", is = false }', 'one_of = "contact"']
)
def test_whoever_takes_part_on_a_condition_has_a_name_then(name: str) -> None:
    assert "co_name may be empty" in "\n".join(problems(f"{samples.manifest_toml()}{CO_SIGNER}{name}\n"))


@pytest.mark.parametrize(("value", "present"), [(True, True), (False, False), (None, False)])
def test_a_role_with_a_condition_takes_part_only_when_its_key_has_a_value(
    value: object, present: bool
) -> None:
    more = 'required_if = { key = "co_signs", is = true }\n'
    manifest = grammar.read(f"{samples.manifest_toml()}{CO_SIGNER}{more}")
    found = [role.role for role in docgen.recipients(manifest, {"co_signs": value})]
    assert ("co_signer" in found) == present
    assert found[:3] == ["tenant", "referring_org", "corporation"]
    missing = [each.field for each in docgen.check(manifest, {"co_signs": value}, samples.TODAY)]
    assert ("co_name" in missing) == present
    assert "co_email" not in missing
