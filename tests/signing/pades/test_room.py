"""The room that is kept in the file for a signature: as little as will do, and never too little."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from signing.pades import Expected, HeldSecret, KeySettings, Pades, TrustRoots, check_progress, validate
from signing.pades.authority import ISSUING, ROOT, SEAL, TSA, Issuer, issue, make_issuing, make_root
from signing.pades.development import seal_file
from signing.pades.responders import timestamp_reply
from tests.pki import ServedPki
from tests.signing.pades.conftest import Papers, seal, sign
from tests.signing.pades.papers import PARTIES
from tests.signing.pades.wrong_tsa import REPLY, answering

CONTENTS = re.compile(rb"/Contents <([0-9A-F]+)>")
ALONE = Expected(("tenant", "seal"), PARTIES[1:])
SLACK = 200  # bytes: a token's own, and two lengths of an ECDSA signature


def rooms(pdf: bytes) -> list[tuple[int, int]]:
    """Of every signature in the file: bytes kept free, and bytes used."""
    found = []
    for match in CONTENTS.finditer(pdf):
        kept = bytes.fromhex(match.group(1).decode())
        # The length that the DER itself gives: one byte of tag, one for the length's length, and that many.
        size = kept[1] & 0x7F
        found.append((len(kept), 2 + size + int.from_bytes(kept[2 : 2 + size])))
    return found


def test_the_room_is_about_what_is_used(pades: Pades, served_pki: ServedPki, papers: Papers):
    """From the second signature on: by then the length of the authority's timestamps is known."""
    now = served_pki.clock()
    sealed = seal(pades, sign(pades, papers.prepared, "tenant", now), now)
    assert len(rooms(sealed)) == 3
    for kept, used in rooms(sealed):
        assert used <= kept <= used + SLACK


def test_a_longer_timestamp_than_ever_before_gets_its_room(served_pki: ServedPki, papers: Papers):
    """The authority that takes over has a long chain: the signature is made anew with more room."""
    root = _root(served_pki)
    deep = _deep(root, served_pki, 2)
    long = issue(deep[-1], "Long TEST TSA " + "x" * 40, TSA, served_pki.clock(), _rsa())
    good = served_pki.pki.entity("tsa")
    asked: list[bytes] = []

    def growing(question: bytes) -> tuple[int, str, bytes]:
        asked.append(question)
        authority = good if len(asked) == 1 else long
        return 200, REPLY, timestamp_reply(question, authority, served_pki.clock(), _ders(deep))

    trusting = (served_pki.pki.root, _file(served_pki, root))
    with answering(growing) as url, Pades(replace(served_pki.asking(url), trust_roots=trusting)) as pades:
        now = served_pki.clock()
        first = sign(pades, papers.prepared, "tenant", now)
        second = sign(pades, first, "referring_org", now)
    assert len(asked) == 3
    assert len(rooms(second)) == 2
    progress = Expected(PARTIES[:2], ("corporation", "seal"))
    trust = TrustRoots.read(trusting)
    assert check_progress(second, trust, expected=progress, at=served_pki.clock()).problems == ()


def test_a_long_chain_of_large_keys_has_room(served_pki: ServedPki, papers: Papers):
    now = served_pki.clock()
    root = _root(served_pki)
    trusting = (served_pki.pki.root, _file(served_pki, root))
    deep = _deep(root, served_pki, 4)
    entity = issue(deep[-1], "TEST e-seal with a very long name " + "x" * 25, SEAL, now, _rsa())
    path = served_pki.folder / "long.p12"
    chain = [x509.load_der_x509_certificate(member) for member in _ders(deep)]
    path.write_bytes(seal_file(entity, chain, "secret"))
    keys = (KeySettings(path.as_uri(), HeldSecret("secret")),)
    with Pades(replace(served_pki.settings, keys=keys, trust_roots=trusting)) as pades:
        signed = sign(pades, papers.prepared, "tenant", now)
        again = sign(pades, signed, "referring_org", now)
    for kept, used in rooms(again):
        assert used <= kept
    assert rooms(again)[1][0] - rooms(again)[1][1] < SLACK
    assert check_progress(again, TrustRoots.read(trusting), at=now + timedelta(seconds=1)).valid


def test_a_seal_with_a_large_key_validates(served_pki: ServedPki, papers: Papers):
    now = served_pki.clock()
    issuing = served_pki.pki.issuer("issuing")
    entity = issue(issuing, "TEST e-seal with RSA", SEAL, now, _rsa())
    path = served_pki.folder / "large.p12"
    path.write_bytes(seal_file(entity, [issuing.certificate], "secret"))
    settings = replace(served_pki.settings, keys=(KeySettings(path.as_uri(), HeldSecret("secret")),))
    with Pades(settings) as pades:
        sealed = seal(pades, sign(pades, papers.prepared, "tenant", now), now)
    report = validate(sealed, served_pki.trust, expected=ALONE, at=served_pki.clock())
    assert (report.problems, report.level) == ((), "B-LTA")


def _rsa() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 3072)


def _root(pki: ServedPki) -> Issuer:
    """One that allows long chains."""
    return make_root("TEST root of long chains", pki.pki.base_url, pki.clock(), replace(ROOT, path_length=9))


def _file(pki: ServedPki, root: Issuer) -> Path:
    path = pki.folder / f"{root.certificate.serial_number}.pem"
    path.write_bytes(root.certificate.public_bytes(Encoding.PEM))
    return path


def _deep(root: Issuer, pki: ServedPki, levels: int) -> list[Issuer]:
    """Issuers one under the other."""
    under = [root]
    for level in range(levels):
        profile = replace(ISSUING, path_length=levels - level - 1)
        under.append(make_issuing(under[-1], f"TEST level {level} " + "y" * 40, pki.clock(), profile))
    return under[1:]


def _ders(issuers: list[Issuer]) -> list[bytes]:
    return [issuer.certificate.public_bytes(Encoding.DER) for issuer in issuers]
