"""Ways to spoil a PDF: blindly, by its own words, in its signatures, and with parts of another."""

import random
import re
import zlib
from collections.abc import Callable, Sequence

from asn1crypto import parser

from signing.pades.der import elements
from tests.signing.pades.forgeries import CONTENTS

Mutation = Callable[[bytes, random.Random, Sequence[bytes]], bytes]
NUMBER = re.compile(rb"(?<![0-9A-Za-z.])\d{1,10}(?![0-9A-Za-z.])")
NAME = re.compile(rb"/[A-Za-z]{1,20}\b")
OBJECT = re.compile(rb"(?<!\d)\d+ 0 obj\b.*?endobj\s*", re.DOTALL)
NUMBERS = (
    0, 1, 2, 3, 7, 8, 255, 256, 65535, 65536, 10**6, 2**31 - 1, 2**31, 2**32, 2**63, 10**10, 10**20, 10**400,
)  # fmt: skip
TOKENS = (
    b"null", b"true", b"<<", b">>", b"[", b"]", b"(", b")", b"<", b">", b"/", b"%", b"R", b"obj", b"endobj",
    b"stream\n", b"endstream", b"xref\n", b"trailer\n", b"startxref\n", b"%%EOF\n", b"0 0 R", b"1 0 R", b"-1",
    b"3 0 R", b"/Type /XRef", b"/Filter /FlateDecode", b"/Filter [/FlateDecode /FlateDecode]", b"\xff\xfe",
    b"/Filter /LZWDecode", b"/Filter /ASCII85Decode", b"/DecodeParms << /Predictor 15 /Columns 99999999 >>",
    b"/Prev 0", b"/XRefStm 9", b"/Encrypt 1 0 R", b"/Kids [3 0 R]", b"/Parent 3 0 R", b"/V 22 0 R", b"e308",
    b"/Length 9999999999", b"\0", b"\r", b"[" * 3000, b"<<" * 3000, b"(" * 3000, b"9" * 5000,
)  # fmt: skip


def _somewhere(data: bytes, draw: random.Random, length: int = 0) -> int:
    return draw.randrange(max(1, len(data) - length + 1))


def flip(data: bytes, draw: random.Random, others: Sequence[bytes]) -> bytes:
    """One to eight bytes changed."""
    spoiled = bytearray(data)
    for _ in range(draw.choice((1, 1, 1, 2, 8))):
        spoiled[_somewhere(data, draw, 1)] ^= draw.randrange(1, 256)
    return bytes(spoiled)


def cut(data: bytes, draw: random.Random, others: Sequence[bytes]) -> bytes:
    """A piece taken out, or everything behind a place."""
    start = _somewhere(data, draw)
    end = len(data) if draw.random() < 0.2 else start + draw.choice((1, 2, 16, 500, 20_000))
    return data[:start] + data[end:]


def double(data: bytes, draw: random.Random, others: Sequence[bytes]) -> bytes:
    """A piece written twice."""
    start = _somewhere(data, draw)
    end = start + draw.choice((1, 10, 300, 20_000))
    return data[:end] + data[start:end] * draw.choice((1, 2, 50)) + data[end:]


def move(data: bytes, draw: random.Random, others: Sequence[bytes]) -> bytes:
    """A piece put elsewhere."""
    start, length, there = _somewhere(data, draw), draw.choice((4, 50, 2000)), _somewhere(data, draw)
    rest = data[:start] + data[start + length :]
    return rest[:there] + data[start : start + length] + rest[there:]


def insert(data: bytes, draw: random.Random, others: Sequence[bytes]) -> bytes:
    """A word of PDF somewhere."""
    place = _somewhere(data, draw)
    return data[:place] + b" " + draw.choice(TOKENS) + b" " + data[place:]


def renumber(data: bytes, draw: random.Random, others: Sequence[bytes]) -> bytes:
    """One number another, often an extreme one."""
    found = draw.choice(list(NUMBER.finditer(data)) or [re.match(b"", data)])
    number = draw.choice(NUMBERS) if draw.random() < 0.6 else draw.randrange(len(data))
    text = (b"-" if draw.random() < 0.2 else b"") + b"%d" % number
    if draw.random() < 0.4:  # in the same room, so that everything behind it stays where it was
        text = text[: found.end() - found.start()].rjust(found.end() - found.start(), b"0")
    return data[: found.start()] + text + data[found.end() :]


def rename(data: bytes, draw: random.Random, others: Sequence[bytes]) -> bytes:
    """One name another of the file's names."""
    names = list(NAME.finditer(data))
    found, other = draw.choice(names or [re.match(b"", data)]), draw.choice(names or [re.match(b"", data)])
    text = other.group().ljust(found.end() - found.start())
    return data[: found.start()] + text + data[found.end() :]


def replace_object(data: bytes, draw: random.Random, others: Sequence[bytes]) -> bytes:
    """An object with the contents of another, of this file or another one."""
    mine, source = list(OBJECT.finditer(data)), list(OBJECT.finditer(draw.choice([data, *others])))
    if not mine or not source:
        return flip(data, draw, others)
    found, other = draw.choice(mine), draw.choice(source)
    header = found.group().split(b"obj", 1)[0]
    text = header + b"obj" + other.group().split(b"obj", 1)[1]
    return data[: found.start()] + text + data[found.end() :]


