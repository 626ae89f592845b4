"""Lengths that end in 0x80, which asn1crypto takes for the mark of an indefinite one (X.690, 8.1.3.6)."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain, islice, repeat

import pytest
from asn1crypto import parser  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.serialization import Encoding

from signing.pades import Expected, Pades, check_progress, validate
from signing.pades.answers import Question
from signing.pades.authority import TSA, issue
from signing.pades.der import elements
from signing.pades.responders import timestamp_reply
from tests.pki import ServedPki
from tests.signing.pades import surgery
from tests.signing.pades.conftest import Papers, seal, sign
from tests.signing.pades.papers import PARTIES
from tests.signing.pades.test_attacks_by_update import codes
from tests.signing.pades.wrong_tsa import REPLY, answering

ALONE = Expected(("tenant", "seal"), PARTIES[1:])


def token(reply: bytes) -> bytes:
    return elements(reply, 2)[1]


def signed_data(reply: bytes) -> bytes:
    return elements(elements(token(reply), 2)[1], 1)[0]


def certificates(reply: bytes) -> bytes:
    return elements(signed_data(reply), None)[3]


def replies(pki: ServedPki, question: bytes) -> Iterator[bytes]:
    """The same timestamp in every length: with other certificates beside, of all lengths."""
    root, tsa = pki.pki.issuer("root"), pki.pki.entity("tsa")
    beside = [
        issue(root, "TEST " + "y" * length, TSA, pki.clock()).certificate.public_bytes(Encoding.DER)
        for length in range(60)
    ]
    draw = random.Random(80)  # noqa: S311  (which certificates go along is no secret)
    for longer in chain.from_iterable(repeat(range(5 * 59), 20)):
        steps = Counter(draw.sample([number for number in range(5) for _ in range(59)], longer))
        yield timestamp_reply(question, tsa, pki.clock(), [beside[steps[number]] for number in range(5)])


def over(value: bytes) -> bytes:
    """The question for a timestamp over this signature."""
    return Question(1, hashlib.sha256(value).digest(), "sha256").encoded


def ends_in_80(encoded: bytes) -> bool:
    """Whether the length does."""
    return bool(parser.parse(encoded)[3][-1] == 0x80)


def written_longer(reply: bytes) -> bytes:
    """The token with one length in more bytes than needed (X.690, 8.1.3.5, but not 10.1)."""
    held, signed = certificates(reply), signed_data(reply)
    parts = [surgery.written_longer(held) if each == held else each for each in elements(signed, None)]
    kind, explicit = elements(token(reply), 2)
    return surgery.joined(token(reply), [kind, surgery.joined(explicit, [surgery.joined(signed, parts)])])


@pytest.mark.parametrize("odd", [False, True])
def test_a_signature_timestamp_in_another_form_is_noticed_whatever_its_length(
    served_pki: ServedPki, papers: Papers, odd: bool
) -> None:
    def roomy(question: bytes) -> tuple[int, str, bytes]:
        return 200, REPLY, max(islice(replies(served_pki, question), 5 * 59), key=len)

    def longer(value: bytes) -> list[bytes]:
        made = map(written_longer, replies(served_pki, over(value)))
        return [next(each for each in made if ends_in_80(each) == odd)]

    def as_it_is(value: bytes) -> list[bytes]:
        made = map(token, replies(served_pki, over(value)))
        return [next(each for each in made if ends_in_80(each) == odd)]

    with answering(roomy) as url, Pades(served_pki.asking(url, timeout=60)) as pades:
        signed = sign(pades, papers.prepared, "tenant", served_pki.clock())
    assert codes(check_progress, surgery.with_timestamps(signed, as_it_is), served_pki, None) == set()
    assert codes(check_progress, surgery.with_timestamps(signed, longer), served_pki, None)


@pytest.mark.parametrize("layer", [token, signed_data, certificates])
def test_a_timestamp_of_any_length_gives_a_valid_document(
    served_pki: ServedPki, papers: Papers, layer: Callable[[bytes], bytes]
) -> None:
    def odd(question: bytes) -> tuple[int, str, bytes]:
        return 200, REPLY, next(each for each in replies(served_pki, question) if ends_in_80(layer(each)))

    with answering(odd) as url, Pades(served_pki.asking(url)) as pades:
        now = served_pki.clock()
        sealed = seal(pades, sign(pades, papers.prepared, "tenant", now), now)
    report = validate(sealed, served_pki.trust, expected=ALONE, at=served_pki.clock())
    assert (report.problems, report.level) == ((), "B-LTA")
