"""All that the service logs while packets go their whole way: JSON, ids that lead on, and nobody's data."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

from signing import development, visitor
from tests import people
from tests.service import Service

_OF_A_PERSON = re.compile(r"name|email|phone|mobile|address|street|city|postal|birth|number|dossier|iban")


def test_no_line_of_a_whole_run_holds_a_name_address_reference_or_token(
    tmp_path: Path, proving_templates: dict[str, str]
) -> None:
    data = people.sample(people.GUIDANCE, datetime.now(UTC).date())
    with Service(tmp_path, {"HUURZEGEL_LOGS": "json", **proving_templates}) as service:
        made = service.client.post(
            "/api/v1/packets",
            json={"type": people.GUIDANCE, "data": data},
            headers={"Authorization": f"Bearer {(tmp_path / development.API_KEY).read_text()}"},
        )
        reference, asked = str(made.json()["reference"]), made.headers["X-Request-ID"]
        service.wait_for(reference, "sent")
        links = [service.post.next_link("/s/", 180) for _ in range(2)]
        assert asked in _request_ids_of_mails(service.folder)
        for link in links:
            visitor.sign(service.client, link, service.post)
        service.wait_for(reference, "signed")
        links.append(service.post.next_link("/s/", 180))
        visitor.sign(service.client, links[-1], service.post)
        service.wait_for(reference, "delivered")
        service.client.get(f"/validatie/{reference}")
        service.client.get(f"/nowhere/{reference}")
        service.client.get(links[0] + "x")
        log = service.log
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert len(lines) > 20
    assert [line for line in log.splitlines() if not line.startswith(("{", "Open http"))] == []
    assert any(line.get("request_id") == asked and line["logger"] == "signing.web.access" for line in lines)
    secrets = {
        *_values(data),
        reference,
        reference.replace("-", ""),
        *(link.rpartition("/")[2] for link in links),
    }
    assert len(secrets) > 20
    assert {secret for secret in secrets if secret in log} == set()


def _request_ids_of_mails(folder: Path) -> set[str]:
    parser = BytesParser(policy=policy.default)
    mails = [parser.parsebytes(path.read_bytes()) for path in (folder / "mail").glob("*.eml")]
    return {str(mail["X-Request-ID"]) for mail in mails}


def _values(value: Any, key: str = "") -> set[str]:
    """The values of the sample that are of a person or a lease; short ones say nothing of anybody."""
    if isinstance(value, dict):
        return {found for name, member in value.items() for found in _values(member, name)}
    if isinstance(value, list):
        return {found for member in value for found in _values(member, key)}
    told = isinstance(value, str) and len(value) > 4 and _OF_A_PERSON.search(key)
    return {value} if told else set()