def splice(data: bytes, draw: random.Random, others: Sequence[bytes]) -> bytes:
    """The beginning of this file and the end of another."""
    other = draw.choice([data, *others])
    return data[: _somewhere(data, draw)] + other[_somewhere(other, draw) :]


def _container(data: bytes, draw: random.Random) -> re.Match[bytes] | None:
    return draw.choice(list(CONTENTS.finditer(data)) or [None])


def _bytes(container: re.Match[bytes]) -> bytes:
    digits = container.group(1).decode()
    return bytes.fromhex(digits[: len(digits) // 2 * 2])


def der(data: bytes, draw: random.Random, others: Sequence[bytes]) -> bytes:
    """Bytes of a signature container changed, mostly those that say what and how long."""
    found = _container(data, draw)
    if found is None:
        return flip(data, draw, others)
    content = bytearray(_bytes(found))
    for _ in range(draw.choice((1, 1, 2, 5))):
        place = draw.randrange(max(1, len(content.rstrip(b"\0"))))
        content[place] = draw.choice((0, 1, 0x30, 0x31, 0x80, 0x84, 0xA0, 0xFF, 0x7F, draw.randrange(256)))
    return data[: found.start(1)] + content.hex().upper().encode() + data[found.end(1) :]


def respell(data: bytes, draw: random.Random, others: Sequence[bytes]) -> bytes:
    """One element of a container written longer, twice, elsewhere or not at all; all lengths fit again."""
    found = _container(data, draw)
    if found is None:
        return flip(data, draw, others)
    written, room = _bytes(found), len(found.group(1))
    try:
        other = _respelt(written[: parser.peek(written)], draw).hex().upper()
    except ValueError:  # it is no DER any more
        return der(data, draw, others)
    return data[: found.start(1)] + other.ljust(room, "0").encode()[:room] + data[found.end(1) :]


def _respelt(encoded: bytes, draw: random.Random) -> bytes:
    class_, method, tag, header, inside, _ = parser.parse(encoded)
    parts = elements(encoded, None)
    if not parts or draw.random() < 0.15:
        length = len(inside).to_bytes(4, "big").lstrip(b"\0") or b"\0"
        longer = length.rjust(len(length) + draw.choice((1, 1, 2)), b"\0")
        return header[:1] + bytes([0x80 | len(longer)]) + longer + inside
    place = draw.randrange(len(parts))
    deeper = [_respelt(parts[place], draw)]
    own, other, null = parts[place], draw.choice(parts), b"\x05\x00"
    here: tuple[list[bytes], ...] = ([], [own, own], [own, other], [null], [own, null])
    chosen = deeper if draw.random() < 0.8 else draw.choice(here)
    changed = [*parts[:place], *chosen, *parts[place + 1 :]]
    if draw.random() < 0.05:
        draw.shuffle(changed)
    made: bytes = parser.emit(class_, method, tag, b"".join(changed))
    return made


def append(data: bytes, draw: random.Random, others: Sequence[bytes]) -> bytes:
    """A revision that is anything: objects of the file with other contents, and references to them."""
    last = data.rfind(b"startxref")
    start = int((re.match(rb"startxref\s+(\d{1,12})", data[last:]) or [0, b"0"])[1])
    out, places = data, []
    for _ in range(draw.choice((1, 2, 3))):
        number = draw.randrange(1, 45)
        places.append((number, len(out)))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, _thing(draw))
    table = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    out += b"".join(b"%d 1\n%010d 00000 n \n" % place for place in places)
    root = draw.choice((b"/Root 3 0 R", b"/Root 3 0 R", b"/Root 1 0 R", b""))
    size = draw.choice((60, 60, 60, 5, 10**9))
    out += b"trailer\n<< /Size %d %s /Prev %d >>\n" % (size, root, draw.choice((start, start, table, 0)))
    return out + b"startxref\n%d\n%%%%EOF\n" % table


def _thing(draw: random.Random) -> bytes:
    packed = zlib.compress(bytes(draw.choice((10, 10**5, 3 * 10**7))))
    things = (
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
        b"<< /Type /Page /Parent 3 0 R /Kids [ 3 0 R 4 0 R ] /Annots [ 12 0 R 12 0 R ] >>",
        b"<< /FT /Sig /T (x) /V 22 0 R /Kids [ 12 0 R ] /Parent 12 0 R >>",
        b"<< /Fields [ %s ] >>" % (b"12 0 R " * draw.choice((1, 600, 20_000))),
        b"<< /Type /Catalog /Pages 2 0 R /AcroForm 19 0 R /DSS << /Certs [ 1 0 R ] /CRLs [ 5 0 R ] >> >>",
        b"<< /A " * 200 + b"1" + b" >>" * 200,
        b"[ %s ]" % (b"[ " * 500 + b"] " * 500),
        draw.choice(TOKENS),
    )
    return draw.choice(things)


MUTATIONS: tuple[Mutation, ...] = (
    flip, cut, double, move, insert, renumber, renumber, rename, replace_object, splice, der, der, append,
    respell, respell,
)  # fmt: skip


def mutate(data: bytes, draw: random.Random, others: Sequence[bytes]) -> tuple[str, bytes]:
    """One to three mutations, one after the other, and their names; never the file itself."""
    names, spoiled = [], data
    while spoiled == data or draw.random() < 0.25:
        mutation = draw.choice(MUTATIONS)
        names.append(mutation.__name__)
        spoiled = mutation(spoiled, draw, others)
        if len(names) == 12:
            spoiled += b"!"
    return "+".join(names), spoiled
