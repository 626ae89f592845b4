"""A tenant signs with a pen: the packet goes its whole way, and nobody calls it electronic."""

from __future__ import annotations

import io
import zipfile

from signing import dossier, paper
from signing.packet import Status
from tests import people
from tests.conftest import Case

SCAN = b"%PDF-1.4\n% a scan\n%%EOF\n"


def test_a_signature_on_paper_is_sealed_with_an_empty_place_and_told_as_it_is(sent: Case) -> None:
    services, packet = sent.services, sent.packet
    paper.take(services, people.REFERRER, packet.reference, "tenant", SCAN)
    after = people.press_all(services, packet, ("referring_org", "corporation"))
    assert after.status is Status.DELIVERED
    kept = zipfile.ZipFile(
        io.BytesIO(dossier.zipped(dossier.export(services, people.REFERRER, packet.reference)))
    )
    assert kept.read(f"{packet.reference}-tenant.paper.pdf") == SCAN
    text = " ".join(people.text_of(kept.read(f"{packet.reference}.evidence.pdf")).split())
    assert "Getekend op papier" in text
    assert "Dat is geen elektronische handtekening" in text
    archived = [path.read_bytes() for path in people.archived(services, packet).rglob("*.*")]
    assert archived
    assert not any(SCAN in content for content in archived)


def test_the_dossier_proves_the_scan(sent: Case) -> None:
    services, packet = sent.services, sent.packet
    paper.take(services, people.REFERRER, packet.reference, "tenant", SCAN)
    people.press_all(services, packet, ("referring_org", "corporation"))
    files = dossier.export(services, people.REFERRER, packet.reference)
    now = sent.clock()
    assert dossier.problems(files, services.trust, now) == []
    name = f"{packet.reference}-tenant.paper.pdf"
    for changed in ({**files, name: SCAN + b"%"}, {k: v for k, v in files.items() if k != name}):
        assert any(name in problem for problem in dossier.problems(changed, services.trust, now))
