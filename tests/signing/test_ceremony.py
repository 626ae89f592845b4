"""The ceremony of one recipient: every link and press that does not count, then the one that does."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from signing import ceremony, intake
from signing.audit import check
from signing.ceremony import REASONS
from signing.errors import (
    AlreadyAnswered,
    LinkRevoked,
    NotAgreed,
    NotFound,
    NotShown,
    OutOfTurn,
    PacketClosed,
    ShownOtherwise,
)
from signing.links import LinkExpired, LinkInvalid, Links, Purpose
from signing.packet import Answer, Status
from signing.services import Services
from tests import people
from tests.conftest import MORNING, Case
from tests.people import BROWSER, REFERRER, token

UseCase = Callable[[Services, str], object]


def press(services: Services, link: str) -> None:
    ceremony.sign(services, link, BROWSER, agreed=True, on_screen=screen(services, link))


def screen(services: Services, link: str) -> tuple[str, ...]:
    return tuple(document.sha256 for document in ceremony.view(services, link).documents)


def facts(case: Case) -> tuple[object, ...]:
    """All that a press could have changed."""
    packet = people.now(case.services, case.packet)
    return packet, people.events(case.services, packet), case.services.agenda.waiting()  # type: ignore[attr-defined]


EVERYTHING: dict[str, UseCase] = {
    "view": ceremony.view,
    "open": lambda services, link: ceremony.open_link(services, link, BROWSER),
    "show": lambda services, link: ceremony.show(services, link, BROWSER),
    "sign": lambda services, link: ceremony.sign(services, link, BROWSER, agreed=True, on_screen=()),
    "decline": lambda services, link: ceremony.decline(services, link, BROWSER, reason="other"),
    "document": lambda services, link: ceremony.document(services, link, "core"),
}
every_use_case = pytest.mark.parametrize("use", EVERYTHING.values(), ids=EVERYTHING.keys())


def refused(case: Case, use: UseCase, link: str, error: type[Exception]) -> None:
    before = facts(case)
    with pytest.raises(error):
        use(case.services, link)
    assert facts(case) == before


@every_use_case
@pytest.mark.parametrize("link", ["", "nonsense", "a.b.c", "x" * 100_000])
def test_nonsense_is_no_link(sent: Case, use: UseCase, link: str) -> None:
    refused(sent, use, link, LinkInvalid)


@every_use_case
def test_a_link_made_with_another_secret_is_no_link(sent: Case, use: UseCase) -> None:
    forged = Links(("somebody else's secret, long enough to be one",)).make(
        Purpose.SIGN, sent.packet.id, "tenant", 1, MORNING
    )
    refused(sent, use, forged, LinkInvalid)


@every_use_case
def test_a_link_to_a_copy_does_not_sign(sent: Case, use: UseCase) -> None:
    copy = sent.services.links.make(Purpose.COPY, sent.packet.id, "tenant", 1, MORNING)
    refused(sent, use, copy, LinkInvalid)


@every_use_case
def test_a_link_of_a_packet_that_is_not_here_is_not_found(sent: Case, use: UseCase) -> None:
    other = sent.services.links.make(
        Purpose.SIGN, "0191d7a5-3c5e-7cc4-9f7e-7c1a3f0a9b11", "tenant", 1, MORNING
    )
    refused(sent, use, other, NotFound)


@every_use_case
def test_a_link_for_a_role_that_the_packet_does_not_have_is_not_found(sent: Case, use: UseCase) -> None:
    link = sent.services.links.make(Purpose.SIGN, sent.packet.id, "receiving_org", 1, MORNING)
    refused(sent, use, link, NotFound)


@every_use_case
def test_a_link_that_was_replaced_is_revoked(sent: Case, use: UseCase) -> None:
    link = sent.services.links.make(Purpose.SIGN, sent.packet.id, "tenant", 0, MORNING)
    refused(sent, use, link, LinkRevoked)


@every_use_case
def test_after_its_term_a_link_is_answered_with_expired(sent: Case, use: UseCase) -> None:
    link = token(sent.services, sent.packet, "tenant")
    sent.clock.move(days=30)
    with pytest.raises(PacketClosed) as closed:
        use(sent.services, link)
    assert closed.value.status == "expired"
    assert people.run_due(sent.services)[0] == "expire"  # and nobody is reminded after it
    assert people.now(sent.services, sent.packet).status is Status.EXPIRED
    refused(sent, use, link, PacketClosed)


@every_use_case
def test_after_a_withdrawal_no_link_works(sent: Case, use: UseCase) -> None:
    link = token(sent.services, sent.packet, "tenant")
    intake.withdraw(sent.services, REFERRER, sent.packet.reference)
    refused(sent, use, link, PacketClosed)


@every_use_case
def test_after_one_party_declined_the_other_can_do_nothing(sent: Case, use: UseCase) -> None:
    links = [token(sent.services, sent.packet, role) for role in ("tenant", "referring_org")]
    ceremony.decline(sent.services, links[0], BROWSER, reason="data_wrong")
    refused(sent, use, links[1], PacketClosed)


@every_use_case
def test_the_corporation_cannot_answer_before_the_parties(sent: Case, use: UseCase) -> None:
    early = sent.services.links.make(Purpose.SIGN, sent.packet.id, "corporation", 1, MORNING)
    refused(sent, use, early, OutOfTurn)


@every_use_case
def test_who_signed_reads_that_whatever_is_pressed_after_it(sent: Case, use: UseCase) -> None:
    link = token(sent.services, sent.packet, "tenant")
    people.press(sent.services, sent.packet, "tenant")
    refused(sent, use, link, AlreadyAnswered)


def test_a_press_twice_promises_the_work_once(sent: Case) -> None:
    people.press(sent.services, sent.packet, "tenant")
    with pytest.raises(AlreadyAnswered):
        press(sent.services, token(sent.services, sent.packet, "tenant"))
    assert people.run_due(sent.services) == ["apply"]


def test_nobody_signs_without_going_through_the_reading_page(sent: Case) -> None:
    link = token(sent.services, sent.packet, "tenant")
    ceremony.open_link(sent.services, link, BROWSER)
    refused(sent, press, link, NotShown)


def test_nobody_signs_without_the_box(sent: Case) -> None:
    link = token(sent.services, sent.packet, "tenant")
    ceremony.show(sent.services, link, BROWSER)
    on_screen = screen(sent.services, link)

    def press_only(services: Services, link: str) -> None:
        ceremony.sign(services, link, BROWSER, agreed=False, on_screen=on_screen)

    refused(sent, press_only, link, NotAgreed)


@pytest.mark.parametrize("change", ["nothing", "one", "order", "other", "more"])
def test_nobody_signs_other_documents_than_those_on_the_screen(sent: Case, change: str) -> None:
    link = token(sent.services, sent.packet, "tenant")
    ceremony.show(sent.services, link, BROWSER)
    core, annex = screen(sent.services, link)
    on_screen = {
        "nothing": (),
        "one": (core,),
        "order": (annex, core),
        "other": (core, core),
        "more": (core, annex, annex),
    }[change]

    def press_other(services: Services, link: str) -> None:
        ceremony.sign(services, link, BROWSER, agreed=True, on_screen=on_screen)

    refused(sent, press_other, link, ShownOtherwise)


def test_a_reason_outside_the_list_is_refused(sent: Case) -> None:
    link = token(sent.services, sent.packet, "tenant")
    with pytest.raises(ValueError, match="not one of the reasons"):
        ceremony.decline(sent.services, link, BROWSER, reason="free text about my health")


@pytest.mark.parametrize("name", ["annex", "evidence", "../core", ""])
def test_the_corporation_never_gets_the_annex_nor_anything_else(signed: Case, name: str) -> None:
    link = token(signed.services, signed.packet, "corporation")
    assert [document.name for document in ceremony.view(signed.services, link).documents] == ["core"]
    with pytest.raises(NotFound, match="no such document"):
        ceremony.document(signed.services, link, name)


def test_the_corporation_has_no_copy_of_the_annex(delivered: Case) -> None:
    link = token(delivered.services, delivered.packet, "corporation", "k")
    assert [copy.name for copy in ceremony.copies(delivered.services, link).documents] == ["core"]
    with pytest.raises(NotFound, match="no such document"):
        ceremony.copy_document(delivered.services, link, "annex")


def test_a_link_to_sign_gives_no_copy(delivered: Case) -> None:
    link = token(delivered.services, delivered.packet, "tenant")
    with pytest.raises(LinkInvalid):
        ceremony.copies(delivered.services, link)


def test_there_is_no_copy_before_the_seal(sent: Case) -> None:
    early = sent.services.links.make(Purpose.COPY, sent.packet.id, "tenant", 1, MORNING)
    assert ceremony.copies(sent.services, early).documents == ()
    with pytest.raises(NotFound, match="not sealed yet"):
        ceremony.copy_document(sent.services, early, "core")


def test_a_link_to_a_copy_ends_after_ninety_days(delivered: Case) -> None:
    link = token(delivered.services, delivered.packet, "tenant", "k")
    delivered.clock.move(days=90)
    assert ceremony.copies(delivered.services, link).documents
    delivered.clock.move(seconds=1)
    with pytest.raises(LinkExpired):
        ceremony.copies(delivered.services, link)


def test_an_acknowledgement_after_its_term_is_expired(signed: Case) -> None:
    link = token(signed.services, signed.packet, "corporation")
    signed.clock.move(days=14)
    with pytest.raises(PacketClosed, match="expired"):
        ceremony.view(signed.services, link)


def test_there_is_no_last_page_before_an_answer(sent: Case) -> None:
    with pytest.raises(NotFound, match="no answer yet"):
        ceremony.answered(sent.services, token(sent.services, sent.packet, "tenant"))


def test_looking_changes_nothing(sent: Case) -> None:
    link = token(sent.services, sent.packet, "tenant")
    before = facts(sent)
    for _ in range(3):
        ceremony.view(sent.services, link)
        ceremony.document(sent.services, link, "annex")
    assert facts(sent) == before


def test_a_party_sees_its_own_documents_as_text_and_as_the_pdf_that_is_signed(sent: Case) -> None:
    view = ceremony.view(sent.services, token(sent.services, sent.packet, "tenant"))
    assert [document.name for document in view.documents] == ["core", "annex"]
    assert view.recipient.name in view.documents[0].html
    assert (view.asker.sender, view.asker.contact_phone, view.test) == (
        "Stichting voor Opvang, Wonen en Begeleiding 's-Hertogenbosch",
        "+31612345679",
        True,
    )
    pdf = ceremony.document(sent.services, token(sent.services, sent.packet, "tenant"), "core")
    assert view.recipient.name in people.text_of(pdf)


def test_a_press_is_kept_with_what_was_shown_which_statement_and_from_where(sent: Case) -> None:
    link = token(sent.services, sent.packet, "tenant")
    ceremony.open_link(sent.services, link, BROWSER)
    sent.clock.move(seconds=600)
    ceremony.show(sent.services, link, BROWSER)
    on_screen = screen(sent.services, link)
    press(sent.services, link)
    with sent.services.store.read() as tx:
        trail = tx.trail.of(sent.packet.id)
    pressed = trail[-1]
    assert (pressed.name, pressed.actor, pressed.at) == (
        "recipient:signed",
        "tenant",
        MORNING + timedelta(minutes=10),
    )
    assert pressed.data["address"] == BROWSER.address
    assert pressed.data["statement"] == sent.packet.recipient("tenant").statement
    assert pressed.data["sha256"] == dict(zip(("core", "annex"), on_screen, strict=True))
    assert check(trail) == pressed.sha256
    assert ceremony.answered(sent.services, link).recipient.answer is Answer.SIGNED


@pytest.mark.parametrize("reason", REASONS)
def test_a_no_stops_the_packet_and_the_contact_person_is_told_why(sent: Case, reason: str) -> None:
    ceremony.decline(sent.services, token(sent.services, sent.packet, "tenant"), BROWSER, reason=reason)
    assert people.now(sent.services, sent.packet).status is Status.DECLINED
    assert people.run_due(sent.services) == ["tell"]
    told = people.mails(sent.services)[-1]
    assert "s.sahin@opvang.voorbeeld.nl" in told["To"]
    assert sent.services.texts.get(f"decline.reasons.{reason}") in people.body(told)
    assert "/s/" not in people.body(told)


def test_the_corporation_may_say_no_and_the_agreement_stands(signed: Case) -> None:
    link = token(signed.services, signed.packet, "corporation")
    ceremony.decline(signed.services, link, BROWSER, reason="data_wrong")
    assert people.run_due(signed.services, until="archive") == ["seal"]
    assert people.now(signed.services, signed.packet).status is Status.SEALED


def test_everybody_gets_a_copy_of_what_they_signed(delivered: Case) -> None:
    for role in ("tenant", "referring_org"):
        link = token(delivered.services, delivered.packet, role, "k")
        copies = ceremony.copies(delivered.services, link).documents
        assert [copy.name for copy in copies] == ["core", "annex"]
        assert copies[0].filename == "MTR-0012345678-BGO01-C-core.pdf"
        assert ceremony.copy_document(delivered.services, link, "annex").startswith(b"%PDF-")
