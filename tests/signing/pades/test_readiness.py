"""Whether the service can sign and seal, said with everything that is wrong, and until when."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from signing.pades import (
    HeldSecret,
    Pades,
    Readiness,
    TimestampUnavailable,
    TsaSettings,
    check_settings,
)
from signing.pades.authority import SEAL, TSA, issue
from signing.pades.development import ensure
from signing.pades.responders import timestamp_reply
from tests.pki import ServedPki
from tests.signing.pades.conftest import Papers, sign
from tests.signing.pades.wrong_tsa import REPLY, answering

NOBODY = TsaSettings("http://127.0.0.1:9/")


def test_all_that_is_wrong_is_said_at_once_and_it_is_not_a_crash(served_pki: ServedPki, tmp_path: Path):
    [key] = served_pki.settings.keys
    keys = (replace(key, secret=HeldSecret("wrong")), replace(key, url=(tmp_path / "absent.p12").as_uri()))
    tsas = (NOBODY, TsaSettings("ftp://tsa.example/"))
    found = check_settings(replace(served_pki.settings, keys=keys, tsas=tsas), served_pki.clock())
    assert not found.ready
    assert not found.passing
    said = "\n".join(found.problems)
    for part in ("passphrase opens", "absent.p12", "must start with http", "127.0.0.1:9", "Cannot connect"):
        assert part in said
    assert len(found.problems) == 4


def test_without_trust_roots_nothing_is_ready(served_pki: ServedPki, tmp_path: Path):
    for roots, said in (((), "no trust root"), ((tmp_path / "absent.pem",), "cannot read")):
        found = check_settings(replace(served_pki.settings, trust_roots=roots), served_pki.clock())
        assert [said in problem for problem in found.problems] == [True]


def test_a_key_that_does_not_fit_the_roots_is_not_ready(served_pki: ServedPki, rogue_pki: ServedPki):
    settings = replace(served_pki.settings, keys=rogue_pki.settings.keys)
    [problem] = check_settings(settings, served_pki.clock()).problems
    assert "does not lead to a trusted root" in problem


def test_an_expired_or_nearly_expired_or_revoked_key_is_not_ready(served_pki: ServedPki):
    ending = served_pki.key(replace(SEAL, days=40), served_pki.clock())
    for settings, said in (
        (served_pki.expired_key(), "install a valid certificate"),
        (ending, "within the 45 days"),
        (served_pki.revoked_key(), "is revoked"),
    ):
        [problem] = check_settings(settings, served_pki.clock()).problems
        assert said in problem


def test_without_any_authority_nothing_is_ready_and_waiting_does_not_help(served_pki: ServedPki):
    found = check_settings(replace(served_pki.settings, tsas=()), served_pki.clock())
    assert found.problems == ("no time-stamping authority is configured; name at least one",)
    assert not found.passing


def test_an_authority_that_cannot_be_reached_may_pass(served_pki: ServedPki):
    found = check_settings(replace(served_pki.settings, tsas=(NOBODY,)), served_pki.clock())
    assert (found.ready, found.passing) == (False, True)
    with answering(lambda _: (503, "text/plain", b"busy")) as url:
        found = check_settings(served_pki.asking(url), served_pki.clock())
    assert (found.ready, found.passing) == (False, True)


def test_an_authority_that_answers_wrongly_does_not_pass(served_pki: ServedPki, rogue_pki: ServedPki):
    def rogue(question: bytes) -> tuple[int, str, bytes]:
        return 200, REPLY, timestamp_reply(question, rogue_pki.pki.entity("tsa"), served_pki.clock())

    with answering(rogue) as url:
        found = check_settings(served_pki.asking(url), served_pki.clock())
    assert not found.passing
    assert "does not lead to a trusted root" in found.problems[0]


def test_revocation_that_cannot_be_learned_is_not_ready_but_may_pass(served_pki: ServedPki, tmp_path: Path):
    unserved = ensure(tmp_path / "unserved", served_pki.clock())
    settings = replace(
        unserved.settings(timeout=1),
        trust_roots=(unserved.root, served_pki.pki.root),
        tsas=served_pki.settings.tsas,
    )
    found = check_settings(settings, served_pki.clock())
    assert "cannot be learned" in found.problems[0]
    assert (found.ready, found.passing) == (False, True)


def test_a_good_service_is_ready_and_says_until_when(served_pki: ServedPki, pades: Pades):
    now = served_pki.clock()
    found = pades.check(now)
    assert (found.problems, found.warnings) == ((), ())
    assert [end.use for end in found.certificates] == ["seal", "timestamp", "trust"]
    assert [end.days(now) for end in found.certificates] == [3 * 365 - 31, 10 * 365 - 31, 25 * 365 - 31]
    assert all("TEST" in end.subject for end in found.certificates)


def test_one_good_authority_is_enough_and_the_others_are_named(served_pki: ServedPki):
    settings = replace(served_pki.settings, tsas=(NOBODY, *served_pki.settings.tsas))
    found = check_settings(settings, served_pki.clock())
    assert found.ready
    assert "127.0.0.1:9" in found.warnings[0]


def test_a_key_without_a_successor_is_told_in_time(served_pki: ServedPki):
    ending = served_pki.key(replace(SEAL, days=60), served_pki.clock())
    assert "no key comes after it" in check_settings(ending, served_pki.clock()).warnings[0]
    followed = replace(ending, keys=(*ending.keys, *served_pki.settings.keys))
    assert check_settings(followed, served_pki.clock()).warnings == ()


def test_an_authority_whose_certificate_ends_soon_is_told(served_pki: ServedPki):
    root = served_pki.pki.issuer("root")
    ending = issue(root, "Ending TEST TSA", replace(TSA, days=20), served_pki.clock())

    def answer(question: bytes) -> tuple[int, str, bytes]:
        return 200, REPLY, timestamp_reply(question, ending, served_pki.clock())

    with answering(answer) as url:
        found = check_settings(served_pki.asking(url), served_pki.clock())
    assert found.ready
    assert "is renewed before then" in found.warnings[0]


def test_the_state_is_asked_again_only_when_it_is_old_or_something_failed(
    served_pki: ServedPki, papers: Papers
):
    asked: list[bytes] = []
    well = [True]

    def counting(question: bytes) -> tuple[int, str, bytes]:
        asked.append(question)
        if not well[0]:
            return 503, "text/plain", b"busy"
        return 200, REPLY, timestamp_reply(question, served_pki.pki.entity("tsa"), served_pki.clock())

    now = served_pki.clock()
    with answering(counting) as url, Pades(served_pki.asking(url)) as pades:
        states: list[Readiness] = [pades.state(now + timedelta(minutes=minute)) for minute in (0, 1, 59)]
        assert [state.ready for state in states] == [True] * 3
        assert len(asked) == 1
        well[0] = False
        with pytest.raises(TimestampUnavailable):
            sign(pades, papers.prepared, "tenant", now)
        assert not pades.state(now).ready
        well[0] = True
        assert not pades.state(now).ready
        assert pades.state(now + timedelta(minutes=1)).ready


def test_a_revoked_authority_is_not_ready(served_pki: ServedPki):
    now = served_pki.clock()
    gone = issue(served_pki.pki.issuer("root"), "Revoked TEST TSA", TSA, now)
    served_pki.pki.revoke(gone.certificate.serial_number, now - timedelta(minutes=1))

    def answer(question: bytes) -> tuple[int, str, bytes]:
        return 200, REPLY, timestamp_reply(question, gone, served_pki.clock())

    with answering(answer) as url:
        found = check_settings(served_pki.asking(url), served_pki.clock())
    assert (found.ready, found.passing) == (False, False)
    assert "Revoked TEST TSA" in found.problems[0]
    assert "is revoked" in found.problems[0]
