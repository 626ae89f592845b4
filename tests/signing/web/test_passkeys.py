"""Passkeys, with an authenticator in software: what does not let in, then what does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from signing import staff
from tests.signing.web.authenticator import Authenticator
from tests.signing.web.colleagues import Colleagues
from tests.signing.web.desk import Desk, Visitor, heading, open_desk, soup

ORIGIN = "http://127.0.0.1"
FORM = "#passkey"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


@pytest.fixture
def colleagues(house: Desk) -> Colleagues:
    return Colleagues(house)


def options(page: TestResponse) -> str:
    return str(soup(page).select_one(FORM)["data-options"])


def makes(visitor: Visitor, key: Authenticator, name: str = "Laptop") -> TestResponse:
    page = visitor.get("/bureau/account")
    return visitor.press(page, which=FORM, name=name, answer=key.create(options(page)))


def shows(visitor: Visitor, key: Authenticator) -> TestResponse:
    page = visitor.get("/bureau/inloggen")
    return visitor.press(page, which=FORM, answer=key.get(options(page)))


def test_a_passkey_that_nobody_here_has_lets_nobody_in(house: Desk, colleagues: Colleagues) -> None:
    page = shows(house.visitor(), Authenticator(ORIGIN))
    assert page.status_code == 422
    assert "Deze passkey werkt hier niet" in page.text


@pytest.mark.parametrize("answer", ["", "{}", "[1]", '{"id": "x"}', "x" * 30_000])
def test_an_answer_that_is_none_lets_nobody_in(house: Desk, colleagues: Colleagues, answer: str) -> None:
    visitor = house.visitor()
    page = visitor.press(visitor.get("/bureau/inloggen"), which=FORM, answer=answer)
    assert page.status_code == 422


def test_a_passkey_of_another_site_or_without_a_finger_is_not_kept(
    house: Desk, colleagues: Colleagues
) -> None:
    visitor = colleagues.logs_in("referrer")
    for key in (Authenticator("https://teken.voorbeeld.nl.example"), Authenticator(ORIGIN, verifies=False)):
        assert makes(visitor, key).status_code == 422
    assert staff.passkeys(house.services, colleagues.person("referrer")) == ()


def test_an_answer_counts_once_and_not_to_another_question(house: Desk, colleagues: Colleagues) -> None:
    key = Authenticator(ORIGIN)
    makes(colleagues.logs_in("referrer"), key)
    visitor = house.visitor()
    page = visitor.get("/bureau/inloggen")
    answer = key.get(options(page))
    assert visitor.press(page, which=FORM, answer=answer).status_code == 200
    other = house.visitor()
    later = other.get("/bureau/inloggen")
    assert other.press(later, which=FORM, answer=answer).status_code == 422


def test_a_question_is_too_old_after_five_minutes(house: Desk, colleagues: Colleagues) -> None:
    key = Authenticator(ORIGIN)
    makes(colleagues.logs_in("referrer"), key)
    visitor = house.visitor()
    page = visitor.get("/bureau/inloggen")
    house.clock.pass_days(6 / 24 / 60)
    assert visitor.press(page, which=FORM, answer=key.get(options(page))).status_code == 422


def test_a_copy_of_a_passkey_that_counts_behind_is_refused(house: Desk, colleagues: Colleagues) -> None:
    key = Authenticator(ORIGIN)
    makes(colleagues.logs_in("referrer"), key)
    assert shows(house.visitor(), key).status_code == 200
    key.count = 0
    assert shows(house.visitor(), key).status_code == 422


def test_a_blocked_person_and_a_dropped_passkey_do_not_come_in(house: Desk, colleagues: Colleagues) -> None:
    key = Authenticator(ORIGIN)
    visitor = colleagues.logs_in("referrer")
    page = makes(visitor, key)
    staff.block(house.services, colleagues.person("admin"), colleagues.account("referrer").id)
    assert shows(house.visitor(), key).status_code == 422
    staff.unblock(house.services, colleagues.person("admin"), colleagues.account("referrer").id)
    visitor = colleagues.logs_in("referrer")
    page = visitor.press(visitor.get("/bureau/account"), which=".plain form")
    assert "U hebt nog geen passkey." in page.text
    assert shows(house.visitor(), key).status_code == 422


def test_nobody_drops_the_passkey_of_somebody_else(house: Desk, colleagues: Colleagues) -> None:
    makes(colleagues.logs_in("referrer"), Authenticator(ORIGIN))
    (kept,) = staff.passkeys(house.services, colleagues.person("referrer"))
    other = colleagues.logs_in("auditor")
    csrf = other.csrf("/bureau/account")
    answer = other.client.post("/bureau/account/passkey/weg", data={"csrf_token": csrf, "passkey": kept.id})
    assert answer.status_code == 404
    assert staff.passkeys(house.services, colleagues.person("referrer")) == (kept,)


def test_a_passkey_alone_lets_its_owner_in(house: Desk, colleagues: Colleagues) -> None:
    key = Authenticator(ORIGIN)
    assert "Laptop" in makes(colleagues.logs_in("referrer"), key).text
    page = shows(house.visitor(), key)
    assert heading(page) == "Pakketten"
