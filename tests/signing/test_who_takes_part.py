"""Who takes part: a representative when there is one, a host without e-mail; and no lease number yet."""

from __future__ import annotations

import json
from email.message import EmailMessage

import pytest

import docgen
from signing import ceremony, intake, progress, values
from signing.agreement import Agreement
from signing.config import TEMPLATES
from signing.intake import NewPacket
from signing.packet import Channel, Packet, Status
from signing.services import Services
from signing.steps import STEPS
from tests import people
from tests.conftest import MORNING, Case
from tests.people import GUIDANCE, REFERRER, changed, sample

CATALOG = docgen.Catalog(TEMPLATES)
ON_SITE = "sample-4"  # no e-mail address, no lease number, and a mentor who signs too
GUIDE = "f.yilmaz@tussenthuis.example.nl"
TENANT = "Nguyễn Thị Ánh-Vermeulen"


def made(name: str = "sample", **changes: object) -> Packet:
    """The packet that a sample gives, without a service."""
    today = MORNING.date()
    given = changed(sample(GUIDANCE, today, name), **changes)
    completed = docgen.complete(CATALOG.manifest(GUIDANCE), given, today)
    return values.packet(CATALOG.manifest(GUIDANCE), completed, 1, "p1", MORNING)


def on_site(services: Services) -> Packet:
    """A packet of ``ON_SITE`` whose parties have their links; no text message finds the tenant."""
    data = people.changed(sample(GUIDANCE, services.clock().date(), ON_SITE), tenant__mobile=...)
    packet = intake.create(services, REFERRER, NewPacket(GUIDANCE, data))
    people.run_due(services)
    return people.now(services, packet)


def mail_to(services: Services, address: str, about: str) -> EmailMessage:
    (found,) = [m for m in people.mails(services) if address in m["To"] and about in people.body(m)]
    return found


def test_who_has_neither_an_address_nor_a_host_is_no_recipient() -> None:
    manifest = CATALOG.manifest(GUIDANCE)
    role = manifest.recipients[-1]
    with pytest.raises(KeyError, match=role.email):
        values.packet(manifest, {**_completed(), role.email.split(".")[0]: {"name": "A"}}, 1, "p1", MORNING)


def _completed() -> dict[str, object]:
    return docgen.complete(CATALOG.manifest(GUIDANCE), sample(GUIDANCE, MORNING.date()), MORNING.date())


def test_a_representative_takes_part_only_when_it_signs_too() -> None:
    assert "representative" not in [r.role for r in made().recipients]
    assert [r.role for r in made(ON_SITE).recipients] == [
        "tenant",
        "representative",
        "referring_org",
        "corporation",
    ]
    silent = made(ON_SITE, legal_representative__co_signs=False)
    assert "representative" not in [r.role for r in silent.recipients]


def test_a_host_is_named_only_for_who_has_no_address() -> None:
    tenant = made(ON_SITE).recipient("tenant")
    assert (tenant.email, tenant.host_name, tenant.host_email) == (None, "Fatma Yılmaz", GUIDE)
    assert (tenant.channel, tenant.address) == (Channel.ON_SITE, GUIDE)
    other = made().recipient("tenant")
    assert (other.host_name, other.host_email) == (None, None)
    assert (other.channel, other.address) == (Channel.MAIL, other.email)


@pytest.mark.parametrize(
    ("lease", "dossier", "start"),
    [
        ("00.1234-5678", ..., "MTR-0012345678-BGO01"),
        (..., "d 0000.4821", "MTR-D00004821-BGO01"),
        ("12", "D00004821", "MTR-12-BGO01"),
    ],
)
def test_the_lease_number_makes_the_reference_and_else_the_dossier_number(
    lease: object, dossier: object, start: str
) -> None:
    assert made(lease_number=lease, dossier_number=dossier).reference.startswith(f"{start}-")


def test_the_link_of_who_has_no_address_goes_to_its_host_with_words_for_the_host(services: Services) -> None:
    packet = on_site(services)
    mail = mail_to(services, GUIDE, "samen met")
    text = people.body(mail)
    assert f"Open de link samen met {TENANT}, op uw eigen telefoon" in text
    assert f"Deze link is alleen voor {TENANT}." in text
    assert text.startswith("TEST.")
    assert "Beste Fatma Yılmaz" in text
    assert "Bel Fatma" not in text
    assert TENANT not in mail["Subject"]
    invited = _events(services, packet, "recipient:invited")["tenant"]
    assert (invited["channel"], invited["host"], invited["address"]) == ("on_site", "Fatma Yılmaz", GUIDE)
    told = progress.follow(services, REFERRER, packet.reference).packet
    assert [r.channel for r in told.recipients] == ["on_site", "mail", "mail", "mail"]


def test_a_packet_without_address_and_lease_number_goes_the_whole_way(services: Services) -> None:
    packet = on_site(services)
    people.press_all(services, packet, ("tenant", "representative", "referring_org"))
    packet = people.now(services, packet)
    assert packet.status is Status.SIGNED
    signed = _events(services, packet, "recipient:signed")
    assert (signed["tenant"]["channel"], signed["tenant"]["host"]) == ("on_site", "Fatma Yılmaz")
    assert "host" not in signed["representative"]
    people.press_all(services, packet, ("corporation",))
    packet = people.now(services, packet)
    assert packet.status is Status.DELIVERED
    sealed = people.text_of(progress.document(services, REFERRER, packet.reference, "core"))
    assert "Via link bij Fatma Yılmaz" in sealed
    folder = people.archived(services, packet)
    evidence = people.text_of((folder / f"{packet.reference}.evidence.pdf").read_bytes())
    assert "naarFatmaYılmaz(f…@tussenthuis.example.nl),omsamenteopenen" in evidence.replace(" ", "")
    assert json.loads((folder / f"{packet.reference}.json").read_bytes())["reference"] == packet.reference
    copy = people.body(mail_to(services, GUIDE, "kopie"))
    assert f"print de kopie en geef die aan {TENANT}" in copy
    assert ceremony.copies(services, people.token(services, packet, "tenant", "k")).documents
    with services.store.read() as tx:
        agreement = tx.agreements.get(packet.reference)
    assert isinstance(agreement, Agreement)
    assert agreement.lease_number == "D00004822"


def test_the_contact_person_is_told_of_a_refusal_once(sent: Case) -> None:
    link = people.token(sent.services, sent.packet, "tenant")
    ceremony.decline(sent.services, link, people.BROWSER, reason="data_wrong")
    people.run_due(sent.services)
    mails = len(people.mails(sent.services))
    kept = sent.services.config.data.parent / "mail"
    for file in kept.glob("*.eml"):
        file.unlink()  # what was handed over is gone: sending it again would show
    STEPS["tell"](sent.services, sent.packet.id, "tenant")
    assert list(kept.glob("*.eml")) == []
    assert people.events(sent.services, sent.packet).count("packet:declined:told") == 1
    assert mails == 3


def _events(services: Services, packet: Packet, name: str) -> dict[str, dict[str, object]]:
    with services.store.read() as tx:
        return {e.actor: dict(e.data) for e in tx.trail.of(packet.id) if e.name == name}
