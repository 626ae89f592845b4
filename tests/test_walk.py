"""The whole walk: two packets from data to archive through HTTP and mail, judged from the files alone."""

from __future__ import annotations

import hashlib
import json
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import pytest
from lxml import etree

import docgen
from signing import dossier, visitor
from signing.pades import TrustRoots, validate
from tests import people
from tests.service import Service
from tests.signing.pades.oracle import openssl_opinions, pdfsig

SCHEMAS = sorted((Path(__file__).parent / "signing" / "archive" / "mdto").glob("*.xsd"))
TODAY = datetime.now(UTC).date()


@dataclass(frozen=True)
class Walk:
    """What is left when the service has stopped: a folder, and the references of its packets."""

    folder: Path
    references: tuple[str, ...]

    @property
    def root(self) -> Path:
        """The root certificate that a stranger gets."""
        return self.folder / "trust" / "root.pem"

    def archived(self, reference: str) -> Path:
        """The one folder under this reference, in whichever corporation's archive."""
        (found,) = (self.folder / "archive").glob(f"*/{reference}")
        return found


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    folder = tmp_path_factory.mktemp("walk")
    with Service(folder) as service:
        references = tuple(_play(service, kind) for kind in (people.GUIDANCE, people.TRANSFER))
        told = service.api("GET", f"/packets/{references[0]}")
        assert [transfer["reference"] for transfer in told["transfers"]] == [references[1]]
    return Walk(folder, references)


def _play(service: Service, kind: str) -> str:
    body = {"type": kind, "data": people.sample(kind, TODAY)}
    reference = str(service.api("POST", "/packets", json=body)["reference"])
    recipients = len(people.PARTIES[kind]) + 1
    for _ in range(recipients):
        visitor.sign(service.client, service.post.next_link("/s/", 180), service.post)
    service.wait_for(reference, "delivered")
    for _ in range(recipients):
        visitor.fetch_copies(service.client, service.post.next_link("/k/", 180))
    return reference


def test_every_independent_tool_says_that_every_signature_is_intact(walk: Walk, tmp_path: Path) -> None:
    for number, reference in enumerate(walk.references):
        for name in (f"{reference}.pdf", f"{reference}.evidence.pdf"):
            pdf = (walk.archived(reference) / name).read_bytes()
            signatures = 1 if "evidence" in name else 4 + number
            opinions = openssl_opinions(pdf, walk.root, tmp_path)
            assert len(opinions) == signatures + 1, "and the document timestamp"
            assert all(opinion.intact and opinion.timestamp_intact for opinion in opinions), opinions
            assert opinions[-1].whole_file
            assert pdfsig(pdf, tmp_path).count("Signature is Valid") == signatures
            report = validate(pdf, TrustRoots.read([walk.root]), at=datetime.now(UTC))
            assert (report.valid, report.level, report.problems) == (True, "B-LTA", ())


def test_everything_in_the_archive_is_pdf_a_and_pdf_ua(walk: Walk) -> None:
    for reference in walk.references:
        for path in walk.archived(reference).glob("*.pdf"):
            assert docgen.conformance(path.read_bytes()) == docgen.Conformance("PDF/A-2a", True, True, ())


def test_the_metadata_is_valid_and_describes_the_file_beside_it(walk: Walk) -> None:
    for reference in walk.references:
        folder = walk.archived(reference)
        for path in folder.glob("*.xml"):
            for schema in SCHEMAS:
                etree.XMLSchema(etree.parse(schema)).assertValid(etree.parse(path))
        told = json.loads((folder / f"{reference}.json").read_bytes())
        pdf = (folder / f"{reference}.pdf").read_bytes()
        assert told["sha256"] == hashlib.sha256(pdf).hexdigest()
        assert told["reference"] == reference
        assert "@" not in json.dumps(told), "no address goes into metadata"


def test_the_manifest_is_what_sha256sum_checks(walk: Walk) -> None:
    for reference in walk.references:
        command = ["sha256sum", "--check", "--strict", "manifest-sha256.txt"]
        subprocess.run(command, cwd=walk.archived(reference), check=True, capture_output=True, timeout=30)


