"""Files that were made to hurt: judged within bounds of time and memory, and never called valid."""

import json
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signing.pades import (
    ConfinementFault,
    Limits,
    UnusableFile,
    confinement,
    validate,
    validate_confined,
)
from tests.fuzz.hunt import hunt
from tests.pki import ServedPki
from tests.signing.pades import forgeries
from tests.signing.pades.conftest import Papers
from tests.signing.pades.rewrites import body, numbers, update
from tests.signing.pades.test_attacks_by_update import codes

FEW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


def packed(size: int, layers: int = 1) -> bytes:
    """A stream that unpacks to this many bytes."""
    data = zlib.compress(bytes(size), 9)
    for _ in range(layers - 1):
        data = zlib.compress(data, 9)
    filters = b"/FlateDecode " * layers
    return b"<< /Length %d /Filter [ %s] >>\nstream\n%s\nendstream" % (len(data), filters, data)


def with_bomb(pdf: bytes, layers: int) -> bytes:
    """Proofs that unpack to a hundred megabytes or more."""
    parts = numbers(pdf)
    dss = b"/DSS << /Certs [ %d 0 R ] /OCSPs [ %d 0 R ] /CRLs [ %d 0 R ] >>" % ((parts.size,) * 3)
    catalog = body(pdf, parts.catalog)
    catalog = catalog[: catalog.rfind(b"/DSS")] + dss + b"\n>>"
    return update(pdf, {parts.catalog: catalog, parts.size: packed(120 * 1024 * 1024, layers)})


def with_loop(pdf: bytes) -> bytes:
    """A field that is its own child and parent, a page that is its own parent's child."""
    parts = numbers(pdf)
    tenant = parts.fields["tenant"]
    loop = body(pdf, tenant)[:-2] + b"/Kids [ %d 0 R ] /Parent %d 0 R\n>>" % (tenant, tenant)
    page = body(pdf, parts.page)[:-2] + b"/Kids [ %d 0 R ]\n>>" % parts.page
    return update(pdf, {tenant: loop, parts.page: page})


def with_deep_nesting(pdf: bytes) -> bytes:
    """Arrays in arrays, a hundred thousand deep."""
    parts = numbers(pdf)
    return update(pdf, {parts.form: b"<< /Fields %s%s >>" % (b"[" * 100_000, b"]" * 100_000)})


def with_many_fields(pdf: bytes) -> bytes:
    """A form that names one field a hundred thousand times."""
    parts = numbers(pdf)
    return update(
        pdf, {parts.form: b"<< /Fields [ %s ] >>" % (b"%d 0 R " % parts.fields["tenant"] * 100_000)}
    )


def with_many_revisions(pdf: bytes) -> bytes:
    """Three hundred revisions that change nothing."""
    number = numbers(pdf).size
    for _ in range(300):
        last = pdf.rfind(b"startxref")
        start = int(pdf[last + 9 :].split()[0])
        place = len(pdf)
        pdf += b"%d 0 obj\nnull\nendobj\n" % number
        table = len(pdf)
        pdf += b"xref\n0 1\n0000000000 65535 f \n%d 1\n%010d 00000 n \n" % (number, place)
        pdf += b"trailer\n<< /Size %d /Root 3 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
            number + 1,
            start,
            table,
        )
    return pdf


