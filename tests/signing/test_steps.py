"""The steps of the way: each can run twice, and does its work once."""

from __future__ import annotations

import importlib
import json
import subprocess
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

import docgen
from signing import intake, progress
from signing.agreement import Agreement
from signing.archive import ArchiveUnavailable
from signing.blobs import BlobDamaged
from signing.errors import RevisionConflict, SealRejected
from signing.packet import Status, answer, applied, shown
from signing.pades import Pades, TimestampUnavailable, TsaSettings, validate
from signing.services import Services, pades_settings
from signing.steps import STEPS
from tests import people
from tests.conftest import Case

ENDINGS = (
    ".pdf",
    ".validation.json",
    ".evidence.pdf",
    ".evidence.validation.json",
    ".json",
    ".mdto.xml",
    ".bestand.mdto.xml",
)


def state(case: Case) -> tuple[object, ...]:
    """Everything a step could change: registry, mails, archive."""
    with case.services.store.read() as tx:
        registry = (
            tx.packets.get(case.packet.id),
            tx.documents.of(case.packet.id),
            tx.trail.of(case.packet.id),
            tx.packets.facts(case.packet.id),
        )
    root = case.services.config.data.parent
    files = sorted(
        (str(path.relative_to(root)), path.read_bytes())
        for folder in ("mail", "archive")
        for path in (root / folder).rglob("*")
        if path.is_file()
    )
    return registry, files


def broken_tsa(services: Services, url: str = "http://127.0.0.1:9/tsa") -> Pades:
    """The same key, with a timestamp authority that does not answer."""
    return Pades(replace(pades_settings(services.config), tsas=(TsaSettings(url),), timeout=0.5))


# Refusals


def test_without_a_timestamp_nothing_is_signed_and_the_press_stays(sent: Case) -> None:
    people.press(sent.services, sent.packet, "tenant")
    before = state(sent)
    with broken_tsa(sent.services) as pades, pytest.raises(TimestampUnavailable):
        STEPS["apply"](replace(sent.services, pades=pades), sent.packet.id, "tenant")
    assert state(sent) == before
    STEPS["apply"](sent.services, sent.packet.id, "tenant")
    assert people.now(sent.services, sent.packet).recipient("tenant").applied_at


def test_without_a_timestamp_nothing_is_sealed_and_nothing_is_kept(signed: Case) -> None:
    people.press(signed.services, signed.packet, "corporation")
    people.run_due(signed.services, until="seal")
    before = state(signed)
    with broken_tsa(signed.services) as pades, pytest.raises(TimestampUnavailable):
        STEPS["seal"](replace(signed.services, pades=pades), signed.packet.id, "")
    assert state(signed) == before


