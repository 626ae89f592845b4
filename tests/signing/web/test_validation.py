"""The public pages and the API on which anyone validates a document."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from pydantic import TypeAdapter
from werkzeug.test import TestResponse

import docgen
from signing.reference import Reference
from signing.report import Answer
from signing.web import create_app, turnstile, validation
from tests import people
from tests.conftest import Case, Stages
from tests.signing.pades import forgeries
from tests.signing.web.desk import Desk, heading, soup

NOBODYS = str(Reference("ABC", "0099887766", "BGO", 1))


@pytest.fixture(scope="module")
def house(stages: Stages, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """One packet, delivered long ago; nothing here changes it."""
    clock = _Now()
    with stages.open("delivered", tmp_path_factory.mktemp("house"), clock) as case:  # type: ignore[arg-type]
        yield case


class _Now:
    """The clock of the delivered packet: a moment after it."""

    def __init__(self) -> None:
        self.now = datetime(2025, 11, 24, 10, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def browser(house: Case) -> FlaskClient:
    """A browser at that service."""
    return create_app(house.services).test_client()


@pytest.fixture(scope="module")
def sealed(house: Case) -> bytes:
    """The agreement as the corporation's archive has it."""
    folder = people.archived(house.services, house.packet)
    return (folder / f"{house.packet.reference}.pdf").read_bytes()


def upload(browser: FlaskClient, path: str, pdf: bytes | None, **fields: str) -> TestResponse:
    """Sends the form of a page with a file."""
    token = str(soup(browser.get(path)).find("input", {"name": "csrf_token"})["value"])
    data: dict[str, Any] = {"csrf_token": token, **fields}
    if pdf is not None:
        data["file"] = (io.BytesIO(pdf), "brief van de gemeente.pdf")
    return browser.post(path, data=data, content_type="multipart/form-data")


def test_without_a_file_the_page_asks_for_one(browser: FlaskClient):
    answer = upload(browser, "/validate", None)
    assert answer.status_code == 422
    assert "Kies eerst een PDF-bestand." in answer.text
    assert soup(answer).title.string.startswith("Let op:")


def test_a_form_of_another_site_is_refused(browser: FlaskClient, sealed: bytes):
    answer = browser.post("/validate", data={"file": (io.BytesIO(sealed), "x.pdf")})
    assert answer.status_code == 400


