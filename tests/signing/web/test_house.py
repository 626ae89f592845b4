"""An organisation keeps its own details, and its logo stands on the documents that it makes from then on."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import cast

import pytest
from PIL import Image
from werkzeug.test import TestResponse

import docgen
from signing import staff
from signing.errors import NotAllowed
from signing.heading import logo_of
from tests import people
from tests.signing.web.colleagues import CARE, CORPORATION, OTHER_CARE, Colleagues, organisation
from tests.signing.web.desk import Desk, Typist, Visitor, open_desk

DETAILS = {
    "contact_name": "Noor de Boer",
    "contact_email": "noor@voorbeeld.nl",
    "contact_phone": "+31301234567",
    "mailbox": "tekenen@voorbeeld.nl",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("house")) as desk:
        yield desk


@pytest.fixture(scope="module")
def colleagues(house: Desk) -> Colleagues:
    return Colleagues(house)


def picture(width: int = 300, height: int = 100, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, kind)
    return out.getvalue()


def send(visitor: Visitor, path: str, **filled: object) -> TestResponse:
    """A form, with a token that fits."""
    return visitor.client.post(path, data={"csrf_token": visitor.csrf_of_session(), **filled})


def kept(house: Desk, handle: str) -> dict[str, str]:
    with house.services.store.read() as tx:
        return staff.details_of(tx.organisations.get(organisation(handle, house.clock()).id))


def logo(house: Desk, client: str) -> docgen.Logo | None:
    with house.services.store.read() as tx:
        return logo_of(tx, client)


def test_all_that_is_wrong_with_the_details_is_said_and_nothing_is_changed(
    house: Desk, colleagues: Colleagues
) -> None:
    before = kept(house, CARE)
    wrong = {"contact_name": " ", "contact_email": "noor", "contact_phone": "0301234567", "mailbox": "x@"}
    page = send(colleagues.logs_in("admin"), "/bureau/organisatie", **wrong)
    assert page.status_code == 422
    assert all(f'id="{field}-fout"' in page.text for field in wrong)
    assert 'value="0301234567"' in page.text  # what was typed is not lost
    assert kept(house, CARE) == before


def test_an_admin_changes_who_to_reach_and_never_name_or_number(house: Desk, colleagues: Colleagues) -> None:
    visitor = colleagues.logs_in("admin")
    answer = send(visitor, "/bureau/organisatie", **DETAILS, name="Een ander", kvk="12345678")
    assert answer.status_code == 303
    assert kept(house, CARE) == {"name": f"Organisatie {CARE}", "kvk": "90000023", **DETAILS}
    assert "De gegevens zijn bewaard." in visitor.get("/bureau/organisatie?na=bewaard").text


def test_an_operator_corrects_name_and_number(house: Desk, colleagues: Colleagues) -> None:
    visitor, other = colleagues.logs_in("operator"), organisation(OTHER_CARE, house.clock())
    refused = send(visitor, f"/bureau/organisaties/{other.id}", name="Zorg", kvk="123")
    assert (refused.status_code, kept(house, OTHER_CARE)["kvk"]) == (422, "90000023")
    send(visitor, f"/bureau/organisaties/{other.id}", name="Zorg & Wonen", kvk="90000099")
    assert (kept(house, OTHER_CARE)["name"], kept(house, OTHER_CARE)["kvk"]) == ("Zorg & Wonen", "90000099")
    assert "Zorg &amp; Wonen" in visitor.get(f"/bureau/organisaties/{other.id}").text


def test_nobody_touches_the_organisation_of_another(house: Desk, colleagues: Colleagues) -> None:
    care, by = organisation(CARE, house.clock()).id, colleagues.person("other admin")
    for act in (
        lambda: staff.correct(house.services, by, care, DETAILS),
        lambda: staff.set_logo(house.services, by, care, picture()),
        lambda: staff.drop_logo(house.services, by, care),
        lambda: staff.logo(house.services, by, care),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_corporation_has_no_logo_for_documents_that_are_not_its_own(
    house: Desk, colleagues: Colleagues
) -> None:
    corporation = organisation(CORPORATION, house.clock()).id
    with pytest.raises(NotAllowed):
        staff.set_logo(house.services, colleagues.person("corporation admin"), corporation, picture())
    assert 'name="logo"' not in colleagues.logs_in("corporation admin").get("/bureau/organisatie").text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("", b"", "Kies eerst een bestand."),
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Kies een PNG, JPEG of WebP."),
        ("logo.png", picture(300, 20), "te klein om te drukken"),
        ("logo.png", picture(2000, 100), "te breed of te smal"),
        ("logo.png", picture()[:120], "Dit plaatje is stuk."),
        ("logo.png", picture(8000, 2001), "Dit plaatje is te groot."),
    ],
)
def test_what_cannot_be_a_logo_is_refused_in_words(
    house: Desk, colleagues: Colleagues, name: str, content: bytes, said: str
) -> None:
    before = logo(house, CARE)
    page = send(colleagues.logs_in("admin"), "/bureau/organisatie/logo", logo=(io.BytesIO(content), name))
    assert (page.status_code, logo(house, CARE)) == (422, before)
    assert said in page.text


def test_a_logo_is_on_what_is_made_after_it_and_goes_when_it_is_taken_away(
    house: Desk, colleagues: Colleagues
) -> None:
    visitor = colleagues.logs_in("admin")
    assert visitor.get("/bureau/organisatie/logo.png").status_code == 404
    answer = send(visitor, "/bureau/organisatie/logo", logo=(io.BytesIO(picture(kind="JPEG")), "ons.jpg"))
    assert answer.status_code == 303
    shown = visitor.get("/bureau/organisatie/logo.png")
    assert shown.mimetype == "image/png"
    assert logo(house, CARE) == docgen.Logo(f"Organisatie {CARE}", shown.data)
    assert 'src="/bureau/organisatie/logo.png" alt="Logo van' in visitor.get("/bureau/organisatie").text
    assert logo(house, OTHER_CARE) is None

    logos = cast(Typist, house.services.generator).logos
    house.packet()
    assert set(logos) == {logo(house, CARE)}

    send(visitor, "/bureau/organisatie/logo/weg")
    del logos[:]
    house.call("POST", "/packets/preview/core.pdf", json={"type": people.GUIDANCE, "data": house.sample()})
    assert (logos, logo(house, CARE)) == ([None], None)