def test_a_sealed_file_that_does_not_conform_goes_nowhere(
    signed: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.press(signed.services, signed.packet, "corporation")
    people.run_due(signed.services, until="seal")
    before = state(signed)

    def spoilt(pdf: bytes) -> docgen.Conformance:
        return replace(docgen.conformance(pdf), pdfa=False, failures=("PDF/A 6.1.2-1: spoilt by the test",))

    with monkeypatch.context() as patch:
        face = SimpleNamespace(conformance=spoilt)
        patch.setattr(importlib.import_module("signing.steps.judge"), "docgen", face)
        with pytest.raises(SealRejected, match="spoilt by the test"):
            STEPS["seal"](signed.services, signed.packet.id, "")
    assert state(signed) == before


def test_a_signature_that_the_registry_has_and_the_document_lacks_is_never_sealed_over(signed: Case) -> None:
    with signed.services.store.write() as tx:
        claimed = tx.packets.get(signed.packet.id)
        claimed = answer(
            shown(claimed, "corporation", signed.clock()),
            "corporation",
            agreed=True,
            on_screen=(),
            held=(),
            now=signed.clock(),
        )
        tx.packets.save(applied(claimed, "corporation", signed.clock()))
    before = state(signed)
    with pytest.raises(SealRejected, match="corporation"):
        STEPS["seal"](signed.services, signed.packet.id, "")
    assert state(signed) == before


@pytest.mark.parametrize("step", ["apply", "seal"])
def test_a_document_that_was_damaged_on_the_disk_is_neither_signed_nor_sealed(
    signed: Case, step: str
) -> None:
    people.press(signed.services, signed.packet, "corporation")
    people.run_due(signed.services, until=step)
    with signed.services.store.read() as tx:
        key = tx.documents.get(signed.packet.id, "core").revision_sha256
    blob = signed.services.config.data / "documents" / key[:2] / key
    whole = blob.read_bytes()
    blob.write_bytes(whole.replace(b"%PDF-1.7", b"%PDF-1.6", 1))
    before = state(signed)
    with pytest.raises(BlobDamaged, match="Restore it from the backup"):
        STEPS[step](signed.services, signed.packet.id, "corporation")
    assert state(signed) == before
    blob.write_bytes(whole)
    people.run_due(signed.services)
    assert people.now(signed.services, signed.packet).status is Status.DELIVERED


def test_a_packet_is_not_sealed_before_the_acknowledgement_or_its_term(signed: Case) -> None:
    before = state(signed)
    for step in ("seal", "lapse"):
        STEPS[step](signed.services, signed.packet.id, "")
    assert state(signed) == before


@pytest.mark.parametrize("step", ["apply", "invite", "seal", "archive", "deliver", "send", "expire"])
def test_no_step_works_on_a_packet_that_was_withdrawn(sent: Case, step: str) -> None:
    intake.withdraw(sent.services, people.REFERRER, sent.packet.reference)
    before = state(sent)
    STEPS[step](sent.services, sent.packet.id, "tenant")
    assert state(sent) == before


def test_another_signature_in_between_makes_the_work_start_again(sent: Case) -> None:
    for role in ("tenant", "referring_org"):
        people.press(sent.services, sent.packet, role)
    with sent.services.store.read() as tx:
        old = tx.documents.get(sent.packet.id, "core")
    STEPS["apply"](sent.services, sent.packet.id, "tenant")
    with pytest.raises(RevisionConflict), sent.services.store.write() as tx:
        tx.documents.revise(sent.packet.id, old, old.revision_sha256, "referring_org")
    STEPS["apply"](sent.services, sent.packet.id, "referring_org")
    assert people.now(sent.services, sent.packet).status is Status.SIGNED


# Twice is once


# These are done by their number: see test_proof, test_asking, test_reminders, test_webhooks,
# test_batches and test_retention.
@pytest.mark.parametrize(
    "step", sorted(STEPS.keys() - {"code", "ask", "remind", "warn", "post", "row", "forget", "erase"})
)
def test_a_step_that_runs_again_changes_nothing(delivered: Case, step: str) -> None:
    before = state(delivered)
    for role in ("tenant", "referring_org", "corporation"):
        STEPS[step](delivered.services, delivered.packet.id, role)
    assert state(delivered) == before


def test_two_parties_who_press_at_the_same_second_both_sign(sent: Case) -> None:
    failures: list[BaseException] = []

    def work(role: str) -> None:
        try:
            people.press(sent.services, sent.packet, role)
            for _ in range(5):
                try:
                    return STEPS["apply"](sent.services, sent.packet.id, role)
                except RevisionConflict:
                    continue
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(role,)) for role in ("tenant", "referring_org")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    packet = people.now(sent.services, sent.packet)
    assert packet.status is Status.SIGNED
    with sent.services.store.read() as tx:
        assert [sorted(d.applied) for d in tx.documents.of(packet.id)] == [["referring_org", "tenant"]] * 2


def test_of_two_deliveries_at_once_one_package_remains(signed: Case) -> None:
    people.press(signed.services, signed.packet, "corporation")
    people.run_due(signed.services, until="deliver")

    def work() -> None:
        # The one that comes second may find its unfinished folder swept away: then it is tried again.
        with suppress(ArchiveUnavailable):
            STEPS["deliver"](signed.services, signed.packet.id, "")

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    work()
    assert people.now(signed.services, signed.packet).status is Status.DELIVERED
    assert people.events(signed.services, signed.packet).count("packet:delivered") == 1


# What comes out


def test_the_archive_holds_the_package_and_no_word_of_the_annex(delivered: Case) -> None:
    folder = people.archived(delivered.services, delivered.packet)
    reference = delivered.packet.reference
    expected = {f"{reference}{ending}" for ending in ENDINGS} | {"manifest-sha256.txt"}
    expected.add(f"leaflets/{reference}.lease-clause.pdf")
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {str(path.relative_to(folder)) for path in files} == expected
    told = " ".join(_told(path) for path in files)
    assert "Begeleidingsovereenkomst" in told
    for word in people.ANNEX_WORDS[people.GUIDANCE]:
        assert word not in told, word


def test_no_byte_that_the_corporation_gets_is_of_a_document_for_the_parties_only(delivered: Case) -> None:
    folder = people.archived(delivered.services, delivered.packet)
    everything = " ".join(_told(path) for path in folder.rglob("*") if path.is_file())
    with delivered.services.store.read() as tx:
        documents = tx.documents.of(delivered.packet.id) + tx.documents.leaflets(delivered.packet.id)
    private = [document for document in documents if not document.archive]
    assert {document.name for document in private} >= {"annex", "summary"}
    for document in private:
        keys = {document.shown_sha256, document.html_sha256, document.revision_sha256, document.sealed_sha256}
        for key in keys - {None}:
            assert str(key) not in everything, document.name
        assert len(people.text_of(delivered.services.blobs.get(document.shown_sha256))) > 200
    for document in documents:
        if document.archive:
            assert document.shown_sha256 in everything


