"""The words of a manifest in another language: all of them, or the type is refused."""

from pathlib import Path

import pytest

import docgen

WORDS = """
[titles]
core = "Agreement"
annex = "Annex"

[roles.tenant]
label = "Tenant"
statement = "I agree."

[roles.referring_org]
label = "Organisation"
statement = "We agree."

[roles.corporation]
label = "Association"
statement = "We received it."
"""


def _catalog(folder: Path, words: str | bytes, name: str = "words.en.toml") -> docgen.Catalog:
    path = folder / "small-lease" / name
    path.write_bytes(words if isinstance(words, bytes) else words.encode())
    return docgen.Catalog(folder)


def test_every_problem_is_told_at_once(folder: Path) -> None:
    wrong = WORDS.replace('annex = "Annex"', 'anex = "Annex"').replace(
        "[roles.corporation]", "[roles.nobody]"
    )
    with pytest.raises(docgen.TemplateFault) as caught:
        _catalog(folder, wrong)
    for told in (
        "titles.annex: is missing",
        "titles.anex: is not an entry",
        "roles.corporation",
        "roles.nobody",
    ):
        assert told in str(caught.value)


@pytest.mark.parametrize(
    ("words", "name", "told"),
    [
        ("[titles", "words.en.toml", "is not TOML"),
        ("", "words.en.toml", "roles: is missing"),
        ("é".encode("latin-1"), "words.en.toml", "not UTF-8"),
        (WORDS, "words.english.toml", "name it words.en.toml"),
        (WORDS.replace('label = "Tenant"', "label = 1"), "words.en.toml", "roles.tenant.label"),
        (WORDS + 'consequence = "!"\n', "words.en.toml", "roles.corporation.consequence"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(
    folder: Path, words: str | bytes, name: str, told: str
) -> None:
    with pytest.raises(docgen.TemplateFault, match=told):
        _catalog(folder, words, name)


def test_the_words_are_found_by_name_and_change_the_digest(folder: Path) -> None:
    before = docgen.Catalog(folder)
    assert before.translation("small-lease", "en") is None
    after = _catalog(folder, WORDS)
    found = after.translation("small-lease", "en")
    assert found is not None
    assert found.titles == {"core": "Agreement", "annex": "Annex"}
    assert found.roles["tenant"] == docgen.RoleWords("Tenant", "I agree.", None)
    assert after.translation("small-lease", "ar") is None
    assert after.digest("small-lease") != before.digest("small-lease")
    with pytest.raises(docgen.UnknownType):
        after.translation("large-lease", "en")
