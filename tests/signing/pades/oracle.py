"""A second opinion on signatures: the openssl command, on bytes cut from the file without any PDF library."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from asn1crypto import cms

SIGNATURE = re.compile(
    rb"/Contents\s*<([0-9A-Fa-f]+)>[^<>]*?/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]"
    rb"|/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\][^<>]*?/Contents\s*<([0-9A-Fa-f]+)>",
    re.DOTALL,
)


CMS_VERIFY = ("cms", "-verify", "-binary", "-cades", "-purpose", "any", "-inform", "DER", "-out", "/dev/null")


@dataclass(frozen=True)
class Opinion:
    """What openssl says of one signature or document timestamp."""

    kind: str
    intact: bool
    timestamp_intact: bool
    whole_file: bool
    said: str


def openssl_opinions(pdf: bytes, root: Path, folder: Path) -> list[Opinion]:
    """One opinion per signature, in the order of the file; chains must end in ``root``."""
    return [_opinion(pdf, found, root, folder) for found in SIGNATURE.finditer(pdf)]


def _opinion(pdf: bytes, found: re.Match[bytes], root: Path, folder: Path) -> Opinion:
    numbers = [int(number) for number in (found.groups()[1:5] if found.group(1) else found.groups()[5:9])]
    first, before, start, after = numbers
    assert first == 0
    covered = pdf[:before] + pdf[start : start + after]
    content = bytes.fromhex((found.group(1) or found.group(10)).decode())
    token = cms.ContentInfo.load(content)
    whole = start + after == len(pdf)
    data = _file(folder, "covered.bin", covered)
    if token["content"]["encap_content_info"]["content_type"].native == "tst_info":
        intact, said = _verify_token(token.dump(), data, root, folder)
        return Opinion("timestamp", intact, intact, whole, said)
    signature = _file(folder, "signature.der", token.dump())
    intact, said = _run([*CMS_VERIFY, "-in", signature, "-content", data, "-CAfile", str(root)])
    stamped, stamp_said = _signature_timestamp(token, root, folder)
    return Opinion("signature", intact, stamped, whole, f"{said} {stamp_said}")


def _signature_timestamp(token: cms.ContentInfo, root: Path, folder: Path) -> tuple[bool, str]:
    signer = token["content"]["signer_infos"][0]
    stamps = [
        attribute["values"][0]
        for attribute in signer["unsigned_attrs"]
        if attribute["type"].native == "signature_time_stamp_token"
    ]
    if len(stamps) != 1:
        return False, f"{len(stamps)} signature timestamps"
    value = _file(folder, "value.bin", signer["signature"].native)
    return _verify_token(stamps[0].dump(), value, root, folder)


def _verify_token(token: bytes, data: str, root: Path, folder: Path) -> tuple[bool, str]:
    path = _file(folder, "token.der", token)
    return _run(["ts", "-verify", "-data", data, "-in", path, "-token_in", "-CAfile", str(root)])


def _file(folder: Path, name: str, data: bytes) -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


def _run(arguments: list[str]) -> tuple[bool, str]:
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, timeout=60, check=False)
    return done.returncode == 0, f"{done.stdout} {done.stderr}".strip()


def pdfsig(pdf: bytes, folder: Path) -> str:
    """What poppler's pdfsig prints."""
    path = _file(folder, "asked.pdf", pdf)
    command = ["pdfsig", "-nocert", path]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout
