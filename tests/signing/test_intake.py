"""Requests: every bad one is refused with all its problems and leaves nothing; then what a good one does."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

import docgen
from signing import intake, progress, values
from signing.agreement import Agreement
from signing.audit import check
from signing.errors import InvalidReference, InvalidRequest, NotFound, Refused, WrongStatus
from signing.intake import AlreadyRunning, KeyReused, NewPacket, NumbersUsedUp
from signing.packet import Packet, Status
from signing.services import Services
from signing.store import Stuck, tables
from tests import people
from tests.agenda import promised
from tests.conftest import Clock
from tests.people import GUIDANCE, MALLORY, REFERRER, TRANSFER, changed, sample

FIVE_MEGABYTES = "Ik wil hulp. " * 400_000
BSN = "123456782"


@pytest.fixture
def clock() -> Clock:
    """The day of the samples: nothing is sealed here, and the dates in these tests stand out as they are."""
    return Clock(datetime(2026, 11, 23, 9, 30, tzinfo=UTC))


def create(
    services: Services, data: Mapping[str, Any] | None = None, packet_type: str = GUIDANCE, **more: Any
) -> Packet:
    given = sample(packet_type) if data is None else data
    return intake.create(services, REFERRER, NewPacket(packet_type, given, **more))


def refusal(services: Services, data: Mapping[str, Any], packet_type: str = GUIDANCE) -> dict[str, str]:
    """Reason and advice by field; sees to it that nothing was kept."""
    before = everything(services)
    with pytest.raises(InvalidRequest) as refused:
        create(services, data, packet_type)
    assert everything(services) == before
    return {problem.field: f"{problem.reason} {problem.advice}" for problem in refused.value.problems}


def everything(services: Services) -> list[int]:
    """How many rows there are of each kind."""
    with services.store.read() as tx:
        counted = [tables.packet, tables.recipient, tables.event, tables.counter, tables.document, promised]
        return [tx.connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in counted]


@pytest.mark.parametrize(
    "wanted", ["", "guidance", "Guidance-Agreement", "../guidance-agreement", "evidence"]
)
def test_an_unknown_packet_type_is_refused_with_the_types_there_are(services: Services, wanted: str) -> None:
    with pytest.raises(docgen.UnknownType) as refused:
        create(services, {}, wanted)
    assert refused.value.known == (GUIDANCE, TRANSFER)
    assert everything(services) == [0] * 6


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"lease_number": ...}, "lease_number", "lease_number, dossier_number"),
        ({"lease_number": "  "}, "lease_number", "lease_number, dossier_number"),
        ({"dossier_number": "4821"}, "dossier_number", "D00004821"),
        ({"lease_number": "-" * 5}, "lease_number", "not a lease number"),
        ({"lease_number": "1" * 21}, "lease_number", "1 to 20"),
        ({"lease_nummer": "1"}, "lease_nummer", "lease_number"),
        ({"tenant__famly_name": "Jansen"}, "tenant.famly_name", "tenant.family_name"),
        ({"lease_start_date": "1-12-2026"}, "lease_start_date", "2026-12-01"),
        ({"lease_start_date": "2026-02-30"}, "lease_start_date", "calendar"),
        ({"tenant__date_of_birth": "2020-01-01"}, "tenant.date_of_birth", "after"),
        ({"ready_declared_on": "2026-11-24"}, "ready_declared_on", "R12"),
        ({"address__postcode": "0000 AA"}, "address.postcode", "postcode"),
        ({"address__postcode": "1234 SS"}, "address.postcode", "postcode"),
        ({"address__number": "twaalf"}, "address.number", "whole number"),
        ({"help_request": f"mijn nummer is {BSN}"}, "help_request", "BSN"),
        ({"contact_moments": "bel 1234.56.782 gerust"}, "contact_moments", "BSN"),
        ({"tenant__email": "aylin@"}, "tenant.email", "e-mail"),
        ({"tenant__email": "a@b.nl\r\nBcc: x@y.nl"}, "tenant.email", "printed"),
        ({"tenant__family_name": "Wałę\x00sa"}, "tenant.family_name", "U+0000"),
        ({"tenant__family_name": "王"}, "tenant.family_name", "typeface"),
        ({"help_request": FIVE_MEGABYTES}, "help_request", "5200000 characters"),
        ({"tenant__family_name": FIVE_MEGABYTES}, "tenant.family_name", "too long"),
        ({"support_arrangements": []}, "support_arrangements", "at least 1"),
        ({"support_arrangements": [{}] * 5000}, "support_arrangements", "5000 rows"),
        ({"allocation_route": "contingent", "contingent_name": ...}, "contingent_name", "allocation_route"),
        ({"corporation__code": "XXX"}, "corporation.code", "MTR"),
        ({"end_date": "2030-01-01"}, "end_date", "follows from other values"),
    ],
)
def test_a_bad_value_is_refused_by_its_field_with_what_to_do(
    services: Services, changes: dict[str, Any], field: str, told: str
) -> None:
    found = refusal(services, changed(sample(GUIDANCE), **changes))
    assert told in found[field]
    assert list(found) == [field]


def test_the_hundredth_packet_of_a_lease_is_refused_because_no_reference_fits_it(services: Services) -> None:
    with services.store.write() as tx:
        for _ in range(98):
            tx.packets.next_number("MTR", "0012345678", "BGO")
    last = create(services)
    assert intake.withdraw(services, REFERRER, last.reference).reference == "MTR-0012345678-BGO99-Y"
    before = everything(services)
    with pytest.raises(NumbersUsedUp, match="99 packets"):
        create(services)
    assert everything(services) == before


def test_no_refusal_repeats_what_was_typed(services: Services) -> None:
    found = refusal(services, changed(sample(GUIDANCE), help_request=f"{BSN} geheim", tenant__email="geheim"))
    assert BSN not in str(found)
    assert "geheim" not in str(found)


def test_an_empty_request_is_told_everything_that_is_asked(services: Services) -> None:
    found = refusal(services, {})
    manifest = services.catalog.manifest(GUIDANCE)
    asked = {field.key for field in manifest.fields if field.required and not field.derive}
    assert set(found) == asked | {"lease_number"}  # or the dossier number
    assert len(asked) > 40


def test_all_problems_come_at_once_in_the_order_of_the_form(services: Services) -> None:
    data = changed(
        sample(GUIDANCE),
        corporation__code="XXX",
        lease_number=...,
        address__postcode="0000 AA",
        help_request=BSN,
        lease_start_date="gisteren",
        zomaar=1,
    )
    assert set(refusal(services, data)) == {
        "zomaar",
        "corporation.code",
        "lease_number",
        "lease_start_date",
        "address.postcode",
        "help_request",
    }


def test_a_second_agreement_on_the_same_lease_and_tenant_is_refused_by_reference(services: Services) -> None:
    first = create(services)
    before = everything(services)
    with pytest.raises(AlreadyRunning, match=first.reference):
        create(services, changed(sample(GUIDANCE), lease_number="00.1234-5678", programme_name="Anders"))
    assert everything(services) == before


def test_another_client_is_not_told_the_reference_of_what_runs(services: Services) -> None:
    first = create(services)
    with pytest.raises(AlreadyRunning) as refused:
        intake.create(services, MALLORY, NewPacket(GUIDANCE, sample(GUIDANCE)))
    assert refused.value.running is None
    assert first.reference not in str(refused.value)


def test_the_same_key_with_another_body_is_refused(services: Services) -> None:
    create(services, idempotency_key="k1")
    before = everything(services)
    for other in (changed(sample(GUIDANCE), programme_name="Anders"), {}):
        with pytest.raises(KeyReused):
            create(services, other, idempotency_key="k1")
    with pytest.raises(KeyReused):
        create(services, idempotency_key="k1", send=False)
    assert everything(services) == before


def test_a_transfer_under_an_agreement_that_is_not_delivered_is_refused(services: Services) -> None:
    create(services)
    found = refusal(services, sample(TRANSFER), TRANSFER)
    assert "wait until it was delivered" in found["related_agreement_reference"]


TRANSFER_FAULTS = [
    ({"transferring_org__kvk": "90000078"}, "transferring_org.kvk", "A9"),
    ({"referring_org__kvk": "90000078"}, "referring_org.kvk", "R16"),
    (
        {"transferring_org__kvk": "90000078", "receiving_org__kvk": "90000023"},
        "receiving_org.kvk",
        "R15",
    ),
    ({"lease_number": "0012345679"}, "lease_number", "not the lease"),
]


@pytest.mark.parametrize("client", [REFERRER, MALLORY])
@pytest.mark.parametrize(("changes", "field", "rule"), TRANSFER_FAULTS)
def test_a_transfer_that_does_not_fit_its_agreement_is_refused_and_only_a_party_learns_what_would(
    services: Services, changes: dict[str, Any], field: str, rule: str, client: str
) -> None:
    agreement = _deliver(services)
    before = everything(services)
    with pytest.raises(InvalidRequest) as refused:
        intake.create(services, client, NewPacket(TRANSFER, changed(sample(TRANSFER), **changes)))
    assert everything(services) == before
    told = {problem.field: f"{problem.reason} {problem.advice}" for problem in refused.value.problems}
    assert rule in told[field]
    secrets = (agreement.referring.name, agreement.referring.kvk, agreement.lease_number)
    assert any(secret in str(told) for secret in secrets) == (client == REFERRER)


def _deliver(services: Services) -> Agreement:
    """As if the guidance agreement of the sample was delivered."""
    packet = create(services)
    given = docgen.complete(services.catalog.manifest(GUIDANCE), sample(GUIDANCE), services.clock().date())
    effect = values.effect(services.catalog.manifest(GUIDANCE), given, packet.reference)
    assert isinstance(effect, Agreement)
    with services.store.write() as tx:
        tx.agreements.save(effect)
    return effect


def test_a_transfer_with_a_mistyped_reference_gets_the_right_one_suggested(services: Services) -> None:
    data = changed(sample(TRANSFER), related_agreement_reference="MTR-0012345678-BGO01-D")
    assert "is wrong" in refusal(services, data, TRANSFER)["related_agreement_reference"]


@pytest.mark.parametrize("wanted", ["MTR-0012345678-BGO01-D", "x", "x" * 100_000])
def test_following_something_that_is_no_reference_is_refused(services: Services, wanted: str) -> None:
    for use_case in (progress.follow, intake.send, intake.withdraw):
        with pytest.raises(InvalidReference):
            use_case(services, REFERRER, wanted)


def test_another_client_finds_nothing_under_a_reference(services: Services) -> None:
    reference = create(services).reference
    for use_case in (progress.follow, intake.send, intake.withdraw):
        with pytest.raises(NotFound):
            use_case(services, MALLORY, reference)
    with pytest.raises(NotFound):
        progress.document(services, MALLORY, reference, "core")


def test_a_packet_is_not_sent_before_its_documents_are_made(services: Services) -> None:
    packet = create(services, send=False)
    with pytest.raises(WrongStatus, match="draft cannot become sent"):
        intake.send(services, REFERRER, packet.reference)


def test_a_withdrawn_packet_is_not_withdrawn_or_sent_again(services: Services) -> None:
    packet = create(services)
    intake.withdraw(services, REFERRER, packet.reference)
    for use_case in (intake.send, intake.withdraw):
        with pytest.raises(Refused):
            use_case(services, REFERRER, packet.reference)
    assert people.run_due(services) == ["generate"]
    assert people.now(services, packet).status is Status.WITHDRAWN


def test_a_sealed_document_is_not_given_before_the_seal(services: Services) -> None:
    packet = create(services)
    with pytest.raises(progress.NotSealedYet, match="draft"):
        progress.document(services, REFERRER, packet.reference, "core")
    people.run_due(services)
    with pytest.raises(NotFound, match="It has core, annex"):
        progress.document(services, REFERRER, packet.reference, "form")


def test_the_same_key_and_body_give_the_same_packet_also_when_a_date_has_passed(
    services: Services, clock: Clock
) -> None:
    first = create(services, idempotency_key="k1")
    before = everything(services)
    clock.move(days=95 * 365)  # nobody of 110 years or older is taken for a tenant
    assert create(services, idempotency_key="k1").id == first.id
    assert everything(services) == before


def test_two_clients_may_use_the_same_key(services: Services) -> None:
    first = create(services, idempotency_key="k1")
    other = NewPacket(GUIDANCE, changed(sample(GUIDANCE), lease_number="77"), idempotency_key="k1")
    assert intake.create(services, MALLORY, other).id != first.id


def test_after_a_withdrawal_a_new_packet_on_the_lease_gets_the_next_number(services: Services) -> None:
    first = create(services)
    intake.withdraw(services, REFERRER, first.reference)
    second = create(services)
    assert (first.reference[:-2], second.reference[:-2]) == ("MTR-0012345678-BGO01", "MTR-0012345678-BGO02")


def test_a_packet_starts_as_a_draft_with_its_first_fact_and_its_documents_promised(
    services: Services,
) -> None:
    packet = create(services)
    told = progress.follow(services, REFERRER, " mtr 0012345678 bgo01 c ")
    assert (told.packet, told.documents, told.stuck, told.guiding, told.transfers) == (
        packet,
        (),
        (),
        None,
        (),
    )
    assert [event.name for event in told.events] == ["packet:created"]
    assert check(told.events) == told.events[-1].sha256
    assert [task.step for task in services.agenda.waiting()] == ["generate"]  # type: ignore[attr-defined]


def test_a_packet_that_waits_is_sent_when_asked_and_once(services: Services) -> None:
    packet = create(services, send=False)
    people.run_due(services)
    assert people.now(services, packet).status is Status.READY
    assert people.mails(services) == []
    for _ in range(2):
        intake.send(services, REFERRER, packet.reference)
        people.run_due(services)
    assert people.now(services, packet).status is Status.SENT
    assert len(people.mails(services)) == 2


def test_a_packet_whose_sending_got_stuck_is_sent_when_asked_again(services: Services) -> None:
    packet = create(services, send=False)
    people.run_due(services)
    intake.send(services, REFERRER, packet.reference)
    with services.store.write() as tx:  # as the engine leaves it after its last try
        tx.connection.execute(promised.update().where(promised.c.step == "send").values(done=True))
        tx.attention.put(Stuck(packet.id, "send", 0, services.clock(), "it failed"))
    assert people.run_due(services) == []
    intake.send(services, REFERRER, packet.reference)
    assert progress.follow(services, REFERRER, packet.reference).stuck == ()
    assert "send" in people.run_due(services)
    assert people.now(services, packet).status is Status.SENT


def test_a_date_that_deserves_a_second_look_does_not_stop_the_packet(services: Services) -> None:
    late = changed(sample(GUIDANCE), first_evaluation_on="2027-04-01")
    assert "R38" in intake.warnings(services, NewPacket(GUIDANCE, late))[0].advice
    assert create(services, late)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script> & {{ 7 * 7 }} {% raw %} ${x} <w:p/>",
        "{{ reference.__class__ }} }} {# weg #} &amp; ]]> </w:t>",
    ],
)
def test_markup_and_template_language_in_a_value_are_printed_as_they_were_typed(
    services: Services, text: str
) -> None:
    packet = people.create(services, help_request=text, programme_name=text[:80])
    with services.store.read() as tx:
        documents = {document.name: document for document in tx.documents.of(packet.id)}
    printed = people.text_of(services.blobs.get(documents["annex"].shown_sha256))
    assert " ".join(text.split()) in printed
    assert " ".join(text[:80].split()) in people.text_of(services.blobs.get(documents["core"].shown_sha256))
    shown = services.blobs.get(documents["annex"].html_sha256).decode()
    assert "<script" not in shown
