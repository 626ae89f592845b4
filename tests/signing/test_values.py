"""What signing reads from checked values: what is missing is never guessed."""

from datetime import date

import pytest

import docgen
from signing import values
from signing.agreement import Agreement, Organisation, Transfer
from signing.config import TEMPLATES
from signing.packet import Action, Status
from tests.conftest import MORNING
from tests.people import GUIDANCE, TRANSFER, WRITTEN_ON, changed, sample

CATALOG = docgen.Catalog(TEMPLATES)
REFERENCE = "MTR-0012345678-OVD01-4"


def checked(packet_type: str, **changes: object) -> dict[str, object]:
    return docgen.complete(CATALOG.manifest(packet_type), changed(sample(packet_type), **changes), WRITTEN_ON)


def subject(packet_type: str = GUIDANCE, **changes: object) -> str:
    return values.subject(CATALOG.manifest(packet_type), checked(packet_type, **changes))


@pytest.mark.parametrize("given", [{}, {"tenant": None}, {"tenant": {}}, {"tenant": {"email": None}}])
def test_an_absent_value_is_missed_by_its_key(given: dict[str, object]) -> None:
    with pytest.raises(KeyError, match=r"tenant\.email"):
        values.text(given, "tenant.email")
    assert values.optional(given, "tenant.email") is None
    assert values.day(given, "tenant.email") is None


def test_a_transfer_without_its_date_changes_nothing() -> None:
    given = checked(TRANSFER)
    del given["transfer_date"]
    with pytest.raises(KeyError, match="transfer_date"):
        values.effect(CATALOG.manifest(TRANSFER), given, REFERENCE)


def test_no_key_gives_no_value() -> None:
    assert values.optional({"a": 1}, None) is None


@pytest.mark.parametrize(
    ("key", "other"),
    [
        ("lease_number", "0012345679"),
        ("corporation__code", "BOEX"),
        ("tenant__family_name", "Jansen"),
        ("tenant__date_of_birth", "1998-04-18"),
    ],
)
def test_another_lease_or_tenant_is_another_subject(key: str, other: str) -> None:
    assert subject(**{key: other}) != subject()


@pytest.mark.parametrize(
    ("key", "other"),
    [("lease_number", "00 1234-5678"), ("tenant__family_name", "WAŁĘSA-ŞAHIN"), ("programme_name", "Anders")],
)
def test_another_spelling_of_the_same_lease_and_tenant_is_the_same_subject(key: str, other: str) -> None:
    assert subject(**{key: other}) == subject()


def test_the_subject_of_a_transfer_is_the_agreement_it_belongs_to() -> None:
    assert subject(TRANSFER, tenant__family_name="Jansen") == subject(TRANSFER)


def test_a_subject_holds_nothing_that_can_be_read() -> None:
    assert len(subject()) == 64
    assert int(subject(), 16)


def test_a_packet_takes_its_reference_from_the_lease_and_its_recipients_from_the_manifest() -> None:
    packet = values.packet(CATALOG.manifest(GUIDANCE), checked(GUIDANCE), 1, "p1", MORNING)
    assert (packet.reference, packet.status) == ("MTR-0012345678-BGO01-C", Status.DRAFT)
    assert [(r.role, r.action, r.order) for r in packet.recipients] == [
        ("tenant", Action.SIGN, 1),
        ("referring_org", Action.SIGN, 1),
        ("corporation", Action.ACKNOWLEDGE, 2),
    ]
    assert packet.recipient("tenant").name == "Aylin Zofia van der Wałęsa-Şahin"
    assert packet.recipient("tenant").organisation is None
    assert packet.recipient("referring_org").function == "teamleider wonen"
    assert packet.recipient("corporation").documents == ("core",)


def test_a_guidance_agreement_starts_an_agreement_with_the_referring_organisation() -> None:
    effect = values.effect(CATALOG.manifest(GUIDANCE), checked(GUIDANCE), "MTR-0012345678-BGO01-C")
    assert isinstance(effect, Agreement)
    assert (effect.corporation, effect.lease_number) == ("MTR", "0012345678")
    assert effect.guiding == effect.referring
    assert effect.referring.kvk == "90000023"


def test_a_transfer_form_hands_over_from_its_date() -> None:
    effect = values.effect(CATALOG.manifest(TRANSFER), checked(TRANSFER), REFERENCE)
    assert effect == Transfer(
        REFERENCE, Organisation("Coöperatie Thuisbegeleiding De Meierij", "90000056"), date(2027, 6, 1)
    )