def test_a_file_that_is_too_large_is_refused_in_words(browser: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(validation.LIMITS, "validation.validate", 100_000)
    answer = upload(browser, "/validate", b"%PDF-" + bytes(200_000))
    assert answer.status_code == 413
    assert "groter dan 10 MB" in answer.text
    assert heading(answer) == "Een document controleren"


def test_other_forms_stay_small(browser: FlaskClient):
    assert browser.post("/s/x/open", data={"a": "x" * 100_000}).status_code == 413


def test_when_too_many_files_are_judged_the_next_one_hears_so(browser: FlaskClient, sealed: bytes):
    with ExitStack() as crowd:
        for _ in range(turnstile.AT_ONCE):
            crowd.enter_context(turnstile.judging())
        for _ in range(turnstile.WAITING):
            assert turnstile._queue.acquire(blocking=False)
            crowd.callback(turnstile._queue.release)
        answer = upload(browser, "/validate", sealed)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert heading(answer) == "Het is nu druk"
    assert upload(browser, "/validate", b"hello").status_code == 200


@pytest.mark.parametrize("junk", [b"hello", b"%PDF-1.7\n", b"\0" * 5000])
def test_what_is_no_pdf_gets_a_report_as_well(browser: FlaskClient, junk: bytes):
    answer = upload(browser, "/validate", junk)
    assert answer.status_code == 200
    assert "Dit bestand kunnen wij niet controleren" in answer.text


def test_a_changed_file_is_called_not_valid(browser: FlaskClient, sealed: bytes):
    answer = upload(browser, "/validate", forgeries.with_note(sealed))
    assert "Dit document is niet geldig" in answer.text
    assert "Na deze handtekening is iets veranderd wat niet mag." in answer.text
    assert "Dit bestand staat niet in het register" in answer.text


def test_a_genuine_file_is_known_by_its_hash(browser: FlaskClient, house: Case, sealed: bytes):
    answer = upload(browser, "/validate", sealed)
    assert heading(answer) == "Controlerapport"
    assert "Dit document is echt en niet veranderd" in answer.text
    assert "Deze dienst heeft precies dit bestand gemaakt" in answer.text
    assert house.packet.reference in answer.text
    assert "brief van de gemeente.pdf" in answer.text


def test_the_evidence_is_known_too(browser: FlaskClient, house: Case):
    folder = people.archived(house.services, house.packet)
    evidence = (folder / f"{house.packet.reference}.evidence.pdf").read_bytes()
    answer = upload(browser, "/validate", evidence)
    assert "Dit document is echt en niet veranderd" in answer.text
    assert "Bewijs van ondertekening" in answer.text


def test_the_page_speaks_english(browser: FlaskClient, sealed: bytes):
    page = browser.get("/validate?lang=en")
    assert soup(page).html["lang"] == "en"
    assert heading(page) == "Validate a document"
    assert soup(page).select_one(".switch a")["href"] == "/validate?lang=nl"
    answer = upload(browser, "/validate?lang=en", sealed)
    assert "This document is genuine and unchanged" in answer.text
    assert "Hebt u" not in answer.text


@pytest.mark.parametrize("asked", ["xx", "../en", "nl\x00"])
def test_another_language_is_dutch(browser: FlaskClient, asked: str):
    page = browser.get("/validate", query_string={"lang": asked})
    assert soup(page).html["lang"] == "nl"


def test_a_reference_alone_tells_nothing(browser: FlaskClient, house: Case):
    real = browser.get(f"/validatie/{house.packet.reference}")
    other = browser.get(f"/validatie/{NOBODYS}")
    assert real.status_code == other.status_code == 200
    same = re.sub(r'name="csrf_token" value="[^"]*"', "", real.text)
    assert same.replace(house.packet.reference, "X") == re.sub(
        r'name="csrf_token" value="[^"]*"', "", other.text
    ).replace(NOBODYS, "X")
    assert "Wałęsa" not in real.text


def test_a_file_is_held_against_the_reference_that_was_scanned(
    browser: FlaskClient, house: Case, sealed: bytes
):
    reference = house.packet.reference
    right = upload(browser, f"/validatie/{reference.lower()}", sealed)
    assert f"Dit bestand hoort bij kenmerk {reference.lower()}." in right.text
    wrong = upload(browser, "/validatie/ABC-0099887766-BGO01-Z", sealed)
    assert "Dit bestand hoort niet bij kenmerk ABC-0099887766-BGO01-Z." in wrong.text


def test_a_checksum_is_compared_without_the_file(browser: FlaskClient, house: Case, sealed: bytes):
    reference, sha256 = house.packet.reference, sha256_of(sealed)
    path = f"/validatie/{reference}"
    assert "Ja: deze dienst heeft" in upload(browser, path, None, sha256=sha256.upper()).text
    assert "Nee: bij dit kenmerk" in upload(browser, path, None, sha256="0" * 64).text
    other = "/validatie/ABC-0099887766-BGO01-Z"
    assert "Nee: bij dit kenmerk" in upload(browser, other, None, sha256=sha256).text
    bad = upload(browser, path, None, sha256="0123")
    assert bad.status_code == 422
    assert "Een controlegetal heeft 64 tekens" in bad.text


def sha256_of(pdf: bytes) -> str:
    return hashlib.sha256(pdf).hexdigest()


def test_a_reference_in_a_file_of_ones_own_tells_nothing(browser: FlaskClient, house: Case, sealed: bytes):
    """Who writes a reference in a PDF does not learn whether it exists."""
    changed = forgeries.with_note(sealed)
    answer = upload(browser, "/validate", changed)
    assert "bij het kenmerk hoort een ander bestand" not in answer.text


def test_the_report_comes_as_json_and_as_pdf(browser: FlaskClient, sealed: bytes):
    page = upload(browser, "/validate", sealed)
    form = soup(page).select_one("form")
    fields = {box["name"]: box["value"] for box in form.select("input")}
    told = browser.post(form["action"], data={**fields, "as": "json"})
    assert told.headers["Content-Disposition"].startswith("attachment; filename=controlerapport-")
    answer = Answer.read(json.loads(told.data))
    assert (answer.valid, answer.verdict) == (True, "genuine")
    made = browser.post(form["action"], data={**fields, "as": "pdf"})
    assert made.mimetype == "application/pdf"
    assert docgen.conformance(made.data) == docgen.Conformance("PDF/A-2a", True, True, ())
    assert "Dit document is echt en niet veranderd" in people.text_of(made.data)


def test_a_report_that_was_not_made_here_is_refused(browser: FlaskClient, house: Case, sealed: bytes):
    page = upload(browser, "/validate", sealed)
    form = soup(page).select_one("form")
    fields = {box["name"]: box["value"] for box in form.select("input")}
    for forged in ("", "????", "A" * 400, fields["report"][:-8] + "AAAAAAAA", fields["report"] + "é"):
        answer = browser.post(form["action"], data={**fields, "report": forged, "as": "json"})
        assert (answer.status_code, heading(answer)) == (410, "Dit rapport is te oud")
    later = replace(house.services, clock=lambda: house.services.clock() + timedelta(days=2))
    old = create_app(later).test_client()
    answer = upload(old, "/validate", None)
    token = str(soup(answer).find("input", {"name": "csrf_token"})["value"])
    stale = old.post(form["action"], data={"csrf_token": token, "report": fields["report"], "as": "json"})
    assert stale.status_code == 410


def test_nothing_of_an_upload_is_kept(house: Case, browser: FlaskClient, sealed: bytes):
    def kept() -> set[str]:
        folder = house.services.config.data
        return {str(path) for path in folder.rglob("*") if "office" not in path.parts and path.is_file()}

    before = kept()
    upload(browser, "/validate", forgeries.with_note(sealed))
    assert {path for path in kept() - before if not path.endswith(("-wal", "-shm"))} == set()


def test_the_api_wants_a_key_and_a_pdf(desk: Desk):
    assert desk.call("POST", "/validate", key=None, data=b"%PDF-").status_code == 401
    answer = desk.call("POST", "/validate", data=b"{}", content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (415, "application/problem+json")


def test_the_api_says_the_same_as_the_page(house: Case, sealed: bytes):
    key = (house.services.config.data.parent / "api.key").read_text().strip()
    client = create_app(house.services).test_client()
    for pdf, verdict in (
        (sealed, "genuine"),
        (forgeries.with_note(sealed), "not-valid"),
        (b"hello", "unusable"),
    ):
        answer = client.post(
            "/api/v1/validate",
            data=pdf,
            content_type="application/pdf",
            headers={"Authorization": f"Bearer {key}"},
        )
        assert answer.status_code == 200
        told = Answer.read(answer.json)
        assert told.verdict == verdict
        assert TypeAdapter(Answer).validate_python(answer.json).valid == (verdict == "genuine")


def test_the_description_of_the_api_holds_the_whole_report(house: Case):
    spec = create_app(house.services).test_client().get("/api/v1/openapi.json").json
    schemas = spec["components"]["schemas"]
    assert {"Answer", "Report", "SignatureReport", "Finding", "RevisionReport"} <= schemas.keys()
    answer = spec["paths"]["/api/v1/validate"]["post"]["responses"]["200"]
    assert answer["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Answer"}
    assert set(schemas["Answer"]["properties"]) >= {"schema", "valid", "verdict", "issued", "report"}


def test_every_limit_belongs_to_an_address_that_exists(house: Case):
    endpoints = {rule.endpoint for rule in create_app(house.services).url_map.iter_rules()}
    assert validation.LIMITS.keys() <= endpoints
