"""More than one time-stamping authority: the first that answers well is used."""

from signing.pades import Expected, Pades, validate
from signing.pades.authority import TSA, issue
from signing.pades.responders import timestamp_reply
from tests.pki import ServedPki
from tests.signing.pades.conftest import Papers, seal, sign
from tests.signing.pades.papers import PARTIES
from tests.signing.pades.wrong_tsa import REPLY, answering

ALONE = Expected(("tenant", "seal"), PARTIES[1:])


def test_the_next_authority_is_asked_when_the_first_fails(served_pki: ServedPki, papers: Papers):
    with answering(lambda _: (503, "text/plain", b"busy")) as busy:
        asked = served_pki.asking("http://127.0.0.1:9/", busy, served_pki.pki.tsa_url)
        with Pades(asked) as pades:
            now = served_pki.clock()
            sealed = seal(pades, sign(pades, papers.prepared, "tenant", now), now)
    assert validate(sealed, served_pki.trust, expected=ALONE, at=served_pki.clock()).problems == ()


def test_the_seal_holds_proofs_of_every_authority_that_stamped(served_pki: ServedPki, papers: Papers):
    """The authority changes just between the seal's signature and the document timestamp."""
    now = served_pki.clock()
    second = issue(served_pki.pki.issuer("root"), "Second TEST TSA", TSA, now)
    good = served_pki.pki.entity("tsa")
    asked: list[bytes] = []

    def changing(question: bytes) -> tuple[int, str, bytes]:
        asked.append(question)
        authority = good if len(asked) < 3 else second
        return 200, REPLY, timestamp_reply(question, authority, served_pki.clock())

    with (
        answering(changing) as url,
        Pades(served_pki.asking(url)) as pades,
    ):
        sealed = seal(pades, sign(pades, papers.prepared, "tenant", now), now)
    assert len(asked) == 4
    assert validate(sealed, served_pki.trust, expected=ALONE, at=served_pki.clock()).problems == ()
