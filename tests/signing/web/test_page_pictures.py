"""The pages of a document as pictures, to who may see the document and to nobody else."""

from __future__ import annotations

import pytest

from signing.packet import Packet
from signing.web.page_pictures import Shelf
from tests.signing.web.desk import PDF, Desk, heading, soup


@pytest.mark.parametrize("page", ["0.webp", "4.webp", "groot/4.webp", "9" * 50 + ".webp"])
def test_a_page_that_the_document_does_not_have_is_not_there(desk: Desk, packet: Packet, page: str) -> None:
    answer = desk.visitor().get(f"{desk.path(packet, 'tenant')}/document/core/{page}")
    assert (answer.status_code, heading(answer)) == (404, "Deze pagina is er niet")


def test_nobody_sees_a_page_of_a_document_of_others(desk: Desk, packet: Packet) -> None:
    for role in ("tenant", "referring_org"):
        desk.visitor().sign(desk.path(packet, role))
    desk.apply(packet, "tenant", "referring_org")
    path = desk.path(packet, "corporation")
    for page in ("annex/1.webp", "annex/groot/1.webp", "annex/bladzijden", "nothing/bladzijden"):
        assert desk.visitor().get(f"{path}/document/{page}").status_code == 404, page
    assert desk.visitor().get(f"{path}/document/core/1.webp").status_code == 200
    assert desk.visitor().get("/s/nothing/document/core/1.webp").status_code == 404


def test_the_pages_are_found_from_the_text_and_loaded_when_they_come_into_view(
    desk: Desk, packet: Packet
) -> None:
    path, visitor = desk.path(packet, "tenant"), desk.visitor()
    before = desk.everything()
    links = [str(link["href"]) for link in soup(visitor.get(f"{path}/lezen")).select(".files a.second")]
    assert links == [f"{path}/document/{name}/bladzijden" for name in ("core", "annex")]
    page = visitor.get(links[0])
    assert heading(page) == "De bladzijden als plaatjes"
    pictures = soup(page).find_all("img")
    assert [picture["alt"] for picture in pictures] == [
        f"Bladzijde {number} van 3. Tik om die groter te zien." for number in (1, 2, 3)
    ]
    for picture in pictures:
        assert picture["loading"] == "lazy"
        for address in (picture["src"], picture.parent["href"]):
            answer = visitor.get(str(address))
            assert answer.mimetype == "image/webp"
            assert answer.headers["Cache-Control"] == "no-store", "it is of this packet"
    assert desk.everything() == before


def test_a_picture_is_drawn_once_and_the_oldest_one_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []

    def draw(pdf: bytes, number: int, width: int) -> bytes:
        drawn.append(number)
        return b"%d" % number

    monkeypatch.setattr("docgen.page_as_picture", draw)
    shelf = Shelf(room=2)
    asked = [shelf.picture(PDF, number, 820) for number in (1, 2, 1, 3, 1, 2)]
    assert asked == [b"1", b"2", b"1", b"3", b"1", b"2"]
    assert drawn == [1, 2, 3, 2]
