"""Invitations, coupling a telephone, recovery by the admin, and organisations by the operator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from werkzeug.test import TestResponse

from signing import staff
from signing.account import Role
from signing.errors import InvitationUnusable, NotAllowed, NotFound, UnusableForm
from tests.signing.web.colleagues import CARE, PASSWORD, Colleagues, organisation
from tests.signing.web.desk import Desk, Visitor, heading, open_desk, soup

NEW = "nieuw@voorbeeld.nl"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


@pytest.fixture
def colleagues(house: Desk) -> Colleagues:
    return Colleagues(house)


def invites(admin: Visitor, *, roles: tuple[str, ...] = ("referrer",), **given: str) -> TestResponse:
    """The admin fills in the form for a colleague."""
    filled = {"name": "Noor de Wit", "mail": NEW, **given}
    data = {**filled, "roles": list(roles), "csrf_token": admin.csrf("/bureau/medewerkers")}
    return admin.client.post("/bureau/medewerkers", data=data, follow_redirects=True)


def chooses(visitor: Visitor, link: str, password: str = PASSWORD, again: str | None = None) -> TestResponse:
    """The invited person chooses a password."""
    return visitor.press(visitor.get(link), password=password, again=password if again is None else again)


def couples(visitor: Visitor, page: TestResponse, desk: Desk) -> TestResponse:
    """Types the secret into an app, and its first code into the page."""
    secret = soup(page).select_one(".secret").get_text().replace(" ", "")
    return visitor.press(page, which="main form", code=pyotp.TOTP(secret).at(desk.clock()))


def test_an_invitation_with_mistakes_says_all_of_them_and_invites_nobody(
    house: Desk, colleagues: Colleagues
) -> None:
    admin = colleagues.logs_in("admin")
    page = invites(admin, roles=(), name=" ", mail="geen adres")
    assert page.status_code == 422
    assert len(soup(page).select(".summary li")) == 3
    assert "Dit is al in gebruik" in invites(admin, mail="OTHER.admin@voorbeeld.nl").text
    assert house.mailed_paths() == {}


@pytest.mark.parametrize("role", ["archivist", "operator"])
def test_an_admin_gives_no_role_that_the_organisation_does_not_have(
    house: Desk, colleagues: Colleagues, role: str
) -> None:
    assert invites(colleagues.logs_in("admin"), roles=(role,)).status_code == 422


def test_nobody_invites_into_another_organisation(house: Desk, colleagues: Colleagues) -> None:
    care = organisation(CARE, house.clock()).id
    for name in ("other admin", "corporation admin", "referrer"):
        with pytest.raises(NotAllowed):
            staff.invite(
                house.services,
                colleagues.person(name),
                mail=NEW,
                name="Noor",
                roles=(Role.ADMIN,),
                organisation_id=care,
            )
    with pytest.raises(NotAllowed):  # an operator invites admins, and nobody who sees packets
        staff.invite(
            house.services,
            colleagues.person("operator"),
            mail=NEW,
            name="Noor",
            roles=(Role.REFERRER,),
            organisation_id=care,
        )


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("kort", "kort", "Maak het wachtwoord langer"),
        ("x" * 201, "x" * 201, "Maak het wachtwoord korter"),
        ("aaaaaaaaaaaaaa", "aaaaaaaaaaaaaa", "makkelijk te raden"),
        ("nieuw@voorbeeld.nl", "nieuw@voorbeeld.nl", "makkelijk te raden"),
        (PASSWORD, "iets heel anders", "niet hetzelfde"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(
    house: Desk, colleagues: Colleagues, password: str, again: str, said: str
) -> None:
    invites(colleagues.logs_in("admin"))
    page = chooses(house.visitor(), house.mailed_paths()[NEW], password, again)
    assert page.status_code == 422
    assert said in page.text


def test_the_mail_of_an_invitation_names_the_request_that_it_came_from(
    house: Desk, colleagues: Colleagues
) -> None:
    admin = colleagues.logs_in("admin")
    data = {"name": "Noor de Wit", "mail": NEW, "roles": ["referrer"]}
    answer = admin.client.post(
        "/bureau/medewerkers", data={**data, "csrf_token": admin.csrf("/bureau/medewerkers")}
    )
    (mail,) = house.mail.glob("*.eml")
    assert f"X-Request-ID: {answer.headers['X-Request-ID']}" in mail.read_text()


def test_an_invitation_works_once_and_for_a_week(house: Desk, colleagues: Colleagues) -> None:
    invites(colleagues.logs_in("admin"))
    link = house.mailed_paths()[NEW]
    chooses(house.visitor(), link)
    used = house.visitor().get(link)
    assert (used.status_code, heading(used)) == (410, "Deze uitnodiging werkt niet meer")
    assert house.visitor().get("/bureau/welkom/" + "x" * 43).status_code == 410
    staff.recover(house.services, colleagues.person("admin"), _account(house, NEW))
    house.clock.pass_days(7)
    for path in house.mailed_paths().values():
        assert house.visitor().get(path).status_code == 410


def test_opening_an_invitation_changes_nothing(house: Desk, colleagues: Colleagues) -> None:
    invites(colleagues.logs_in("admin"))
    before = house.everything()
    house.visitor().get(house.mailed_paths()[NEW])
    assert house.everything() == before


def test_a_password_without_a_telephone_opens_nothing_and_leads_to_the_telephone(
    house: Desk, colleagues: Colleagues
) -> None:
    invites(colleagues.logs_in("admin"))
    visitor = house.visitor()
    page = chooses(visitor, house.mailed_paths()[NEW])
    assert heading(page) == "Koppel uw telefoon"
    assert visitor.get("/bureau/pakketten").headers["Location"] == "/bureau/code"
    assert visitor.get("/bureau/code").headers["Location"] == "/bureau/telefoon"
    assert visitor.press(page, which="main form", code="000000").status_code == 422


def test_an_invited_colleague_chooses_a_password_couples_a_telephone_and_is_in(
    house: Desk, colleagues: Colleagues
) -> None:
    assert "De uitnodiging is verstuurd." in invites(colleagues.logs_in("admin")).text
    visitor = house.visitor()
    page = chooses(visitor, house.mailed_paths()[NEW])
    with visitor.client.get("/bureau/telefoon/code.png") as picture:
        assert picture.data.startswith(b"\x89PNG")
    assert heading(couples(visitor, page, house)) == "Pakketten"
    assert visitor.get("/bureau/telefoon").headers["Location"] == "/bureau"


def test_the_mail_says_who_invites_and_nothing_of_a_packet(house: Desk, colleagues: Colleagues) -> None:
    invites(colleagues.logs_in("admin"))
    (file,) = house.mail.glob("*.eml")
    assert "Kenmerk" not in file.read_text()
    assert re.search(r"^Subject: .*Uw toegang", file.read_text(), re.MULTILINE)


def test_recovery_takes_everything_away_and_mails_only_the_owner(house: Desk, colleagues: Colleagues) -> None:
    admin, lost = colleagues.logs_in("admin"), colleagues.account("referrer")
    old = colleagues.logs_in("referrer")
    form = f"form[action='/bureau/medewerkers/{lost.id}/herstel']"
    page = admin.press(admin.get("/bureau/medewerkers"), which=form)
    assert "De toegang is hersteld." in page.text
    link = house.mailed_paths()[lost.mail]
    assert link not in page.text
    assert old.get("/bureau/pakketten").headers["Location"] == "/bureau/inloggen"
    now = colleagues.account("referrer")
    assert (now.password_hash, now.totp_salt, now.totp_since) == (None, None, None)
    visitor = house.visitor()
    assert heading(couples(visitor, chooses(visitor, link), house)) == "Pakketten"


def test_nobody_recovers_or_blocks_itself_nor_anybody_elsewhere(house: Desk, colleagues: Colleagues) -> None:
    admin = colleagues.person("admin")
    for target in ("admin", "other referrer", "archivist", "operator"):
        for act in (staff.recover, staff.block, staff.unblock):
            with pytest.raises(NotAllowed):
                act(house.services, admin, colleagues.account(target).id)
    with pytest.raises(NotFound):
        staff.block(house.services, admin, "nobody")


def test_a_blocked_colleague_may_come_again_with_what_it_had(house: Desk, colleagues: Colleagues) -> None:
    admin, target = colleagues.person("admin"), colleagues.account("referrer")
    staff.block(house.services, admin, target.id)
    staff.unblock(house.services, admin, target.id)
    assert colleagues.account("referrer") == target


def test_an_operator_founds_an_organisation_and_invites_its_admin(
    house: Desk, colleagues: Colleagues
) -> None:
    operator = colleagues.logs_in("operator")
    wrong = operator.press(operator.get("/bureau/organisaties"), which="main form", kvk="12", handle="A b")
    assert wrong.status_code == 422
    assert len(soup(wrong).select(".summary li")) >= 5
    page = operator.press(
        operator.get("/bureau/organisaties"),
        which="main form",
        kind="care",
        name="Stichting Onderdak",
        kvk="90000099",
        handle="onderdak",
        contact_name="Joëlle van ’t Zand",
        contact_email="J.vantZand@onderdak.voorbeeld.nl",
    )
    assert heading(page) == "Stichting Onderdak"
    done = operator.press(page, which="main form", admin="Noor de Wit", mail=NEW)
    assert "De uitnodiging is verstuurd." in done.text
    visitor = house.visitor()
    assert heading(couples(visitor, chooses(visitor, house.mailed_paths()[NEW]), house)) == "Medewerkers"


def test_a_name_or_code_of_an_organisation_is_given_once_and_a_corporation_needs_an_archive(
    house: Desk, colleagues: Colleagues
) -> None:
    by = colleagues.person("operator")
    given = {"name": "Naam", "kvk": "90000099", "contact_name": "Noor", "contact_email": NEW}
    for kind, handle, reason in (
        ("care", CARE, "taken"),
        ("corporation", "ANR", "no_archive"),
        ("corporation", "mtr", "handle"),
        ("else", "mtr", "choose"),
    ):
        with pytest.raises(UnusableForm) as refused:
            staff.found(house.services, by, staff.NewOrganisation(kind=kind, handle=handle, **given))
        assert list(refused.value.problems.values()) == [reason]


def test_the_first_operator_is_made_without_anybody_and_invited_again_with_the_same_word(
    house: Desk,
) -> None:
    first = staff.add_operator(house.services, "Beheer@voorbeeld.nl", "Beheer")
    second = staff.add_operator(house.services, "beheer@voorbeeld.nl", "Beheer")
    token = first.rpartition("/")[2]
    with pytest.raises(InvitationUnusable):
        staff.invited(house.services, token)
    found = staff.invited(house.services, second.rpartition("/")[2])
    assert (found.account.roles, found.organisation) == ((Role.OPERATOR,), None)


def test_an_operator_is_nobody_of_an_organisation(house: Desk, colleagues: Colleagues) -> None:
    with pytest.raises(UnusableForm):
        staff.add_operator(house.services, colleagues.account("referrer").mail, "Naam")
    with pytest.raises(UnusableForm):
        staff.add_operator(house.services, "geen adres", "Naam")


def _account(house: Desk, mail: str) -> str:
    with house.services.store.read() as tx:
        account = tx.accounts.by_mail(mail)
    assert account is not None
    return account.id
