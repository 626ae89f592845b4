"""The mails of a development service on a page; a real service has no such page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signing.config import Sms
from signing.services import Services
from signing.web import create_app
from tests import people
from tests.conftest import Case
from tests.signing.web.desk import Desk


@pytest.mark.parametrize("changes", [{"development": False}, {"mail_url": "smtp://127.0.0.1:25"}])
def test_a_real_service_shows_no_mail(services: Services, changes: dict[str, object]) -> None:
    config = services.config.model_copy(update=changes)
    client = create_app(replace(services, config=config)).test_client()
    assert client.get("/ontwikkeling/post").status_code == 404


def test_every_mail_is_there_with_its_link(sent: Case) -> None:
    page = create_app(sent.services).test_client().get("/ontwikkeling/post").get_data(as_text=True)
    for role in people.PARTIES[people.GUIDANCE]:
        assert sent.packet.recipient(role).email in page
        assert f"/s/{people.token(sent.services, sent.packet, role)}" in page


def test_a_page_that_refuses_still_says_whom_to_call(signed: Case) -> None:
    token = people.token(signed.services, signed.packet, "corporation")
    signed.clock.move(days=15)
    page = create_app(signed.services).test_client().get(f"/s/{token}")
    assert page.status_code == 410
    assert "Selin Şahin" in page.get_data(as_text=True)


def test_codes_and_text_messages_are_there_to_read(desk: Desk) -> None:
    data = desk.sample()
    del data["tenant"]["email"]
    packet = desk.packet(data=data)
    config = desk.services.config.model_copy(update={"sms": Sms(url=(desk.mail.parent / "sms").as_uri())})
    page = create_app(replace(desk.services, config=config)).test_client().get("/ontwikkeling/post")
    told = page.get_data(as_text=True)
    assert desk.path(packet, "tenant") in told
    assert str(packet.recipient("tenant").mobile) in told
