"""Pages for who has no link: the front door, checking a document, and the mails of a development service."""

from __future__ import annotations

import pytest

from tests.browser.referrer import Packet
from tests.browser.visitor import Visitor
from tests.service import Service


def test_the_front_door(visitor: Visitor, service: Service) -> None:
    visitor.opens(f"http://{service.bind}/")
    visitor.is_at("home.title")


@pytest.mark.parametrize(("changed", "state"), [("", "right"), ("X", "wrong")])
def test_checking_a_document(visitor: Visitor, open_packet: Packet, changed: str, state: str) -> None:
    visitor.opens(f"http://{open_packet.service.bind}/validatie/{open_packet.reference}{changed}")
    visitor.is_at("validation.title", state)
    assert open_packet.reference in visitor.text


def test_the_post_of_a_development_service(visitor: Visitor, open_packet: Packet) -> None:
    assert open_packet.link("tenant")
    visitor.opens(f"http://{open_packet.service.bind}/ontwikkeling/post")
    visitor.is_at("post.title")
