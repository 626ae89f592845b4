"""The description of the API: printed, shown as a page, and true, which schemathesis tries to disprove."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.config import SchemathesisConfig

from signing.pades import TrustRoots
from signing.pades.development import ensure
from signing.web import description
from tests import people
from tests.signing.web.desk import KEY, Desk, open_desk, soup

CALLS = [
    (method.upper(), path)
    for path, operations in description()["paths"].items()
    for method in operations
    if method != "parameters"
]
ACCEPTED = ["2xx", "3xx", "401", "403", "404", "409", "429"]
MANY = settings(
    max_examples=6,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@schemathesis.serializer("application/pdf", "image/jpeg", "image/png")
def as_it_is(context: Any, value: Any) -> Any:
    """A body of bytes."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One service for all cases."""
    folder = tmp_path_factory.mktemp("description")
    with open_desk(folder) as desk:
        root = ensure(folder / "pki", desk.clock()).root
        services = replace(desk.services, trust=TrustRoots.read([root]))
        opened = replace(desk, services=services)
        opened.packet()
        yield opened


@pytest.fixture(scope="module")
def described(house: Desk) -> Any:
    """The description as a program reads it."""
    # 422 too: what a value has to be depends on the packet type, which no JSON Schema of all types can say.
    accepted = {"positive_data_acceptance": {"expected-statuses": [*ACCEPTED, "422"]}}
    config = SchemathesisConfig.from_dict({"checks": accepted})
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", house.app, config=config)


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_a_call_answers_as_it_is_described(described: Any, method: str, path: str) -> None:
    @MANY
    @given(case=described[path][method].as_strategy())
    def holds(case: Any) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {KEY}"})

    holds()


def test_the_command_prints_what_the_service_gives(desk: Desk) -> None:
    printed = people.command("openapi")

    assert printed.returncode == 0, printed.stderr
    told = json.loads(printed.stdout)
    assert told == desk.app.test_client().get("/api/v1/openapi.json").json == description()
    assert told["openapi"].startswith("3.1")


def test_the_page_shows_every_call_and_brings_nothing_from_elsewhere(desk: Desk) -> None:
    page = desk.app.test_client().get("/api")

    shown = {(call["data-method"], call["data-path"]) for call in soup(page).select(".call")}
    assert shown == set(CALLS)
    assert not re.search(r"(src|href)=\"(https?:)?//", page.text)
    assert "<style" not in page.text
    assert " style=" not in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "connect-src 'self'" in policy
    assert "unsafe" not in policy
    for name in ("api.css", "api.js"):
        with desk.app.test_client().get(f"/static/{name}") as answer:
            assert answer.status_code == 200


def test_no_other_page_may_ask_with_a_script(desk: Desk) -> None:
    assert "connect-src" not in desk.app.test_client().get("/").headers["Content-Security-Policy"]
