"""What stands beside the documents: the short explanation in more languages, and a host who helps."""

from __future__ import annotations

import pytest

from signing.texts import PAGE_LANGUAGES, Texts
from tests import people
from tests.browser.referrer import CATALOG, Packet, Referrer
from tests.browser.visitor import IN_SHORT, Visitor

LANGUAGES = CATALOG.languages(people.GUIDANCE)


def test_the_explanation_can_be_read_in_each_language(visitor: Visitor, open_packet: Packet) -> None:
    visitor.comes_to_the_text(open_packet.link("tenant"))
    visitor.follows("leaflet.read", title=IN_SHORT)
    for code in LANGUAGES:
        summary = CATALOG.summary(people.GUIDANCE, code)
        visitor.follows(f"language.{code}")
        if code in PAGE_LANGUAGES:
            visitor.reads(code)
        visitor.arrives(f"in-short-{code}", summary.title, IN_SHORT)
        assert visitor.heading.get_attribute("lang") == code
        assert visitor.heading.get_attribute("dir") == summary.direction
    visitor.goes_on_from_the_explanation()
    visitor.is_at("read.title", "sign")


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_says_its_own_name(code: str) -> None:
    assert Texts().get(f"language.{code}")


def test_who_has_no_mail_reads_that_the_host_helps_and_signs_on_their_device(
    visitor: Visitor, referrer: Referrer
) -> None:
    packet = referrer.ask(people.GUIDANCE, "sample-4")
    link = packet.link("tenant")
    visitor.opens(link)
    visitor.is_at("welcome.title", "hosted")
    visitor.signs(link)
    assert ("recipient:signed", "tenant") in packet.events()
