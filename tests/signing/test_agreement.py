"""Who refers and who guides: what a transfer may not do, then what it does (R14-R17, A9, A10)."""

from dataclasses import replace
from datetime import date

import pytest

from signing.agreement import (
    Agreement,
    Organisation,
    Transfer,
    TransferForm,
    transfer_problems,
    transferred,
)

REFERRER = Organisation("Stichting voor Opvang, Wonen en Begeleiding 's-Hertogenbosch", "90000023")
SECOND = Organisation("Coöperatie Thuisbegeleiding De Meierij", "90000056")
THIRD = Organisation("Stichting Onderdak aan de Dommel", "90000078")
LEASE = ("MTR", "0012345678")
REFERENCE = "MTR-0012345678-BGO01-C"
FIRST_DAY, LATER = date(2027, 6, 1), date(2028, 2, 1)
AGREEMENT = Agreement(REFERENCE, *LEASE, REFERRER)
ONCE = transferred(AGREEMENT, Transfer("MTR-0012345678-OVD01-4", SECOND, FIRST_DAY))


def problems(
    agreement: Agreement | None = AGREEMENT,
    lease: tuple[str, str] = LEASE,
    referring: Organisation = REFERRER,
    handing_over: Organisation = REFERRER,
    taking_over: Organisation = SECOND,
) -> list[str]:
    corporation, number = lease
    form = TransferForm(corporation, frozenset({number}), referring, handing_over, taking_over)
    found = transfer_problems(agreement, REFERENCE, form, party=True)
    assert all(problem.reason and problem.advice for problem in found)
    others = transfer_problems(agreement, REFERENCE, form, party=False)
    assert [problem.field for problem in others] == [problem.field for problem in found]
    return [problem.field for problem in found]


def test_a_transfer_under_an_agreement_that_was_not_delivered_is_refused_for_that_alone() -> None:
    assert problems(None, ("X", "1"), THIRD, THIRD, THIRD) == ["related_agreement_reference"]


@pytest.mark.parametrize("lease", [("MTR", "0012345679"), ("BOEX", "0012345678"), ("MTR", "12345678")])
def test_a_transfer_names_the_lease_of_its_agreement(lease: tuple[str, str]) -> None:
    assert problems(lease=lease) == ["lease_number"]


@pytest.mark.parametrize("agreement", [AGREEMENT, ONCE])
def test_the_referring_organisation_never_changes(agreement: Agreement) -> None:
    assert "referring_org.kvk" in problems(agreement, referring=SECOND, handing_over=agreement.guiding)


def test_only_the_organisation_that_guides_now_can_hand_over() -> None:
    assert problems(handing_over=THIRD) == ["transferring_org.kvk"]
    assert problems(ONCE, handing_over=REFERRER, taking_over=THIRD) == ["transferring_org.kvk"]


def test_guidance_is_handed_over_whole_so_never_to_who_guides_already() -> None:
    assert problems(taking_over=REFERRER) == ["receiving_org.kvk"]


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert problems(ONCE, ("MTR", "1"), THIRD, REFERRER, SECOND) == [
        "lease_number",
        "referring_org.kvk",
        "transferring_org.kvk",
        "receiving_org.kvk",
    ]


def test_who_is_no_party_learns_nothing_about_the_agreement_from_a_refusal() -> None:
    form = TransferForm("BOEX", frozenset({"1"}), THIRD, THIRD, SECOND)
    told = str(transfer_problems(ONCE, REFERENCE, form, party=False))
    for secret in (*LEASE, REFERRER.name, REFERRER.kvk, SECOND.name, SECOND.kvk):
        assert secret not in told.replace(REFERENCE, "")


def test_advice_to_a_party_names_the_organisation_that_would_be_right() -> None:
    form = TransferForm("MTR", frozenset({"0012345678"}), REFERRER, REFERRER, THIRD)
    (found,) = transfer_problems(ONCE, REFERENCE, form, party=True)
    assert SECOND.name in found.advice
    assert SECOND.kvk in found.advice


def test_an_agreement_from_before_the_lease_is_found_by_its_dossier_number() -> None:
    before = replace(AGREEMENT, lease_number="D00004821")
    form = TransferForm("MTR", frozenset({"0012345678", "D00004821"}), REFERRER, REFERRER, SECOND)
    assert transfer_problems(before, REFERENCE, form, party=True) == ()
    lease_only = replace(form, leases=frozenset({"0012345678"}))
    assert [problem.field for problem in transfer_problems(before, REFERENCE, lease_only, party=True)] == [
        "lease_number"
    ]


def test_organisations_are_told_apart_by_their_kvk_number_not_by_their_spelling() -> None:
    assert (
        problems(referring=replace(REFERRER, name="SOWB"), handing_over=replace(REFERRER, name="sowb")) == []
    )


def test_the_referring_organisation_guides_at_the_start() -> None:
    assert AGREEMENT.guiding == REFERRER
    assert AGREEMENT.guiding_on(date(2030, 1, 1)) == REFERRER


def test_the_referring_organisation_may_take_the_guidance_back() -> None:
    assert problems(ONCE, handing_over=SECOND, taking_over=REFERRER) == []


def test_a_transfer_counts_from_its_own_day_never_earlier() -> None:
    assert ONCE.guiding_on(date(2027, 5, 31)) == REFERRER
    assert ONCE.guiding_on(FIRST_DAY) == SECOND
    assert ONCE.referring == REFERRER


def test_after_a_second_transfer_the_third_organisation_guides_from_its_day() -> None:
    twice = transferred(ONCE, Transfer("MTR-0012345678-OVD02-2", THIRD, LATER))
    assert [twice.guiding_on(day) for day in (FIRST_DAY, LATER)] == [SECOND, THIRD]
    assert twice.referring == REFERRER


def test_the_same_form_delivered_twice_counts_once() -> None:
    assert transferred(ONCE, ONCE.transfers[0]) == ONCE
