"""Showing who it is: a code that is wrong, old, asked for again or pasted; and a name for a team."""

from __future__ import annotations

from tests.browser.conftest import Visitors
from tests.browser.referrer import Packet, Party
from tests.browser.visitor import Visitor


def begins(visitor: Visitor, link: str) -> None:
    """To the page of the code."""
    visitor.opens(link)
    visitor.presses("welcome.button")
    visitor.is_at("prove.title")


def types(visitor: Visitor, code: str) -> None:
    """Some code, and the button."""
    visitor.hands.fill(visitor.field("prove.label"), code)
    visitor.presses("prove.button")


def test_a_wrong_code_says_how_many_tries_are_left(visitor: Visitor, party: Party) -> None:
    begins(visitor, party.link)
    types(visitor, "12 34 5")
    visitor.is_at("prove.title", "wrong")
    assert "nog 4 keer" in visitor.text
    visitor.types_the_code(party.link)
    assert not visitor.is_asked("prove.title")


def test_another_code_makes_the_old_one_useless(visitor: Visitor, party: Party) -> None:
    begins(visitor, party.link)
    old = visitor.letterbox.code(party.link)
    with visitor.page.expect_navigation():
        visitor.hands.press(visitor.page.get_by_role("button", name="Stuur een nieuwe code naar"))
    visitor.is_at("prove.title")
    fresh = visitor.letterbox.code(party.link)
    if fresh != old:
        types(visitor, old)
        visitor.is_at("prove.title", "wrong")
    types(visitor, fresh)
    assert not visitor.is_asked("prove.title")


def test_after_too_many_tries_only_another_code_helps(visitor: Visitor, party: Party) -> None:
    begins(visitor, party.link)
    for _ in range(5):
        types(visitor, "0")
    visitor.is_at("prove.title_none", "tries")


def test_a_code_can_be_pasted(visitor: Visitor, party: Party) -> None:
    begins(visitor, party.link)
    code = visitor.letterbox.code(party.link)
    field = visitor.field("prove.label")
    field.focus()
    visitor.page.evaluate(
        """([element, text]) => {
          const data = new DataTransfer()
          data.setData('text/plain', text)
          const event = new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})
          if (element.dispatchEvent(event)) element.value = text
        }""",
        [field.element_handle(), f" {code[:3]} {code[3:]}"],
    )
    visitor.presses("prove.button")
    assert not visitor.is_asked("prove.title")


def test_the_way_to_the_text_works_with_nothing_but_a_keyboard(visitors: Visitors, packet: Packet) -> None:
    for role in ("tenant", "referring_org"):
        visitors(keyboard=True, javascript=False).comes_to_the_text(packet.link(role))


def test_somebody_else_of_the_team_signs_under_an_own_name(visitor: Visitor, packet: Packet) -> None:
    link = packet.link("referring_org")
    begins(visitor, link)
    visitor.types_the_code(link)
    visitor.is_at("person.title")
    visitor.hands.fill(visitor.field("person.your_name"), "")
    visitor.presses("person.button")
    visitor.is_at("person.title", "no-name")
    visitor.hands.fill(visitor.field("person.your_name"), "Fatima El Idrissi")
    visitor.hands.fill(visitor.field("person.your_function"), "woonbegeleider")
    visitor.presses("person.button")
    visitor.is_at("read.title", "sign")
    visitor.presses("read.button")
    visitor.follows("choose.yes_sign")
    assert "Fatima El Idrissi" in visitor.text
    visitor.ticks()
    visitor.presses("sign.button_sign")
    visitor.is_at("done.title_signed")
    assert ("recipient:person:stated", "referring_org") in packet.events()
