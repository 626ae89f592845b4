"""The development PKI: made once, private, on loopback only, served by one of many processes."""

import http.client
import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from signing.pades import DevelopmentPkiError, Pades
from signing.pades.authority import SEAL, issue
from signing.pades.development import ensure
from signing.pades.development_server import serve
from signing.pades.responders import crl, ocsp_reply, timestamp_reply
from tests.pki import ServedPki, certificate_of

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def now() -> datetime:
    return datetime.now(UTC)


def test_a_folder_with_other_things_is_refused_and_left_alone(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(DevelopmentPkiError, match="absent or empty"):
        ensure(tmp_path, NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_damaged_folder_is_refused(tmp_path: Path):
    pki = ensure(tmp_path / "pki", NOW)
    (pki.folder / "tsa.key.pem").write_bytes(b"")
    with pytest.raises(DevelopmentPkiError, match="damaged"):
        serve(pki, now)
    (pki.folder / "port").write_text("many")
    with pytest.raises(DevelopmentPkiError, match="no complete development PKI"):
        ensure(pki.folder, NOW)


def test_a_port_that_another_program_uses_is_refused(tmp_path: Path):
    pki = ensure(tmp_path / "pki", NOW)
    with socket.socket() as other:
        other.bind(("127.0.0.1", pki.port))
        other.listen()
        with pytest.raises(DevelopmentPkiError, match="in use"):
            serve(pki, now)


def test_every_certificate_says_test_and_every_key_is_private(tmp_path: Path):
    pki = ensure(tmp_path / "pki", NOW)
    for path in pki.folder.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path
    for name in ("root", "issuing", "tsa", "ocsp"):
        assert "TEST" in pki.entity(name).certificate.subject.rfc4514_string()
    assert "TEST" in certificate_of(pki.settings()).subject.rfc4514_string()


def test_it_is_made_once_however_many_ask(tmp_path: Path):
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda _: ensure(tmp_path / "pki", NOW), range(6)))
    assert len({pki.port for pki in made}) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["pki"]
    with Pades(made[0].settings()):
        pass


def test_it_answers_on_loopback_only(tmp_path: Path):
    pki = ensure(tmp_path / "pki", NOW)
    with serve(pki, now):
        listening = Path("/proc/net/tcp").read_text().splitlines()[1:]
        here = [line.split()[1] for line in listening if line.split()[1].endswith(f":{pki.port:04X}")]
    assert here
    assert all(address.startswith("0100007F:") for address in here)


def test_of_several_servers_one_answers_and_another_takes_over(tmp_path: Path):
    pki = ensure(tmp_path / "pki", NOW)
    first = serve(pki, now)
    with serve(pki, now) as second:
        assert (first.serving, second.serving) == (True, False)
        first.close()
        second.wait_until_serving(timeout=20)
        assert _get(pki.port, "/ca/root")[0] == 200
    with pytest.raises(OSError, match="refused"):
        _get(pki.port, "/ca/root")


def test_a_killed_server_is_taken_over(tmp_path: Path):
    pki = ensure(tmp_path / "pki", NOW)
    program = (
        "import sys, time; from datetime import UTC, datetime; from pathlib import Path\n"
        "from signing.pades.development import ensure\n"
        "from signing.pades.development_server import serve\n"
        "pki = ensure(Path(sys.argv[1]), datetime.now(UTC))\n"
        "server = serve(pki, lambda: datetime.now(UTC)); print('ready', flush=True); time.sleep(60)\n"
    )
    command = [sys.executable, "-c", program, str(pki.folder)]
    root = Path(__file__).parents[3]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root, env=os.environ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        with serve(pki, now) as here:
            assert not here.serving
            other.kill()
            here.wait_until_serving(timeout=20)
            assert _get(pki.port, "/crl/issuing")[0] == 200


def test_unknown_paths_and_endless_questions_are_refused(served_pki: ServedPki):
    port = served_pki.pki.port
    for path in ("/", "/crl/other", "/ca/../seal.p12", "/tsa", "/crl"):
        assert _get(port, path)[0] == 404
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/tsa", headers={"Content-Length": "99999999"})
    assert connection.getresponse().status == 413
    connection.close()


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        ({"hash_algorithm": {"algorithm": "sha1"}, "hashed_message": bytes(20)}, "bad_alg"),
        ({"hash_algorithm": {"algorithm": "sha512"}, "hashed_message": bytes(64)}, "bad_alg"),
        ({"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes(31)}, "bad_data_format"),
        (None, "bad_data_format"),
    ],
)
def test_the_authority_refuses_what_it_should_not_stamp(change, failure: str, served_pki: ServedPki):
    question = b"hello"
    if change is not None:
        question = tsp.TimeStampReq({"version": 1, "message_imprint": change}).dump()
    answer = timestamp_reply(question, served_pki.pki.entity("tsa"), NOW)
    status = tsp.PKIStatusInfo.load(answer[2:])
    assert status["status"].native == "rejection"
    assert status["fail_info"].native == {failure}


def test_the_responder_tells_good_from_revoked_and_says_nothing_about_others(
    served_pki: ServedPki, rogue_pki: ServedPki
):
    issuing = served_pki.pki.issuer("issuing")
    leaf = issue(issuing, "A TEST leaf", SEAL, NOW).certificate
    revoked = {leaf.serial_number: NOW}

    def status(pki: ServedPki, at: datetime) -> object:
        builder = ocsp.OCSPRequestBuilder()
        question = builder.add_certificate(leaf, issuing.certificate, leaf.signature_hash_algorithm).build()

        answer = ocsp_reply(
            question.public_bytes(Encoding.DER),
            pki.pki.issuer("issuing"),
            pki.pki.entity("ocsp"),
            revoked,
            at,
        )
        read = ocsp.load_der_ocsp_response(answer)
        if read.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return read.response_status
        return next(iter(read.responses)).certificate_status

    assert status(served_pki, NOW - timedelta(seconds=1)) is ocsp.OCSPCertStatus.GOOD
    assert status(served_pki, NOW) is ocsp.OCSPCertStatus.REVOKED
    assert status(rogue_pki, NOW) is ocsp.OCSPResponseStatus.UNAUTHORIZED
    malformed = ocsp_reply(b"hello", issuing, served_pki.pki.entity("ocsp"), {}, NOW)
    read = ocsp.load_der_ocsp_response(malformed)
    assert read.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


def test_the_revocation_list_holds_what_was_revoked_by_then(served_pki: ServedPki):
    issuing = served_pki.pki.issuer("issuing")
    revoked = {7: NOW, 8: NOW + timedelta(days=1)}
    found = x509.load_der_x509_crl(crl(issuing, revoked, NOW))
    assert found.is_signature_valid(issuing.key.public_key())
    assert [entry.serial_number for entry in found] == [7]


def _get(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