def test_a_leaflet_that_archives_do_not_take_goes_nowhere(
    signed: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.press(signed.services, signed.packet, "corporation")
    people.run_due(signed.services, until="archive")
    before = state(signed)

    def spoilt(pdf: bytes) -> docgen.Conformance:
        return replace(docgen.conformance(pdf), pdfa=False, failures=("PDF/A 6.1.2-1: spoilt by the test",))

    with monkeypatch.context() as patch:
        face = SimpleNamespace(**{**vars(docgen), "conformance": spoilt})
        patch.setattr(importlib.import_module("signing.steps.archive"), "docgen", face)
        with pytest.raises(SealRejected, match="leaflet lease-clause did not validate: PDF/A"):
            STEPS["archive"](signed.services, signed.packet.id, "")
    assert state(signed) == before


def test_the_words_that_may_not_leave_stand_in_the_annex(delivered: Case) -> None:
    annex = progress.document(delivered.services, people.REFERRER, delivered.packet.reference, "annex")
    text = people.text_of(annex)
    assert all(word in text for word in people.ANNEX_WORDS[people.GUIDANCE])


def test_after_its_term_the_packet_is_sealed_without_the_acknowledgement(signed: Case) -> None:
    signed.clock.move(days=15)
    people.run_due(signed.services)
    packet = people.now(signed.services, signed.packet)
    assert packet.status is Status.DELIVERED
    assert "packet:acknowledgement:lapsed" in people.events(signed.services, packet)
    folder = people.archived(signed.services, packet)
    report = validate(
        (folder / f"{packet.reference}.pdf").read_bytes(), signed.services.trust, at=signed.clock()
    )
    assert report.valid
    assert "corporation" not in [signature.field for signature in report.signatures]
    evidence = people.text_of((folder / f"{packet.reference}.evidence.pdf").read_bytes())
    assert "niet binnen 14 dagen bevestigd" in evidence


def test_a_packet_that_nobody_answers_expires_after_thirty_days(sent: Case) -> None:
    people.press(sent.services, sent.packet, "tenant")
    sent.clock.move(days=31)
    people.run_due(sent.services)
    assert people.now(sent.services, sent.packet).status is Status.EXPIRED


def test_guidance_changes_only_by_a_delivered_transfer_and_from_its_date(delivered: Case) -> None:
    services = delivered.services
    transfer = people.create(services, people.TRANSFER)
    assert _agreement(services, delivered).transfers == ()
    people.press_all(services, transfer, people.PARTIES[people.TRANSFER])
    assert _agreement(services, delivered).transfers == ()
    people.press_all(services, transfer, ("corporation",))
    agreement = _agreement(services, delivered)
    (done,) = agreement.transfers
    assert agreement.guiding == done.receiving
    assert agreement.guiding_on(done.on) == done.receiving
    assert agreement.guiding_on(services.clock().date()) == agreement.referring
    told = " ".join(_told(path) for path in people.archived(services, transfer).rglob("*.*"))
    for word in people.ANNEX_WORDS[people.TRANSFER]:
        assert word not in told, word


def test_the_evidence_says_who_saw_what_when_and_which_statement(delivered: Case) -> None:
    folder = people.archived(delivered.services, delivered.packet)
    evidence = people.text_of((folder / f"{delivered.packet.reference}.evidence.pdf").read_bytes())
    packet = people.now(delivered.services, delivered.packet)
    compact = evidence.replace(" ", "")
    for recipient in packet.recipients:
        assert recipient.name in evidence
        assert recipient.statement.replace(" ", "") in compact
    with delivered.services.store.read() as tx:
        core, annex = tx.documents.of(packet.id)
        sealed = next(e for e in tx.trail.of(packet.id) if e.name == "packet:sealed")
        template = tx.packets.filing(packet.id).template_sha256
    for sha256 in (core.shown_sha256, core.sealed_sha256, sealed.sha256, template):
        assert str(sha256) in compact
    for sha256 in (annex.shown_sha256, annex.sealed_sha256):
        assert str(sha256) not in compact
    assert "Bij dit pakket hoort nog 1 document" in evidence
    assert "Geldig (B-LTA): 3 handtekeningen en het zegel" in evidence
    assert "Voldoet aan PDF/A-2a en PDF/UA-1" in evidence
    assert "guidance-agreement, versie" in evidence
    assert "UTC" in evidence
    assert "Europe/Amsterdam" in evidence


def test_the_archive_gets_the_lease_number_as_the_corporation_writes_it(services: Services) -> None:
    packet = people.delivered(services, lease_number="00.1234-5678")
    assert packet.reference == "MTR-0012345678-BGO01-C"
    told = json.loads((people.archived(services, packet) / f"{packet.reference}.json").read_bytes())
    assert (told["lease_number_raw"], told["lease_number_norm"]) == ("00.1234-5678", "0012345678")


def _agreement(services: Services, case: Case) -> Agreement:
    with services.store.read() as tx:
        agreement = tx.agreements.get(case.packet.reference)
    assert agreement is not None
    return agreement


def _told(path: Path) -> str:
    """Every byte of a file: as it is and, of a PDF, with all its streams unpacked, and its text."""
    data = path.read_bytes()
    if path.suffix != ".pdf":
        return data.decode("latin-1")
    command = ["qpdf", "--qdf", "--object-streams=disable", "--warning-exit-0", str(path), "-"]
    unpacked = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
    return people.text_of(data) + data.decode("latin-1") + unpacked.decode("latin-1")