HOSTILE: dict[str, Callable[[bytes], bytes]] = {
    "a bomb": lambda pdf: with_bomb(pdf, 1),
    "a bomb in a bomb": lambda pdf: with_bomb(pdf, 2),
    "a loop": with_loop,
    "deep nesting": with_deep_nesting,
    "many fields": with_many_fields,
    "many revisions": with_many_revisions,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_was_made_to_hurt_is_refused_within_bounds(
    name: str, served_pki: ServedPki, papers: Papers
):
    pdf = HOSTILE[name](papers.sealed)
    try:
        problems = validate_confined(pdf, served_pki.trust, at=served_pki.clock()).problems
    except UnusableFile as refusal:
        problems = (str(refusal),)
    assert problems
    assert "takes more than" not in problems[0], "the rule itself should have refused it"


@pytest.mark.parametrize("limits", [Limits(memory=40 * 2**20), Limits(time=0.01)])
def test_a_file_that_takes_too_much_is_unusable(limits: Limits, served_pki: ServedPki, papers: Papers):
    with pytest.raises(UnusableFile, match="takes more than"):
        validate_confined(papers.sealed, served_pki.trust, at=served_pki.clock(), limits=limits)


def test_a_process_that_cannot_judge_is_not_taken_for_a_verdict(
    served_pki: ServedPki, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(confinement, "_MODULE", "signing.pades.nothing")
    with pytest.raises(ConfinementFault):
        validate_confined(b"%PDF-", served_pki.trust, at=served_pki.clock())


def test_who_judges_a_file_can_do_nothing_else(tmp_path: Path):
    tried = """
import socket, subprocess, sys
from signing.pades import Limits
from signing.pades.confined import confine
confine(Limits())
for what in (
    lambda: socket.create_connection(("127.0.0.1", 9)),
    lambda: subprocess.run([sys.executable]),
    lambda: socket.getaddrinfo("localhost", 80),
):
    try:
        what()
    except PermissionError as error:
        print(error)
try:
    open(sys.argv[1], "w").write("x" * 100000)
except OSError as error:
    print("no file")
"""
    command = [sys.executable, "-B", "-c", tried, str(tmp_path / "file")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.count("is not for who judges a file") == 3, done.stderr
    assert "no file" in done.stdout or done.returncode != 0
    assert not (tmp_path / "file").exists() or (tmp_path / "file").stat().st_size == 0


def test_a_confined_judgement_is_the_same_judgement(served_pki: ServedPki, papers: Papers):
    for pdf in (papers.sealed, papers.signed, forgeries.with_note(papers.sealed)):
        at = served_pki.clock()
        assert validate_confined(pdf, served_pki.trust, at=at) == validate(pdf, served_pki.trust, at=at)
    with pytest.raises(UnusableFile, match="read"):
        validate_confined(b"hello", served_pki.trust, at=served_pki.clock())


@FEW
@given(data=st.binary(max_size=3000))
def test_noise_is_refused(data: bytes, served_pki: ServedPki):
    for pdf in (data, b"%PDF-1.7\n" + data, b"%PDF-1.7\n" + data + b"\nstartxref\n9\n%%EOF\n"):
        assert codes(validate, pdf, served_pki, None)


@FEW
@given(place=st.floats(0, 1), length=st.integers(0, 300), other=st.binary(max_size=300))
def test_a_piece_that_is_replaced_is_noticed(
    place: float, length: int, other: bytes, served_pki: ServedPki, papers: Papers
):
    start = int(place * (len(papers.sealed) - 1))
    changed = papers.sealed[:start] + other + papers.sealed[start + length :]
    if changed != papers.sealed:
        assert codes(validate, changed, served_pki, None)


@FEW
@given(data=st.data())
def test_a_signature_container_that_is_changed_is_noticed(
    data: st.DataObject, served_pki: ServedPki, papers: Papers
):
    found = data.draw(st.sampled_from(list(forgeries.CONTENTS.finditer(papers.sealed))))
    content = bytearray.fromhex(found.group(1).decode())
    place = data.draw(st.integers(0, len(bytes(content).rstrip(b"\0")) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    hexadecimal = content.hex().upper().encode()
    changed = papers.sealed[: found.start(1)] + hexadecimal + papers.sealed[found.end(1) :]
    assert codes(validate, changed, served_pki, None)


def test_a_short_hunt_finds_nothing(served_pki: ServedPki, papers: Papers, tmp_path: Path):
    """``make fuzz`` hunts longer."""
    corpus = (papers.sealed, papers.signed, papers.certified)
    catch = list(
        hunt(corpus, served_pki.pki.root, served_pki.clock(), inputs=80, seed=7, keep=tmp_path / "finds")
    )[-1]
    assert catch.findings == []
    assert catch.tried >= 75
    assert json.dumps(catch.outcomes)
