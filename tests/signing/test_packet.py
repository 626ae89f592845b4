"""The rules of a packet: ways that do not exist, answers that do not count, then the way itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from signing.errors import (
    AlreadyAnswered,
    LinkRevoked,
    NotAgreed,
    NotFound,
    NotShown,
    OutOfTurn,
    PacketClosed,
    Refused,
    ShownOtherwise,
    WrongStatus,
)
from signing.packet import (
    TERM,
    TRANSITIONS,
    Action,
    Answer,
    Packet,
    Recipient,
    Status,
    acknowledgement_ends,
    answer,
    applied,
    decline,
    due,
    expired,
    invited,
    may_answer,
    move,
    opened,
    sealable,
    send,
    shown,
    term_end,
    waits_for,
    withdraw,
)

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HELD = ("a" * 64, "b" * 64)
PARTIES = ("tenant", "referring_org")


def recipient(role: str, action: Action = Action.SIGN, order: int = 1, **more: object) -> Recipient:
    given = Recipient(
        role, role.title(), action, order, ("core",), "A. Şahin", "a@voorbeeld.nl", "Ik ga akkoord."
    )
    return replace(given, **more)  # type: ignore[arg-type]


def packet(*recipients: Recipient, status: Status = Status.READY) -> Packet:
    three = (
        recipient("tenant"),
        recipient("referring_org"),
        recipient("corporation", Action.ACKNOWLEDGE, 2, term_days=14),
    )
    return Packet(
        id="0191d7a5-3c5e-7cc4-9f7e-7c1a3f0a9b11",
        reference="MTR-0012345678-BGO01-C",
        type="guidance-agreement",
        code="BGO",
        title="Begeleidingsovereenkomst",
        status=status,
        corporation="MTR",
        lease_number="0012345678",
        created_at=NOW,
        recipients=recipients or three,
    )


def pressed(at: Packet, role: str, now: datetime = NOW) -> Packet:
    may_answer(at, role, 1, now)
    return answer(shown(at, role, now), role, agreed=True, on_screen=HELD, held=HELD, now=now)


def sent() -> Packet:
    return send(packet(), NOW)


def signed() -> Packet:
    at = sent()
    for role in PARTIES:
        at = applied(pressed(at, role), role, NOW)
    return at


@pytest.mark.parametrize(
    ("status", "wanted"),
    [(a, b) for a, b in product(Status, Status) if b not in TRANSITIONS.get(a, ())],
)
def test_a_transition_that_does_not_exist_is_refused(status: Status, wanted: Status) -> None:
    with pytest.raises(WrongStatus, match=f"{status} cannot become {wanted}"):
        move(packet(status=status), wanted)


@pytest.mark.parametrize("status", [Status.DELIVERED, Status.DECLINED, Status.EXPIRED, Status.WITHDRAWN])
def test_nothing_follows_on_the_end(status: Status) -> None:
    assert status not in TRANSITIONS


def test_a_packet_is_sent_once() -> None:
    with pytest.raises(WrongStatus):
        send(sent(), NOW)


def test_an_unknown_role_is_not_found() -> None:
    with pytest.raises(NotFound, match="no recipient 'mallory'"):
        may_answer(sent(), "mallory", 1, NOW)


@pytest.mark.parametrize("serial", [0, 2])
def test_a_link_with_another_serial_is_revoked(serial: int) -> None:
    with pytest.raises(LinkRevoked):
        may_answer(sent(), "tenant", serial, NOW)


@pytest.mark.parametrize("status", [s for s in Status if s not in (Status.SENT, Status.SIGNED)])
@pytest.mark.parametrize("role", ["tenant", "corporation"])
def test_no_answer_counts_in_another_status(status: Status, role: str) -> None:
    with pytest.raises(PacketClosed) as closed:
        may_answer(packet(status=status), role, 1, NOW)
    assert closed.value.status == status


def test_a_party_cannot_answer_when_all_parties_have_signed() -> None:
    late = recipient("late", order=9)
    with pytest.raises(PacketClosed, match="signed"):
        may_answer(replace(signed(), recipients=(*signed().recipients, late)), "late", 1, NOW)


def test_order_two_waits_for_order_one_by_name() -> None:
    at = send(packet(recipient("tenant", order=2), recipient("referring_org", order=1)), NOW)
    with pytest.raises(OutOfTurn, match="first Referring_Org") as waiting:
        may_answer(at, "tenant", 1, NOW)
    assert waiting.value.waits_for == ("Referring_Org",)


def test_the_press_of_order_one_is_enough_for_order_two_to_sign() -> None:
    at = send(packet(recipient("tenant", order=2), recipient("referring_org", order=1)), NOW)
    assert may_answer(pressed(at, "referring_org"), "tenant", 1, NOW).role == "tenant"


@pytest.mark.parametrize("pressers", [(), ("tenant",), PARTIES])
def test_the_acknowledgement_waits_until_every_signature_stands_in_the_document(
    pressers: tuple[str, ...],
) -> None:
    at = sent()
    for role in pressers:
        at = pressed(at, role)
    with pytest.raises(OutOfTurn, match="first Tenant, Referring_Org"):
        may_answer(at, "corporation", 1, NOW)


def test_signing_twice_is_answered_with_when_it_was_done() -> None:
    at = pressed(sent(), "tenant")
    with pytest.raises(AlreadyAnswered) as again:
        may_answer(at, "tenant", 1, NOW + HOUR)
    assert (again.value.answer, again.value.at) == ("signed", NOW)


@pytest.mark.parametrize("status", [Status.DECLINED, Status.EXPIRED, Status.WITHDRAWN, Status.DELIVERED])
def test_who_answered_reads_that_whatever_became_of_the_packet(status: Status) -> None:
    with pytest.raises(AlreadyAnswered):
        may_answer(replace(pressed(sent(), "tenant"), status=status), "tenant", 1, NOW + 90 * DAY)


@pytest.mark.parametrize("late", [TERM, TERM + HOUR, 365 * DAY])
def test_after_its_term_a_link_is_expired_also_before_the_packet_is_marked_so(late: timedelta) -> None:
    with pytest.raises(PacketClosed, match="expired"):
        may_answer(sent(), "tenant", 1, NOW + late)


def test_the_last_moment_of_the_term_still_counts() -> None:
    assert may_answer(sent(), "tenant", 1, NOW + TERM - timedelta(microseconds=1))


def test_after_a_party_declined_nobody_signs() -> None:
    at = decline(sent(), "tenant", NOW)
    assert at.status is Status.DECLINED
    with pytest.raises(PacketClosed, match="declined"):
        may_answer(at, "referring_org", 1, NOW)


def test_nobody_signs_what_was_not_shown() -> None:
    with pytest.raises(NotShown):
        answer(sent(), "tenant", agreed=True, on_screen=HELD, held=HELD, now=NOW)


@pytest.mark.parametrize("on_screen", [(), HELD[:1], HELD[::-1], ("c" * 64, HELD[1]), (*HELD, HELD[0])])
def test_nobody_signs_other_documents_than_the_screen_named(on_screen: tuple[str, ...]) -> None:
    with pytest.raises(ShownOtherwise):
        answer(shown(sent(), "tenant", NOW), "tenant", agreed=True, on_screen=on_screen, held=HELD, now=NOW)


def test_nobody_signs_without_ticking_the_statement() -> None:
    with pytest.raises(NotAgreed):
        answer(shown(sent(), "tenant", NOW), "tenant", agreed=False, on_screen=HELD, held=HELD, now=NOW)


def test_a_packet_that_every_party_pressed_cannot_be_withdrawn() -> None:
    at = pressed(pressed(sent(), "tenant"), "referring_org")
    with pytest.raises(WrongStatus, match="signed cannot become withdrawn"):
        withdraw(at)


@pytest.mark.parametrize("at", [packet(status=Status.DRAFT), packet(), sent(), pressed(sent(), "tenant")])
def test_a_packet_can_be_withdrawn_until_every_party_pressed(at: Packet) -> None:
    assert withdraw(at).status is Status.WITHDRAWN


def test_an_acknowledgement_after_its_term_is_refused() -> None:
    with pytest.raises(PacketClosed, match="expired"):
        may_answer(signed(), "corporation", 1, NOW + 14 * DAY)


def test_the_term_of_an_acknowledgement_starts_only_when_the_parties_signed() -> None:
    assert acknowledgement_ends(sent()) is None
    with pytest.raises(ValueError, match="starts when the parties have signed"):
        term_end(sent(), sent().recipient("corporation"))


def test_a_packet_does_not_expire_before_its_term_nor_when_it_is_not_sent() -> None:
    assert not expired(sent(), NOW + TERM - HOUR)
    assert not expired(packet(), NOW + 2 * TERM)
    assert not expired(signed(), NOW + 2 * TERM)


def test_a_packet_expires_when_one_party_never_pressed() -> None:
    assert expired(pressed(sent(), "tenant"), NOW + TERM)


def test_a_packet_that_everybody_pressed_in_time_does_not_expire_while_the_work_is_late() -> None:
    at = pressed(pressed(sent(), "tenant"), "referring_org", NOW + TERM - HOUR)
    assert not expired(at, NOW + 10 * TERM)
    at = applied(applied(at, "tenant", NOW + 2 * TERM), "referring_org", NOW + 2 * TERM)
    assert (at.status, at.signed_at) == (Status.SIGNED, NOW + 2 * TERM)


@pytest.mark.parametrize("order", [PARTIES, PARTIES[::-1]])
def test_two_parties_sign_in_either_order_and_the_last_one_completes_the_agreement(
    order: tuple[str, str],
) -> None:
    at = sent()
    for role in order:
        assert at.status is Status.SENT
        at = applied(pressed(at, role), role, NOW)
    assert at.status is Status.SIGNED


def test_both_parties_are_invited_at_once_and_the_corporation_after_them() -> None:
    assert due(packet()) == ()
    assert [r.role for r in due(sent())] == list(PARTIES)
    assert [r.role for r in due(invited(sent(), "tenant", NOW))] == ["referring_org"]
    assert "corporation" in [r.role for r in due(signed())]


def test_the_first_opening_and_the_first_reading_are_the_ones_that_are_kept() -> None:
    at = shown(opened(sent(), "tenant", NOW), "tenant", NOW + HOUR)
    again = shown(opened(at, "tenant", NOW + DAY), "tenant", NOW + DAY)
    assert (again.recipient("tenant").opened_at, again.recipient("tenant").shown_at) == (NOW, NOW + HOUR)


@pytest.mark.parametrize("at", [packet(), sent(), pressed(sent(), "tenant")])
def test_nothing_is_sealed_before_all_parties_signed(at: Packet) -> None:
    assert not sealable(at, NOW + 365 * DAY)


def test_the_seal_waits_for_the_acknowledgement_until_its_term_ends() -> None:
    assert acknowledgement_ends(signed()) == NOW + 14 * DAY
    assert not sealable(signed(), NOW + 14 * DAY - HOUR)
    assert sealable(signed(), NOW + 14 * DAY)


def test_an_acknowledgement_in_time_is_waited_for_until_it_stands_in_the_document() -> None:
    at = pressed(signed(), "corporation", NOW + 14 * DAY - HOUR)
    assert at.recipient("corporation").answer is Answer.ACKNOWLEDGED
    assert not sealable(at, NOW + 30 * DAY)
    assert sealable(applied(at, "corporation", NOW + 30 * DAY), NOW + 30 * DAY)


def test_a_withheld_acknowledgement_does_not_hold_up_the_parties() -> None:
    at = decline(signed(), "corporation", NOW)
    assert at.status is Status.SIGNED
    assert sealable(at, NOW)


def test_of_two_acknowledgements_the_last_term_counts() -> None:
    second = recipient("municipality", Action.ACKNOWLEDGE, 2, term_days=21)
    at = replace(signed(), recipients=(*signed().recipients, second))
    assert acknowledgement_ends(at) == NOW + 21 * DAY
    assert not sealable(decline(at, "corporation", NOW), NOW)


def test_a_packet_without_acknowledgement_can_be_sealed_at_once() -> None:
    at = send(packet(recipient("tenant")), NOW)
    at = applied(pressed(at, "tenant"), "tenant", NOW)
    assert acknowledgement_ends(at) is None
    assert sealable(at, NOW)
    assert waits_for(at, at.recipient("tenant")) == ()


class AnyOrderOfDoing(RuleBasedStateMachine):
    """Whatever happens in whatever order, an answer that was given stays, and nothing closes over it."""

    def __init__(self) -> None:
        super().__init__()
        self.packet, self.now = sent(), NOW
        self.given: dict[str, Answer] = {}

    @rule(role=st.sampled_from([*PARTIES, "corporation"]))
    def press(self, role: str) -> None:
        self._try(lambda: pressed(self.packet, role, self.now), role)

    @rule(role=st.sampled_from([*PARTIES, "corporation"]))
    def say_no(self, role: str) -> None:
        def no() -> Packet:
            may_answer(self.packet, role, 1, self.now)
            return decline(self.packet, role, self.now)

        self._try(no, role)

    @rule(role=st.sampled_from([*PARTIES, "corporation"]))
    def apply(self, role: str) -> None:
        wanted = self.packet.recipient(role)
        if wanted.agreed and not wanted.applied_at and self.packet.status in (Status.SENT, Status.SIGNED):
            self.packet = applied(self.packet, role, self.now)

    @rule(days=st.integers(1, 20))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    @precondition(lambda self: expired(self.packet, self.now))
    @rule()
    def expire(self) -> None:
        self.packet = move(self.packet, Status.EXPIRED)

    @rule()
    def take_back(self) -> None:
        self._try(lambda: withdraw(self.packet), None)

    @precondition(lambda self: sealable(self.packet, self.now))
    @rule()
    def seal(self) -> None:
        self.packet = move(self.packet, Status.SEALED)

    @invariant()
    def every_answer_stays(self) -> None:
        for role, wanted in self.given.items():
            assert self.packet.recipient(role).answer is wanted

    @invariant()
    def what_all_parties_pressed_is_never_stopped(self) -> None:
        if all(self.packet.recipient(role).agreed for role in PARTIES):
            assert self.packet.status not in (Status.EXPIRED, Status.DECLINED, Status.WITHDRAWN)

    @invariant()
    def a_seal_covers_every_answer_that_was_given(self) -> None:
        if self.packet.status is Status.SEALED:
            assert all(r.applied_at for r in self.packet.recipients if r.agreed)
            assert all(self.packet.recipient(role).applied_at for role in PARTIES)

    def _try(self, change: Callable[[], Packet], role: str | None) -> None:
        try:
            self.packet = change()
        except Refused:
            return
        answered = None if role is None else self.packet.recipient(role).answer
        if role is not None and answered is not None:
            self.given.setdefault(role, answered)


TestAnyOrderOfDoing = AnyOrderOfDoing.TestCase
