"""The lists of the desk and the API on both databases: each filter in SQL says what its rule says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count, product

import pytest

from signing import standing as rules
from signing.account import CORPORATION_SEES, Scope
from signing.packet import Action, Answer, Packet, Recipient, Status
from signing.reference import Reference, compact_form
from signing.standing import Filter, State, folded
from signing.store import Filing, Sought, Store, Stuck

NOW = datetime(2026, 11, 23, 9, 30, 0, 123_456, tzinfo=UTC)
FILING = Filing("care", "f" * 64, "1.0.0", "a" * 64, "5" * 64, {}, {}, True)
CARE, CORPORATION = Scope(client="care"), Scope(corporation="MTR")
WANTED: dict[Filter, tuple[State, ...]] = {
    Filter.OWN: (State.READY,),
    Filter.PARTIES: (State.PARTIES,),
    Filter.RECEIPT: (State.RECEIPT,),
    Filter.DONE: (State.DONE,),
    Filter.STOPPED: (State.DECLINED, State.EXPIRED, State.WITHDRAWN),
}
numbers = count(1)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store(url)
    yield opened
    opened.close()


def fits(found: rules.Standing, wanted: Filter) -> bool:
    """The rule, beside its translation to SQL."""
    match wanted:
        case Filter.ALL:
            return True
        case Filter.OVERDUE:
            return found.overdue
        case Filter.STUCK:
            return found.stuck
        case Filter.OPEN:
            return found.state not in (*WANTED[Filter.DONE], *WANTED[Filter.STOPPED])
    return found.state in WANTED[wanted]


def recipient(role: str, action: Action, **more: object) -> Recipient:
    made = Recipient(role, role, action, 1, ("core",), "Naam", "a@voorbeeld.nl", "Akkoord.")
    return replace(made, **more)  # type: ignore[arg-type]


def add(store: Store, made: Packet, filing: Filing = FILING) -> Packet:
    number = next(numbers)
    lease = f"{number:010d}" if made.lease_number == "" else made.lease_number
    whole = replace(
        made,
        id=f"0191d7a5-3c5e-7cc4-9f7e-{number:012d}",
        reference=str(Reference(made.corporation, lease, "BGO", number % 100)),
        lease_number=lease,
    )
    with store.write() as tx:
        tx.packets.add(whole, filing)
    return whole


def packet(status: Status = Status.DELIVERED, *recipients: Recipient, **more: object) -> Packet:
    people = recipients or (recipient("tenant", Action.SIGN),)
    made = Packet("", "", "guidance-agreement", "BGO", "BGO", status, "MTR", "", NOW, people)
    return replace(made, **more)  # type: ignore[arg-type]


def all_kinds() -> Iterator[Packet]:
    """Packets in every status, with every moment near the ends of their terms."""
    near = [None, *(NOW - timedelta(days=days, seconds=s) for days in (7, 14, 30) for s in (-1, 0, 1))]
    answers = (None, Answer.SIGNED)
    for status in Status:
        yield packet(status, sent_at=NOW, signed_at=NOW)
    for invited, answer, sent in product(near, answers, (None, NOW, NOW - timedelta(days=8))):
        tenant = recipient("tenant", Action.SIGN, invited_at=invited, answer=answer)
        yield packet(Status.SENT, tenant, recipient("corporation", Action.ACKNOWLEDGE), sent_at=sent)
    for signed, answer, term in product(near[1:], (None, Answer.ACKNOWLEDGED), (None, 7, 30)):
        first = recipient("corporation", Action.ACKNOWLEDGE, answer=answer, term_days=term)
        second = recipient("other", Action.ACKNOWLEDGE, answer=None if term == 7 else Answer.ACKNOWLEDGED)
        yield packet(Status.SIGNED, recipient("tenant", Action.SIGN), first, second, signed_at=signed)


def whole(store: Store, scope: Scope, sought: Sought) -> list[str]:
    """All pages of a list, of seven packets each."""
    found: list[str] = []
    while True:
        with store.read() as tx:
            page = tx.overview.packets(scope, sought, NOW, 7)
        found += [each.packet.id for each in page]
        if len(page) < 7:
            return found
        sought = replace(sought, after=compact_form(page[-1].packet.reference))


def test_every_filter_lists_what_its_rule_says_for_both_kinds_of_organisation(store: Store) -> None:
    made = [add(store, each) for each in all_kinds()]
    stuck = {made[0].id, made[3].id, made[-1].id}
    with store.write() as tx:
        for each in stuck:
            tx.attention.put(Stuck(each, "invite", 0, NOW, "MailRefused"))
        tx.attention.put(Stuck(made[1].id, "invite", 0, NOW, "MailRefused", given_up_at=NOW))
    for wanted in Filter:
        fitting = [p.id for p in made if fits(rules.standing(p, NOW, stuck=p.id in stuck), wanted)]
        seen = [p.id for p in made if p.id in fitting and p.status in CORPORATION_SEES]
        assert fitting, wanted
        assert sorted(whole(store, CARE, Sought(standing=wanted))) == sorted(fitting), wanted
        assert sorted(whole(store, CORPORATION, Sought(standing=wanted))) == sorted(seen), wanted
        with store.read() as tx:
            assert tx.overview.count(CARE, Sought(standing=wanted), NOW, 1000) == len(fitting), wanted
            assert tx.overview.count(CARE, Sought(standing=wanted), NOW, 1) == 1


def test_nobody_sees_anything_without_an_organisation(store: Store) -> None:
    add(store, packet())
    for wanted in Filter:
        assert whole(store, Scope(), Sought(standing=wanted)) == []
        with store.read() as tx:
            assert tx.overview.count(Scope(), Sought(standing=wanted), NOW, 9) == 0


def test_pages_go_on_and_back_in_one_order_whatever_their_status(store: Store) -> None:
    statuses = list(Status)
    made = [
        add(store, packet(statuses[n % len(statuses)], created_at=NOW + timedelta(seconds=n // 3)))
        for n in range(30)
    ]
    order = [each.id for each in sorted(made, key=lambda p: (p.created_at, p.id), reverse=True)]
    assert whole(store, CARE, Sought()) == order
    middle = next(each for each in made if each.id == order[15])
    with store.read() as tx:
        back = Sought(after=compact_form(middle.reference), newer=True)
        assert [each.packet.id for each in tx.overview.packets(CARE, back, NOW, 5)] == order[10:15]
        strange = Sought(after=compact_form(middle.reference))
        assert tx.overview.packets(Scope(client="another"), strange, NOW, 5) == ()


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ("walesa sahin", True),
        ("'S-GRAVESANDE 12a", True),
        ("345678", True),
        ("bgo maasterras", True),
        ("wa", True),
        ("la walesa sahin", False),
        ("zo walesa 12a sahin", True),
        ("z", True),
        ("zorgthuis", True),
        ("walesa nobody", False),
        ("zz", False),
        ("%", True),  # a sign between words is none
        ("a_zz", False),
        ("عائشة", True),
    ],
)
def test_a_search_finds_parts_of_words_without_capitals_and_accents(
    store: Store, words: str, fits: bool
) -> None:
    values = {
        "tenant": {"full_name": "Aylin Zofia van der Wałęsa-Şahin عائشة"},
        "address": {"line": "'s-Gravesandestraat 12a", "city": "Maasdam"},
        "corporation": {"name": "Stichting Maasterras"},
        "referring_org": {"name": "ZorgThuis"},
        "lease_number": "12345678",
    }
    one = add(store, packet(), replace(FILING, values=values))
    add(store, packet(), replace(FILING, values={"tenant": {"full_name": "Iemand"}, "lease_number": "9"}))
    sought = Sought(words=tuple(folded(words).split()))
    found = whole(store, CARE, sought)
    assert (one.id in found) is fits
    if sought.words:
        assert len(found) == fits
    assert whole(store, CORPORATION, sought) == found


def test_the_api_narrows_by_status_corporation_and_lease_together(store: Store) -> None:
    one = add(store, packet(lease_number="0000012345"))
    add(store, packet(lease_number="0000012345", corporation="ABC"))
    add(store, packet(Status.SENT))
    assert whole(store, CARE, Sought("delivered", "MTR", "0000012345")) == [one.id]
    assert whole(store, CARE, Sought("sent", "MTR", "0000012345")) == []
    assert len(whole(store, CARE, Sought(corporation="MTR"))) == 2
    assert len(whole(store, CARE, Sought(lease="0000012345"))) == 2


def test_a_whole_lease_number_means_that_lease(store: Store) -> None:
    one = add(store, packet(lease_number="12345678"))
    longer = replace(FILING, values={"lease_number": "123456789"})
    add(store, packet(lease_number="123456789"), longer)
    assert whole(store, CARE, Sought(words=("12345678",))) == [one.id]
    assert len(whole(store, CARE, Sought(words=("1234567",)))) >= 1
