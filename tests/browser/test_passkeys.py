"""A passkey in a real browser: refused when its owner does not show up, then made, then used to log in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession

from tests.browser.chromium import LOCALHOST
from tests.browser.conftest import ServedDesk, Visitors
from tests.browser.inspection import Inspector
from tests.browser.test_desk import logs_in
from tests.browser.visitor import Visitor
from tests.service import free_port
from tests.signing.web.colleagues import Colleagues
from tests.signing.web.desk import open_desk


@pytest.fixture
def named(tmp_path: Path, serve: Callable[..., str], inspector: Inspector) -> Iterator[ServedDesk]:
    """A desk that people know by a name: no browser makes a passkey for a number."""
    port = free_port()
    address = f"http://{LOCALHOST}:{port}"
    with open_desk(tmp_path, base_url=address) as desk:
        serve(desk.app, port)
        inspector.is_stand_in(address)
        yield ServedDesk(desk, address)


class Telephone:
    """What holds passkeys: Chromium's own stand-in for a telephone or a key (WebAuthn 3, 11)."""

    def __init__(self, visitor: Visitor) -> None:
        self._chromium: CDPSession = visitor.page.context.new_cdp_session(visitor.page)
        self._chromium.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = self._chromium.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self._id = made["authenticatorId"]

    def knows_its_owner(self, known: bool) -> None:
        """Whether finger or face fit from now on."""
        self._chromium.send(
            "WebAuthn.setUserVerified", {"authenticatorId": self._id, "isUserVerified": known}
        )

    @property
    def passkeys(self) -> list[str]:
        """For which names it holds one."""
        told = self._chromium.send("WebAuthn.getCredentials", {"authenticatorId": self._id})
        return [credential["rpId"] for credential in told["credentials"]]


def makes_a_passkey(visitor: Visitor) -> None:
    visitor.hands.fill(visitor.field("desk.own.passkey_name"), "laptop van het werk")
    visitor.presses("desk.own.make")


def test_a_passkey_is_refused_without_its_owner_and_then_made_and_used_to_log_in(
    named: ServedDesk, visitors: Visitors
) -> None:
    visitor, colleagues = visitors(), Colleagues(named.desk)
    telephone = Telephone(visitor)
    logs_in(visitor, named, colleagues, "referrer")
    visitor.follows("desk.menu.own")
    visitor.is_at("desk.own.title", "no-passkey")
    telephone.knows_its_owner(False)
    makes_a_passkey(visitor)
    visitor.is_at("desk.own.title", "passkey-failed")
    assert visitor.texts.get("desk.own.passkey_failed") in visitor.text
    assert telephone.passkeys == []

    telephone.knows_its_owner(True)
    makes_a_passkey(visitor)
    visitor.is_at("desk.own.title", "passkey")
    assert "laptop van het werk" in visitor.text
    assert telephone.passkeys == [LOCALHOST]
    visitor.presses("desk.menu.out")

    telephone.knows_its_owner(False)
    visitor.presses("desk.log_in.passkey_button")
    visitor.is_at("desk.log_in.title", "passkey-failed")
    telephone.knows_its_owner(True)
    visitor.presses("desk.log_in.passkey_button")
    visitor.is_at("desk.packets.title", "by-passkey")
