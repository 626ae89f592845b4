"""A new version of a template: packets that were asked for before go on as they were."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import docgen
from signing import intake
from signing.config import TEMPLATES
from signing.intake import NewPacket
from signing.packet import Status
from signing.services import Services
from tests import people
from tests.conftest import Case
from tests.people import GUIDANCE, REFERRER, sample

NEW_FIELD = '\n[[fields]]\nkey = "zaaknummer"\nlabel = "Zaaknummer"\ntype = "text"\nrequired = true\n'


def newer(services: Services, folder: Path, more: str = NEW_FIELD) -> Services:
    """The same service, started again with another version of its templates."""
    shutil.copytree(TEMPLATES, folder)
    manifest = folder / GUIDANCE / "manifest.toml"
    text = manifest.read_text(encoding="utf-8")
    version = json.dumps(services.catalog.manifest(GUIDANCE).version)
    assert f"version = {version}" in text
    manifest.write_text(text.replace(f"version = {version}", 'version = "9.0.0"') + more, encoding="utf-8")
    catalog = docgen.Catalog(folder)
    generator = docgen.Generator(catalog, services.generator._office, test=True)
    return replace(services, catalog=catalog, generator=generator)


def test_a_packet_that_was_sent_goes_its_way_though_the_template_asks_for_more_now(
    sent: Case, tmp_path: Path
) -> None:
    services = newer(sent.services, tmp_path / "newer")
    people.press_all(services, sent.packet, ("tenant", "referring_org", "corporation"))
    packet = people.now(services, sent.packet)
    assert packet.status is Status.DELIVERED
    with services.store.read() as tx:
        filing = tx.packets.filing(packet.id)
    assert filing.template_version != "9.0.0"
    assert filing.template_sha256 == sent.services.catalog.digest(GUIDANCE)


def test_the_registry_names_the_template_that_the_documents_were_really_made_from(
    services: Services, tmp_path: Path
) -> None:
    data = sample(GUIDANCE, services.clock().date())
    packet = intake.create(services, REFERRER, NewPacket(GUIDANCE, data, send=False))
    started_again = newer(services, tmp_path / "newer", more="")
    people.run_due(started_again)
    with services.store.read() as tx:
        filing = tx.packets.filing(packet.id)
        (generated,) = [e for e in tx.trail.of(packet.id) if e.name == "packet:generated"]
    assert (filing.template_version, filing.template_sha256) == (
        "9.0.0",
        started_again.catalog.digest(GUIDANCE),
    )
    assert generated.data["template_sha256"] == filing.template_sha256
