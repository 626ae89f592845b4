"""The CMS container that is written by hand says what asn1crypto would have said."""

import pytest
from asn1crypto import algos, cms

from signing.pades.cms import SignerParts, write_signed_data
from tests.pki import ServedPki


@pytest.mark.parametrize("content", [None, b"\x30\x00"])
def test_every_length_is_written_as_der(content: bytes | None, served_pki: ServedPki):
    """Among 256 lengths in a row is every last byte, also the 0x80 that asn1crypto stumbles over."""
    issuer = cms.Name.build({"common_name": "TEST"}).dump()
    for length in range(256):
        parts = SignerParts(
            issuer=issuer,
            serial=1 << length % 64,
            digest_algorithm=algos.DigestAlgorithm({"algorithm": "sha256"}).dump(),
            signature_algorithm=algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}).dump(),
            attributes=cms.CMSAttributes(
                [cms.CMSAttribute({"type": "message_digest", "values": [bytes(length)]})]
            ).dump(),
            signature=bytes(70),
        )
        read = cms.ContentInfo.load(write_signed_data(parts, [], content), strict=True)
        signed = read["content"]
        signer = signed["signer_infos"][0]
        assert signed["version"].native == ("v1" if content is None else "v3")
        assert signer["signed_attrs"][0]["values"][0].native == bytes(length)
        assert signer["signature"].native == bytes(70)
        assert signer["sid"].chosen["serial_number"].native == 1 << length % 64
