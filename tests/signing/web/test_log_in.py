"""Logging in to the desk: every refusal first, then the ways that work; sessions, cookies and lock-out."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyotp
import pytest
from werkzeug.test import TestResponse

from signing import staff
from signing.account import SESSION_IDLE, SESSION_LIFE
from signing.errors import LogInFailed
from signing.login import password, totp
from signing.staff import Place
from signing.web import create_app
from tests.signing.web.colleagues import HOME, PASSWORD, Colleagues, tokens
from tests.signing.web.desk import NOW, Desk, Visitor, heading, open_desk, soup

LOG_IN, CODE = "Inloggen", "Vul de code van uw telefoon in"
WRONG = "E-mailadres of wachtwoord klopt niet."


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


@pytest.fixture
def colleagues(house: Desk) -> Colleagues:
    return Colleagues(house)


def types(visitor: Visitor, mail: str, password: str = PASSWORD) -> TestResponse:
    """Mail address and password, and the button."""
    return visitor.press(visitor.get("/bureau/inloggen"), mail=mail, password=password)


def enters(visitor: Visitor, colleagues: Colleagues, name: str = "referrer") -> TestResponse:
    """All the way in."""
    page = types(visitor, colleagues.account(name).mail)
    assert heading(page) == CODE
    return visitor.press(page, which="main form", code=colleagues.code(colleagues.account(name)))


def changes(visitor: Visitor, old: str, first: str, second: str) -> TestResponse:
    """The form for another password."""
    page = visitor.get("/bureau/account")
    return visitor.press(page, which="#wachtwoord", old=old, password=first, again=second)


def token(visitor: Visitor) -> str:
    with visitor.client.session_transaction() as session:
        return str(session["desk"][0])


def test_a_wrong_password_and_an_unknown_address_look_the_same(house: Desk, colleagues: Colleagues) -> None:
    wrong = types(house.visitor(), "referrer@voorbeeld.nl", "een ander wachtwoord")
    unknown = types(house.visitor(), "niemand@voorbeeld.nl", "een ander wachtwoord")
    assert wrong.status_code == unknown.status_code == 422
    assert WRONG in wrong.text
    cleaned = [
        re.sub(r'value="[^"]*"|data-options="[^"]*"', "", page.text.replace("niemand", "referrer"))
        for page in (wrong, unknown)
    ]
    assert cleaned[0] == cleaned[1]


def test_an_unknown_address_costs_a_whole_comparison_too(
    house: Desk, colleagues: Colleagues, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str | None] = []
    real = password.is_right

    def counted(kept: str | None, typed: str) -> bool:
        compared.append(kept)
        return real(kept, typed)

    monkeypatch.setattr(password, "is_right", counted)
    for mail in ("niemand@voorbeeld.nl", "referrer@voorbeeld.nl"):
        with pytest.raises(LogInFailed):
            staff.log_in(house.services, mail, "een ander wachtwoord", HOME)
    assert [kept is None for kept in compared] == [True, False]
    assert not real(None, PASSWORD)


def test_after_five_wrong_passwords_even_the_right_one_waits_here_and_nowhere_else(
    house: Desk, colleagues: Colleagues
) -> None:
    mail = colleagues.account("referrer").mail
    for _ in range(5):
        with pytest.raises(LogInFailed):
            staff.log_in(house.services, mail, "een ander wachtwoord", HOME)
    here, visitor = replace(HOME, address="127.0.0.1"), house.visitor()
    for _ in range(5):
        with pytest.raises(LogInFailed):
            staff.log_in(house.services, mail, "een ander wachtwoord", here)
    waits = types(visitor, mail)
    assert waits.status_code == 429
    assert "te vaak" in waits.text
    assert not staff.log_in(house.services, mail, PASSWORD, Place("198.51.100.7", "")).complete
    house.clock.pass_days(1 / 24)
    assert heading(types(visitor, mail)) == CODE


def test_an_address_without_an_account_waits_just_the_same(house: Desk, colleagues: Colleagues) -> None:
    pages = [types(house.visitor(), "niemand@voorbeeld.nl", "iets anders") for _ in range(6)]
    assert [page.status_code for page in pages] == [422] * 5 + [429]


def test_strangers_cannot_lock_out_a_browser_that_was_here_before(
    house: Desk, colleagues: Colleagues
) -> None:
    known = staff.show_code(
        house.services,
        staff.log_in(house.services, "referrer@voorbeeld.nl", PASSWORD, HOME).token,
        colleagues.code(colleagues.account("referrer")),
        HOME,
    )
    assert known.browser is not None
    for _ in range(5):
        with pytest.raises(LogInFailed):
            staff.log_in(house.services, "referrer@voorbeeld.nl", "een ander wachtwoord", HOME)
    with_browser = Place(HOME.address, known.browser)
    assert staff.log_in(house.services, "referrer@voorbeeld.nl", PASSWORD, with_browser)


def test_nothing_that_was_tried_is_kept_in_clear(house: Desk, colleagues: Colleagues) -> None:
    types(house.visitor(), "niemand@voorbeeld.nl", "een geheim wachtwoord")
    kept = repr(house.everything()["login_try"])
    assert kept != "[]"
    for secret in ("niemand", "127.0.0.1", "geheim"):
        assert secret not in kept


def test_a_password_alone_opens_no_page(house: Desk, colleagues: Colleagues) -> None:
    visitor = house.visitor()
    types(visitor, "referrer@voorbeeld.nl")
    for path in ("/bureau", "/bureau/pakketten", "/bureau/account"):
        assert visitor.get(path).headers["Location"] == "/bureau/code"


def test_a_wrong_code_a_used_code_and_an_old_code_do_not_let_in(house: Desk, colleagues: Colleagues) -> None:
    visitor = house.visitor()
    page = types(visitor, "referrer@voorbeeld.nl")
    wrong = visitor.press(page, which="main form", code="000000")
    assert wrong.status_code == 422
    assert "Deze code klopt niet" in wrong.text
    old = colleagues.code(colleagues.account("referrer"))
    house.clock.pass_days(2 / 24 / 60)
    assert visitor.press(page, which="main form", code=old).status_code == 422
    fresh = colleagues.code(colleagues.account("referrer"))
    assert visitor.press(page, which="main form", code=fresh).status_code == 200
    again = house.visitor()
    assert (
        again.press(types(again, "referrer@voorbeeld.nl"), which="main form", code=fresh).status_code == 422
    )


def test_codes_cannot_be_guessed_for_ever(house: Desk, colleagues: Colleagues) -> None:
    visitor = house.visitor()
    page = types(visitor, "referrer@voorbeeld.nl")
    found = [visitor.press(page, which="main form", code=f"{n:06d}").status_code for n in range(6)]
    assert found == [422] * 5 + [429]
    right = colleagues.code(colleagues.account("referrer"))
    assert visitor.press(page, which="main form", code=right).status_code == 429


def test_half_a_log_in_ends_after_ten_minutes(house: Desk, colleagues: Colleagues) -> None:
    visitor = house.visitor()
    types(visitor, "referrer@voorbeeld.nl")
    house.clock.pass_days(11 / 24 / 60)
    assert visitor.get("/bureau/code").headers["Location"] == "/bureau/inloggen"


def test_a_blocked_person_is_out_at_once_and_cannot_come_back(house: Desk, colleagues: Colleagues) -> None:
    visitor = house.visitor()
    enters(visitor, colleagues)
    staff.block(house.services, colleagues.person("admin"), colleagues.account("referrer").id)
    assert visitor.get("/bureau/pakketten").headers["Location"] == "/bureau/inloggen"
    assert WRONG in types(house.visitor(), "referrer@voorbeeld.nl").text


def test_a_form_without_its_token_logs_nobody_in(house: Desk, colleagues: Colleagues) -> None:
    answer = house.visitor().client.post(
        "/bureau/inloggen", data={"mail": "referrer@voorbeeld.nl", "password": PASSWORD}
    )
    assert answer.status_code == 400


def test_password_and_code_let_somebody_in(house: Desk, colleagues: Colleagues) -> None:
    visitor = house.visitor()
    page = enters(visitor, colleagues)
    assert (page.request.path, heading(page)) == ("/bureau/pakketten", "Pakketten")


def test_every_step_gives_a_new_session_and_the_old_one_is_worth_nothing(
    house: Desk, colleagues: Colleagues
) -> None:
    visitor = house.visitor()
    types(visitor, "referrer@voorbeeld.nl")
    half, csrf = token(visitor), visitor.csrf("/bureau/code")
    visitor.press(
        visitor.get("/bureau/code"), which="main form", code=colleagues.code(colleagues.account("referrer"))
    )
    whole = token(visitor)
    assert whole != half
    assert not tokens(house.services, half)
    old_form = visitor.client.post("/bureau/pakketten/x/intrekken", data={"csrf_token": csrf})
    assert old_form.status_code == 400


def test_logging_out_ends_the_session_in_the_registry_too(house: Desk, colleagues: Colleagues) -> None:
    visitor = house.visitor()
    page = enters(visitor, colleagues)
    kept = token(visitor)
    out = visitor.press(page, which=".menu form")
    assert "U bent uitgelogd." in out.text
    assert not tokens(house.services, kept)
    with visitor.client.session_transaction() as session:
        session["desk"] = [kept, int(house.clock().timestamp())]
    assert visitor.get("/bureau/pakketten").headers["Location"] == "/bureau/inloggen"


def test_a_session_ends_after_an_hour_of_nothing_and_at_the_end_of_the_day(
    house: Desk, colleagues: Colleagues
) -> None:
    idle, busy = house.visitor(), colleagues.logs_in("admin")
    enters(idle, colleagues)
    house.clock.now += SESSION_IDLE / 2
    assert busy.get("/bureau/account").status_code == 200
    house.clock.now += SESSION_IDLE / 2 + SESSION_IDLE / 10
    assert idle.get("/bureau/account").headers["Location"] == "/bureau/inloggen"
    assert busy.get("/bureau/account").status_code == 200
    for _ in range(int(SESSION_LIFE / (SESSION_IDLE / 2))):
        house.clock.now += SESSION_IDLE / 2
        last = busy.get("/bureau/account")
    assert last.status_code == 303


def test_the_cookies_are_closed_to_scripts_other_sites_and_clear_connections(
    house: Desk, colleagues: Colleagues
) -> None:
    config = house.services.config.model_copy(update={"base_url": "https://teken.voorbeeld.nl"})
    visitor = Visitor(create_app(replace(house.services, config=config)).test_client(), house)
    at = {"base_url": "https://teken.voorbeeld.nl"}
    csrf = soup(visitor.client.get("/bureau/inloggen", **at)).find("input", {"name": "csrf_token"})
    given = {"csrf_token": csrf["value"], "mail": "referrer@voorbeeld.nl", "password": PASSWORD}
    visitor.client.post("/bureau/inloggen", data=given, **at)
    page = visitor.client.get("/bureau/code", **at)
    csrf = soup(page).select_one("main form input[name=csrf_token]")
    given = {"csrf_token": csrf["value"], "code": colleagues.code(colleagues.account("referrer"))}
    answer = visitor.client.post("/bureau/code", data=given, **at)
    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "Secure" in cookie
        assert "SameSite=" in cookie


@pytest.mark.parametrize(
    ("old", "first", "second", "said"),
    [
        ("niet mijn wachtwoord", "zes koeien in de wei", "zes koeien in de wei", "niet uw wachtwoord van nu"),
        (PASSWORD, "kort", "kort", "Maak het wachtwoord langer"),
        (PASSWORD, "zes koeien in de wei", "zes koeien in het bos", "niet hetzelfde"),
    ],
)
def test_a_password_is_not_changed_without_the_old_one_nor_into_a_weak_one(
    house: Desk, colleagues: Colleagues, old: str, first: str, second: str, said: str
) -> None:
    visitor = colleagues.logs_in("referrer")
    page = changes(visitor, old, first, second)
    assert page.status_code == 422
    assert said in page.text
    assert heading(types(house.visitor(), "referrer@voorbeeld.nl")) == CODE


def test_an_open_desk_is_no_place_to_guess_the_old_password(house: Desk, colleagues: Colleagues) -> None:
    visitor, new = colleagues.logs_in("referrer"), "zes koeien in de wei"
    found = [changes(visitor, "geraden", new, new).status_code for _ in range(6)]
    assert found == [422] * 5 + [429]


def test_another_password_ends_all_other_sessions(house: Desk, colleagues: Colleagues) -> None:
    visitor, other = colleagues.logs_in("referrer"), colleagues.logs_in("referrer")
    before, new = token(visitor), "zes koeien in de wei"
    page = changes(visitor, PASSWORD, new, new)
    assert "Uw wachtwoord is gewijzigd." in page.text
    assert token(visitor) != before
    assert not tokens(house.services, before)
    assert other.get("/bureau/account").headers["Location"] == "/bureau/inloggen"
    assert heading(types(house.visitor(), "referrer@voorbeeld.nl", new)) == CODE


def test_log_lines_of_a_log_in_hold_no_secret_and_no_person(
    house: Desk, colleagues: Colleagues, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        visitor = house.visitor()
        types(visitor, "referrer@voorbeeld.nl", "een ander wachtwoord")
        enters(visitor, colleagues)
        visitor.get("/bureau/pakketten?zoek=Aylin")
        visitor.get("/bureau/welkom/een-geheim-dat-niemand-ziet")
    assert "/bureau/welkom/<token>" in caplog.text
    for secret in ("referrer@", "wachtwoord", PASSWORD, token(visitor), "Aylin", "niemand-ziet", "127.0.0.1"):
        assert secret not in caplog.text


def test_only_the_pages_of_a_passkey_may_have_a_script_of_this_service(
    house: Desk, colleagues: Colleagues
) -> None:
    visitor = colleagues.logs_in("referrer")
    for path in ("/bureau/inloggen", "/bureau/account"):
        assert visitor.get(path).headers["Content-Security-Policy"].endswith("script-src 'self'")
    assert "script-src" not in visitor.get("/bureau/pakketten").headers["Content-Security-Policy"]


def test_a_code_is_right_a_step_early_or_late_and_never_twice() -> None:
    secret = totp.secret("s" * 32, "account", "salt")
    now, code = NOW, pyotp.TOTP(secret).at(NOW)
    assert totp.step_of([secret], code, 0, now + totp.STEP) is not None
    assert totp.step_of([secret], code, 0, now + 2 * totp.STEP) is None
    step = totp.step_of(["A" * 32, secret], code, 0, now)
    assert step is not None
    assert totp.step_of([secret], code, step, now) is None
