"""Whatever is added to a signed file, at its end or between two signatures: it is never called valid.

Anybody can get a timestamp for a changed file. So each change is also tried with a fresh document timestamp
over it, and with honest signatures and an honest seal over it.
"""

from collections.abc import Callable

import pytest

from signing.pades import Expected, Pades, PadesError, Report, UnusableFile, check_progress, validate
from tests.pki import ServedPki
from tests.signing.pades import forgeries, rewrites
from tests.signing.pades.conftest import Papers, seal, sign
from tests.signing.pades.papers import PARTIES

ALL = Expected((*PARTIES, "seal"))
HALFWAY = Expected(("tenant", "referring_org"), ("corporation", "seal"))
WITHOUT_CORPORATION = Expected(("tenant", "referring_org", "seal"), ("corporation",))
ATTACKS: dict[str, Callable[[bytes], bytes]] = {
    "text drawn over the page": forgeries.with_overlay,
    "a note over the text": forgeries.with_note,
    "a signature field over the text": forgeries.with_field_over_text,
    "a signature field that nobody sees": forgeries.with_hidden_field,
    "a text field": forgeries.with_text_field,
    "another appearance": lambda pdf: forgeries.with_other_appearance(pdf, "tenant"),
    "a signature shown in a second field": lambda pdf: forgeries.with_shared_signature(
        pdf, "tenant", "corporation"
    ),
    "an emptied field": lambda pdf: forgeries.without_value(pdf, "tenant"),
    **rewrites.SHADOWS,
    **rewrites.FORMS,
    **rewrites.TWO_READINGS,
    **rewrites.UNIVERSAL,
}


def codes(judge: Callable[..., Report], pdf: bytes, pki: ServedPki, expected: Expected | None) -> set[str]:
    """Why a file is refused; an unusable file counts as refused."""
    try:
        report = judge(pdf, pki.trust, expected=expected, at=pki.clock())
    except UnusableFile:
        return {"unusable"}
    assert report.valid == (not report.findings)
    return {finding.code for finding in report.findings}


@pytest.fixture(scope="session")
def halfway(served_pki: ServedPki, pades: Pades, papers: Papers) -> bytes:
    """Signed by the tenant and the referring organisation; the corporation and the seal are to come."""
    return sign(pades, papers.certified, "referring_org", served_pki.clock())


@pytest.mark.parametrize("name", ATTACKS)
def test_a_change_behind_the_seal_is_refused_with_and_without_a_fresh_timestamp(
    name: str, served_pki: ServedPki, papers: Papers
):
    changed = ATTACKS[name](papers.sealed)
    assert codes(validate, changed, served_pki, None)
    try:
        stamped = forgeries.stamped_again(changed, served_pki.pki.tsa_url)
    except (PadesError, ValueError):
        return  # then not even this service's own tools take the file
    assert codes(validate, stamped, served_pki, None)


@pytest.mark.parametrize("name", ATTACKS)
def test_a_change_between_two_signatures_is_refused_with_and_without_an_honest_seal(
    name: str, served_pki: ServedPki, pades: Pades, halfway: bytes
):
    changed = ATTACKS[name](halfway)
    assert codes(check_progress, changed, served_pki, None)
    try:
        sealed = seal(pades, changed, served_pki.clock())
    except (PadesError, ValueError):
        return
    assert codes(validate, sealed, served_pki, None)


@pytest.mark.parametrize("name", rewrites.PROOFS)
def test_proofs_that_are_taken_away_or_replaced_prove_nothing(
    name: str, served_pki: ServedPki, papers: Papers
):
    changed = rewrites.PROOFS[name](papers.sealed)
    stamped = forgeries.stamped_again(changed, served_pki.pki.tsa_url)
    assert "ades-certificate-chain-general-failure" in codes(validate, stamped, served_pki, ALL)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("an object that no reference names", "layout-hidden"),
        ("an object inside another", "layout-hidden"),
        ("an object listed twice", "layout-table"),
        ("garbage before startxref", "layout-table"),
        ("a second startxref", "layout-end"),
    ],
)
def test_what_another_reader_would_show_is_named(name: str, code: str, served_pki: ServedPki, papers: Papers):
    stamped = forgeries.stamped_again(ATTACKS[name](papers.sealed), served_pki.pki.tsa_url)
    assert code in codes(validate, stamped, served_pki, ALL)


@pytest.mark.parametrize("where", ["visible", "hidden"])
@pytest.mark.parametrize("whose", ["ours", "another's"])
def test_a_signature_in_a_new_field_is_refused_whosever_it_is(
    where: str, whose: str, served_pki: ServedPki, rogue_pki: ServedPki, pades: Pades, halfway: bytes
):
    """Evil annotation and sneaky signature: a new field over the text, signed by one who counts."""
    key = served_pki.key() if whose == "ours" else rogue_pki.settings
    box = (50, 770, 350, 790) if where == "visible" else (0, 0, 0, 0)
    sneaked = forgeries.with_signed_field(halfway, key, served_pki.pki.tsa_url, box)
    said = codes(check_progress, sneaked, served_pki, None)
    assert "field-added" in said
    assert ("changed-after" in said) == (where == "visible")
    if whose != "ours":
        with pytest.raises(PadesError):
            seal(pades, sneaked, served_pki.clock())
        return
    sealed = seal(pades, sneaked, served_pki.clock())
    assert "field-added" in codes(validate, sealed, served_pki, None)
    assert {"signature-unexpected"} <= codes(validate, sealed, served_pki, WITHOUT_CORPORATION)


def test_the_files_under_attack_are_themselves_valid(
    served_pki: ServedPki, pades: Pades, papers: Papers, halfway: bytes
):
    assert codes(check_progress, halfway, served_pki, HALFWAY) == set()
    sealed = seal(pades, halfway, served_pki.clock())
    assert codes(validate, sealed, served_pki, WITHOUT_CORPORATION) == set()
    assert codes(validate, papers.sealed, served_pki, ALL) == set()
    assert codes(validate, papers.sealed, served_pki, None) == set()
