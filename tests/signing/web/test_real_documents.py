"""The pages with the real documents, as LibreOffice made them."""

import hashlib
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from signing.services import Services
from tests import people, short_templates
from tests.signing.web.desk import Visitor, heading, soup


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """Those of the house, with their real documents; the link alone is enough."""
    return short_templates.copy(tmp_path / "templates")


def test_the_real_documents_are_read_and_signed(services: Services, client: FlaskClient) -> None:
    packet = people.create(services)
    visitor = Visitor(client)
    path = f"/s/{people.token(services, packet, 'tenant')}"

    page = soup(visitor.get(f"{path}/lezen"))
    core, annex = page.find_all("article")
    files = [visitor.get(link["href"]).data for link in page.select(".files a:not(.second)")]

    assert "1. Wie maken deze afspraken?" in [title.get_text() for title in core.find_all("h3")]
    assert packet.recipient("tenant").name in core.get_text()
    assert "Trefpunt" in annex.get_text()
    assert page.find_all(["script", "img"]) == []
    with services.store.read() as tx:
        held = [document.shown_sha256 for document in tx.documents.of(packet.id)]
    assert [hashlib.sha256(file).hexdigest() for file in files] == held
    assert heading(visitor.sign(path)) == "U hebt getekend"