def test_no_mail_tells_its_meaning_or_a_name_in_the_subject(walk: Walk) -> None:
    mails = list((walk.folder / "mail").glob("*.eml"))
    assert len(mails) == 17, "seven links to sign, seven to a copy, and three codes that went by mail"
    for mail in mails:
        text = mail.read_text()
        subject = next(line for line in text.splitlines() if line.startswith("Subject:"))
        assert "MTR" not in subject
        assert "Begeleiding" not in subject
        assert "TEST" in subject


def test_the_log_holds_no_token_name_or_address(walk: Walk) -> None:
    log = (walk.folder / "service.log").read_text()
    links = [line for mail in (walk.folder / "mail").glob("*.eml") for line in mail.read_text().splitlines()]
    tokens = {line.split("/")[-1][:40] for line in links if line.startswith("http://")}
    assert tokens
    for secret in (*tokens, "voorbeeld.nl", "Aylin", "0012345678"):
        assert secret not in log


# The whole proof of a packet, from its files alone.


@pytest.fixture(scope="module")
def files(walk: Walk, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("dossier") / "files"
    done = people.command(
        "evidence", walk.references[0], "-o", str(folder), "--development", str(walk.folder)
    )
    assert done.returncode == 0, done.stderr
    checked = people.command("validate-evidence", str(folder), "--trust", str(walk.root))
    assert checked.returncode == 0, checked.stdout
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _problems(files: dict[str, bytes], walk: Walk) -> list[str]:
    return dossier.problems(files, TrustRoots.read([walk.root]), datetime.now(UTC))


def test_one_flipped_byte_anywhere_is_named(
    files: dict[str, bytes], walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, judged = datetime.now(UTC), lru_cache(lambda pdf: validate(pdf, TrustRoots.read([walk.root]), at=at))
    # A judgement depends on nothing but the bytes, and of some forty rounds each changes one file.
    monkeypatch.setattr("signing.dossier.check.validate", lambda pdf, trust, at: judged(pdf))
    for name, data in files.items():
        for place in range(0, len(data), max(1, len(data) // 3)):
            flipped = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
            found = _problems({**files, name: flipped}, walk)
            assert any(name in problem for problem in found) or name.startswith("manifest"), name
            assert found


def test_a_changed_file_with_a_changed_manifest_is_still_named(files: dict[str, bytes], walk: Walk) -> None:
    audit = next(name for name in files if name.endswith(".audit.json"))
    forged = files[audit].replace(b"192.0.2", b"198.51").replace(b"127.0.0.1", b"127.0.0.2")
    assert forged != files[audit]
    lines = (
        files[dossier.MANIFEST]
        .decode()
        .replace(hashlib.sha256(files[audit]).hexdigest(), hashlib.sha256(forged).hexdigest())
    )
    found = _problems({**files, audit: forged, dossier.MANIFEST: lines.encode()}, walk)
    assert any("The audit trail breaks at event" in problem for problem in found)


@pytest.mark.parametrize("ending", ["-annex.pdf", "-core.pdf", ".evidence.pdf", ".audit.json"])
def test_a_missing_file_is_named(files: dict[str, bytes], walk: Walk, ending: str) -> None:
    (gone,) = [name for name in files if name.endswith(ending)]
    left = {name: data for name, data in files.items() if name != gone}
    assert any(gone in problem for problem in _problems(left, walk))


def test_documents_of_another_packet_do_not_fit(files: dict[str, bytes], walk: Walk) -> None:
    reference, other = walk.references
    foreign = (walk.archived(other) / f"{other}.pdf").read_bytes()
    found = _problems({**files, f"{reference}-core.pdf": foreign}, walk)
    told = f"{reference}-core.pdf is not a file that the audit trail names, neither as sealed nor as renewed"
    assert told in found


def test_the_files_as_they_are_belong_together(files: dict[str, bytes], walk: Walk) -> None:
    assert _problems(files, walk) == []
