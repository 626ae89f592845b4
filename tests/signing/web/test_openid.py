"""Logging in at an organisation's own OpenID provider: a real one, in a process of its own on loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from werkzeug.test import TestResponse

from signing import staff
from signing.account import Role
from signing.errors import ConfigurationError, ProviderAway
from signing.login.oidc import Provider
from tests import openid_provider
from tests.openid_provider import CLIENT, SECRET
from tests.signing.web.colleagues import CARE, Colleagues, organisation
from tests.signing.web.desk import Desk, Visitor, heading, open_desk

PERSON = "subject-1,referrer@voorbeeld.nl"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with openid_provider.served(port) as found:
        yield found


@pytest.fixture
def house(tmp_path: Path, issuer: str) -> Iterator[Desk]:
    with open_desk(tmp_path) as desk:
        desk.services = replace(desk.services, providers={CARE: Provider(issuer, CLIENT, SECRET)})
        desk.clock.now = datetime.now(UTC)  # the provider has a clock of its own
        yield desk


@pytest.fixture
def colleagues(house: Desk) -> Colleagues:
    return Colleagues(house)


def leaves(visitor: Visitor) -> str:
    """To the provider; gives the address that the browser is sent to."""
    answer = visitor.get(f"/bureau/inloggen/bij/{CARE}")
    assert answer.status_code == 303
    return answer.headers["Location"]


def at_provider(address: str, person: str = PERSON, trick: str = "") -> str:
    """Logs in at the provider; gives the path that it sends the browser back to."""
    answer = httpx.get(f"{address}&person={person}&trick={trick}")
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def comes(visitor: Visitor, person: str = PERSON, trick: str = "") -> TestResponse:
    return visitor.client.get(at_provider(leaves(visitor), person, trick), follow_redirects=True)


@pytest.mark.parametrize("trick", ["audience", "issuer", "nonce", "key", "expired", "unverified", "none"])
def test_a_token_that_lies_lets_nobody_in(house: Desk, colleagues: Colleagues, trick: str) -> None:
    page = comes(house.visitor(), trick=trick)
    assert (page.status_code, heading(page)) == (403, "Inloggen is niet gelukt")
    assert colleagues.account("referrer").subject is None


@pytest.mark.parametrize(
    "person",
    [
        "subject-9,niemand@voorbeeld.nl",
        "subject-9,other.referrer@voorbeeld.nl",
        "subject-9,archivist@voorbeeld.nl",
        "subject-9,operator@voorbeeld.nl",
        "subject-9,",
    ],
)
def test_a_provider_lets_nobody_in_of_another_organisation_nor_without_an_invitation(
    house: Desk, colleagues: Colleagues, person: str
) -> None:
    assert comes(house.visitor(), person).status_code == 403


def test_a_subject_stays_with_its_account_whatever_address_it_has(
    house: Desk, colleagues: Colleagues
) -> None:
    assert comes(house.visitor()).status_code == 200
    assert comes(house.visitor(), "subject-1,anders@voorbeeld.nl").status_code == 200
    assert comes(house.visitor(), "subject-2,referrer@voorbeeld.nl").status_code == 403


def test_an_answer_fits_only_the_browser_that_asked_and_only_once(
    house: Desk, colleagues: Colleagues
) -> None:
    visitor = house.visitor()
    path = at_provider(leaves(visitor))
    assert house.visitor().get(path).status_code == 403
    wrong = visitor.get(path.replace("state=", "state=x"))
    assert wrong.status_code == 403
    assert visitor.get(path).status_code == 403  # the question was used up


def test_a_code_is_of_no_use_to_a_second_browser_with_a_question_of_its_own(
    house: Desk, colleagues: Colleagues
) -> None:
    stolen = parse_qs(urlsplit(at_provider(leaves(house.visitor()))).query)["code"][0]
    thief = house.visitor()
    own = parse_qs(urlsplit(leaves(thief)).query)["state"][0]
    assert thief.get(f"/bureau/inloggen/terug/{CARE}?code={stolen}&state={own}").status_code == 403


def test_a_person_who_says_no_at_the_provider_does_not_come_in(house: Desk, colleagues: Colleagues) -> None:
    visitor = house.visitor()
    leaves(visitor)
    assert visitor.get(f"/bureau/inloggen/terug/{CARE}?error=access_denied").status_code == 403


def test_a_blocked_person_does_not_come_in_there_either(house: Desk, colleagues: Colleagues) -> None:
    comes(house.visitor())
    staff.block(house.services, colleagues.person("admin"), colleagues.account("referrer").id)
    assert comes(house.visitor()).status_code == 403


def test_an_organisation_without_a_provider_has_no_such_page(house: Desk, colleagues: Colleagues) -> None:
    for handle in ("other", "MTR", "nobody"):
        assert house.visitor().get(f"/bureau/inloggen/bij/{handle}").status_code == 404


def test_a_provider_that_does_not_answer_or_is_another_is_said_calmly(
    house: Desk, colleagues: Colleagues, issuer: str
) -> None:
    for wrong in ("http://127.0.0.1:9", issuer.replace("127.0.0.1", "localhost")):
        house.services = replace(house.services, providers={CARE: Provider(wrong, CLIENT, SECRET)})
        page = house.visitor().get(f"/bureau/inloggen/bij/{CARE}")
        assert (page.status_code, heading(page)) == (502, "Inloggen bij uw organisatie lukt nu niet")
        with pytest.raises(ProviderAway):
            house.services.providers[CARE].start("http://127.0.0.1/terug")


def test_a_provider_without_tls_is_only_on_loopback() -> None:
    with pytest.raises(ConfigurationError, match="https"):
        Provider("http://login.voorbeeld.nl", CLIENT, SECRET)


def test_the_question_asks_for_a_code_with_proof_and_tells_no_secret(
    house: Desk, colleagues: Colleagues
) -> None:
    asked = parse_qs(urlsplit(leaves(house.visitor())).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    assert SECRET not in str(asked)


def test_an_invited_person_comes_in_by_the_provider_alone(house: Desk, colleagues: Colleagues) -> None:
    staff.invite(
        house.services,
        colleagues.person("admin"),
        mail="nieuw@voorbeeld.nl",
        name="Noor de Wit",
        roles=(Role.REFERRER,),
        organisation_id=organisation(CARE, house.clock()).id,
    )
    welcome = house.visitor().get(house.mailed_paths()["nieuw@voorbeeld.nl"])
    assert f"/bureau/inloggen/bij/{CARE}" in welcome.text
    visitor = house.visitor()
    page = comes(visitor, "subject-3,Nieuw@Voorbeeld.NL")
    assert (page.request.path, heading(page)) == ("/bureau/pakketten", "Pakketten")
