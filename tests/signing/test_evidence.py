"""What the evidence says: what it may never hide, never tell, and always tell."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from signing import audit
from signing.audit import Event
from signing.evidence import About, Judgement, SealedDocument, Template, evidence_values
from signing.packet import Action, Answer, Packet, Recipient, Status
from signing.plain import masked
from signing.texts import Texts

TEXTS = Texts()
NOW = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # the next day in Amsterdam
SUMMER = datetime(2027, 7, 1, 10, 0, tzinfo=UTC)
ABOUT = About(
    "Huurzegel TEST",
    "Woonstichting Maasterras",
    "00.1234.5678",
    Template("guidance-agreement", "1.0.0", "7" * 64),
    "PAdES B-LTA",
    NOW,
    SUMMER,
    "c" * 64,
)
JUDGED = Judgement("9" * 64, NOW, "B-LTA", 2, "PDF/A-2a", NOW, SUMMER)
CORE = SealedDocument("core", "Begeleidingsovereenkomst", 4, "a" * 64, "d" * 64, True, JUDGED)
ANNEX = SealedDocument("annex", "Mijn begeleiding", 2, "b" * 64, "e" * 64, False, JUDGED)
TENANT = Recipient(
    role="tenant",
    label="Huurder",
    action=Action.SIGN,
    order=1,
    documents=("core", "annex"),
    name="Aylin Zofia van der Wałęsa-Şahin",
    email="aylin@huurder.voorbeeld.nl",
    statement="Ik ga ermee akkoord.",
    shown_at=NOW,
    answer=Answer.SIGNED,
    answered_at=NOW,
    applied_at=NOW,
)
CORPORATION = replace(
    TENANT,
    role="corporation",
    label="Woningcorporatie",
    action=Action.ACKNOWLEDGE,
    documents=("core",),
    name="Marije de Wit-O'Neill",
    email="m.dewit@maasterras.voorbeeld.nl",
    organisation="Woonstichting Maasterras",
    function="woonconsulent",
    term_days=14,
    answer=Answer.ACKNOWLEDGED,
)
LAPSED = replace(CORPORATION, shown_at=None, answer=None, answered_at=None, applied_at=None)


def trail() -> tuple[Event, ...]:
    facts: list[tuple[str, str, dict[str, audit.Value]]] = [
        ("packet:created", "requester", {}),
        ("recipient:link:opened", "tenant", {"address": "192.0.2.7", "user_agent": "Opera Mini"}),
        ("recipient:document:shown", "tenant", {}),
        ("recipient:signed", "tenant", {"address": "192.0.2.7"}),
        ("recipient:signature:applied", "tenant", {}),
        ("packet:sealed", "service", {}),
    ]
    events: list[Event] = []
    for number, (name, actor, data) in enumerate(facts):
        last = events[-1] if events else None
        events.append(audit.append(last, "p1", name, actor, data, NOW + timedelta(minutes=number)))
    return tuple(events)


def told(*recipients: Recipient) -> dict[str, object]:
    packet = Packet(
        id="p1",
        reference="MTR-0012345678-BGO01-C",
        type="guidance-agreement",
        code="BGO",
        title="Begeleidingsovereenkomst",
        status=Status.SEALED,
        corporation="MTR",
        lease_number="0012345678",
        created_at=NOW,
        recipients=recipients or (TENANT, CORPORATION),
    )
    return evidence_values(TEXTS, ABOUT, packet, (CORE, ANNEX), trail())


def rows(values: dict[str, object], key: str) -> list[dict[str, str]]:
    found = values[key]
    assert isinstance(found, list)
    return found


def test_a_party_without_a_signature_has_no_place_in_the_evidence_of_a_sealed_packet() -> None:
    with pytest.raises(ValueError, match="no place in the evidence"):
        told(replace(TENANT, answer=None, applied_at=None))


def test_an_acknowledgement_that_lapsed_is_told_with_its_term() -> None:
    party = rows(told(TENANT, LAPSED), "parties")[1]
    assert party["outcome"] == "Niet geantwoord"
    assert "14 dagen" in party["empty_because"]


def test_an_acknowledgement_that_was_withheld_is_told() -> None:
    withheld = replace(LAPSED, answer=Answer.DECLINED, answered_at=NOW)
    party = rows(told(TENANT, withheld), "parties")[1]
    assert party["outcome"] == "Geweigerd"
    assert "wilde de ontvangst niet bevestigen" in party["empty_because"]


def test_the_evidence_holds_no_whole_mail_address_no_network_address_and_no_browser() -> None:
    text = str(told())
    for secret in (TENANT.email, CORPORATION.email, "192.0.2.7", "Opera"):
        assert secret not in text


@pytest.mark.parametrize(("address", "shown"), [("aylin@huurder.nl", "a…@huurder.nl"), ("x@y.nl", "x…@y.nl")])
def test_an_address_is_recognisable_to_its_owner_only(address: str, shown: str) -> None:
    assert masked(address) == shown


def test_who_was_not_shown_a_document_is_not_said_to_have_seen_it() -> None:
    party = rows(told(TENANT, LAPSED), "parties")[1]
    assert party["shown"] == TEXTS.get("evidence.shown.nothing")


def test_of_the_annex_the_corporation_reads_only_that_there_is_one() -> None:
    text = str(told())
    for secret in (ANNEX.title, ANNEX.shown_sha256, ANNEX.sealed_sha256):
        assert secret not in text
    assert str(told()["other_documents"]).startswith("Bij dit pakket hoort nog 1 document.")
    tenant, corporation = rows(told(), "parties")
    assert "1 document dat alleen voor de partijen is" in tenant["shown"]
    assert "alleen voor de partijen" not in corporation["shown"]
    assert CORE.shown_sha256 in corporation["shown"]


@pytest.mark.parametrize("wrong", [None, {}, {**JUDGED.as_dict(), "more": 1}])
def test_what_is_no_judgement_is_not_read_as_one(wrong: dict[str, object] | None) -> None:
    with pytest.raises(ValueError, match="no judgement"):
        Judgement.read(wrong)


def test_a_judgement_is_kept_as_plain_values() -> None:
    assert Judgement.read(json.loads(json.dumps(JUDGED.as_dict()))) == JUDGED


def test_the_evidence_says_in_words_how_each_document_was_judged_and_made() -> None:
    values = told()
    (document,) = rows(values, "documents")
    assert document["seals"] == (
        "Geldig (B-LTA): 2 handtekeningen en het zegel. Gecontroleerd op 24 november 2026, 00:30:00."
    )
    assert document["form"] == "Voldoet aan PDF/A-2a en PDF/UA-1. Gecontroleerd met veraPDF."
    assert (values["template_type"], values["template_version"]) == ("guidance-agreement", "1.0.0")
    assert values["template_sha256"] == "7" * 64


def test_what_was_shown_and_what_was_sealed_are_told_with_their_hashes() -> None:
    documents = rows(told(), "documents")
    assert [(row["sha256_shown"], row["sha256_sealed"]) for row in documents] == [("a" * 64, "d" * 64)]


def test_a_moment_is_told_in_utc_and_in_dutch_time_across_midnight_and_summer_time() -> None:
    values = told()
    assert (values["sealed_utc"], values["sealed_local"]) == (
        "2026-11-23 23:30:00",
        "24 november 2026, 00:30:00",
    )
    assert (values["made_utc"], values["made_local"]) == ("2027-07-01 10:00:00", "1 juli 2027, 12:00:00")


def test_a_party_is_told_with_its_name_as_given_its_statement_and_its_channel() -> None:
    party = rows(told(), "parties")[0]
    assert party["name"] == TENANT.name
    assert party["statement"] == TENANT.statement
    assert party["channel"] == "Persoonlijke link per e-mail naar a…@huurder.voorbeeld.nl"


def test_the_moments_of_a_party_are_its_own_in_the_order_they_happened() -> None:
    what = [row["what"] for row in rows(told(), "moments") if row["role"] == "tenant"]
    assert what == [
        "Link geopend",
        "Documenten gelezen",
        "Getekend met de knop",
        "Handtekening in het document gezet",
    ]


def test_the_whole_trail_is_told_with_its_length_and_head() -> None:
    values, events = told(), trail()
    assert len(rows(values, "events")) == len(events)
    assert (values["chain_length"], values["chain_head"]) == (6, audit.check(events))
    assert rows(values, "events")[3]["party"] == "Huurder"
