"""Delivers to a WebDAV server: under a hidden name, then MOVE, which refuses when something is there."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote, unquote, urlsplit

from lxml import etree

from signing.archive import http, judging
from signing.archive.errors import ArchiveUnavailable
from signing.archive.package import File, Package, Receipt, Received, folders
from signing.archive.settings import Settings, refuse, unprotected, url_problems

INCOMING = ".incoming-"  # importers and people pass over names that start with a dot

_ASKED = b'<?xml version="1.0"?><D:propfind xmlns:D="DAV:"><D:prop><D:resourcetype/></D:prop></D:propfind>'


@dataclass(frozen=True)
class _Entry:
    """One thing in a folder."""

    name: str
    is_folder: bool


class WebDavDestination:
    """A folder on a WebDAV server; it has to exist. The receipt's time is by the server's own clock."""

    def __init__(self, settings: Settings) -> None:
        """``url``: ``webdavs://host/folder``; ``webdav://`` on loopback only. Raises ConfigurationError."""
        refuse(
            "WebDAV",
            {
                **url_problems(settings),
                "is not webdavs://…, and its password would go unprotected": unprotected(settings.url),
                "has a username without secret_file; set it": settings.username and not settings.secret,
                "names no folder; add its path to the URL": not settings.root,
            },
        )
        http.trusted(settings)
        self._settings = settings

    def __repr__(self) -> str:
        return f"WebDavDestination({self._settings.parts.hostname})"

    def deliver(self, package: Package, now: datetime) -> Receipt:
        """Put the package there and read it back; see Destination. Also raises ArchiveRefused."""
        files = self._settings.arrange(package)
        corporation = f"{self._settings.root}/{package.record.corporation.code}"
        final = f"{corporation}/{package.name}"
        with self._session() as dav:
            dav.make_folder(corporation)
            made = not dav.is_there(final) and _put(dav, files, final)
            found, at = dav.read_back(final), dav.moment(f"{final}/{files[-1].name}")
        where = f"{self._settings.parts.scheme}://{self._settings.parts.netloc}{final}"
        return judging.judged(package.record.reference, files, found, where, at, made=made)

    def listing(self, corporation: str) -> tuple[str, ...]:
        """See Readable."""
        folder = f"{self._settings.root}/{corporation}"
        with self._session() as dav:
            names = [entry.name for entry in dav.entries(folder)] if dav.is_there(folder) else []
        return tuple(sorted(name for name in names if not name.startswith(".")))

    def read_back(self, corporation: str, name: str) -> tuple[Received, ...]:
        """See Readable."""
        with self._session() as dav:
            return dav.read_back(f"{self._settings.root}/{corporation}/{name}")

    @contextlib.contextmanager
    def _session(self) -> Iterator[_Session]:
        parts = self._settings.parts
        base = f"{'https' if parts.scheme == 'webdavs' else 'http'}://{parts.netloc}"
        with http.translated("WebDAV"), http.open_client(self._settings, login=True) as client:
            dav = _Session(client, base)
            if not dav.is_there(self._settings.root):
                raise ArchiveUnavailable(
                    "The WebDAV archive's folder is not there. Mount or make it; it is tried again."
                )
            yield dav


class _Session:
    """The few questions of RFC 4918 that a delivery asks; every path is unquoted and absolute."""

    def __init__(self, client: http.Client, base: str) -> None:
        self._client = client
        self._base = base

    def put(self, path: str, data: bytes) -> None:
        """A whole file."""
        self._ask("PUT", path, content=data).raise_for_status()

    def delete(self, path: str) -> None:
        """What stays is hidden, and gets its turn next time."""
        self._ask("DELETE", path)

    def move(self, path: str, final: str) -> bool:
        """False when something is there already."""
        moved = self._ask("MOVE", path, headers={"Destination": self._url(final), "Overwrite": "F"})
        if moved.status_code == 412:
            return False
        moved.raise_for_status()
        return True

    def make_folder(self, path: str) -> None:
        """One that is there is fine."""
        made = self._ask("MKCOL", path)
        if made.status_code != 405:  # 405: it is there (RFC 4918 9.3.1)
            made.raise_for_status()

    def is_there(self, path: str) -> bool:
        """A folder or a file."""
        found = self._ask("PROPFIND", path, headers={"Depth": "0"}, content=_ASKED)
        if found.status_code == 404:
            return False
        found.raise_for_status()
        return True

    def entries(self, folder: str) -> tuple[_Entry, ...]:
        """What lies in a folder."""
        told = self._ask("PROPFIND", folder, headers={"Depth": "1"}, content=_ASKED)
        told.raise_for_status()
        return _read_entries(told.content, folder)

    def read_back(self, final: str) -> tuple[Received, ...]:
        """Every file in a folder, read whole; () when there is none."""
        if not self.is_there(final):
            return ()
        return tuple(sorted(self._found(final, ""), key=lambda file: file.name))

    def moment(self, path: str) -> datetime | None:
        """When a file changed last, by the server's clock."""
        told = self._ask("HEAD", path).headers.get("Last-Modified")
        with contextlib.suppress(ValueError, TypeError):
            return parsedate_to_datetime(told).astimezone(UTC)
        return None

    def _found(self, folder: str, within: str) -> Iterator[Received]:
        for entry in self.entries(folder):
            name, path = f"{within}{entry.name}", f"{folder}/{entry.name}"
            if entry.is_folder:
                inside = list(self._found(path, f"{name}/"))
                yield from inside or [judging.strange(name)]
            else:
                yield judging.received(name, self._ask("GET", path).raise_for_status().content)

    def _ask(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, content: bytes | None = None
    ) -> http.Answer:
        return self._client.request(method, self._url(path), headers=headers, content=content)

    def _url(self, path: str) -> str:
        return self._base + quote(path)


def _put(dav: _Session, files: tuple[File, ...], final: str) -> bool:
    """True when the folder is this delivery's; False when another delivery was first."""
    above, _, name = final.rpartition("/")
    for entry in dav.entries(above):
        if entry.name.startswith(f"{INCOMING}{name}."):
            dav.delete(
                f"{above}/{entry.name}"
            )  # a delivery that is still busy there fails, and is tried again
    incoming = f"{above}/{INCOMING}{name}.{secrets.token_hex(8)}"
    for folder in ("", *folders(files)):
        dav.make_folder(f"{incoming}/{folder}".rstrip("/"))
    for file in files:
        dav.put(f"{incoming}/{file.name}", file.data)
    # A server may answer 201 to half a file when the line is cut: that must not get its name.
    if judging.differences(judging.sent(files), dav.read_back(incoming)):
        dav.delete(incoming)
        raise ArchiveUnavailable("The WebDAV archive did not take every file whole. It is tried again.")
    if dav.move(incoming, final):
        return True
    dav.delete(incoming)
    return False


def _read_entries(multistatus: bytes, folder: str) -> tuple[_Entry, ...]:
    """What lies in a folder, by a 207 answer (RFC 4918 13). Raises ArchiveUnavailable for anything else."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(multistatus, parser)
    except etree.XMLSyntaxError:
        raise ArchiveUnavailable(
            "The WebDAV archive answers with something that is no WebDAV. Check its URL; it is tried again."
        ) from None
    entries = []
    for response in root.iterfind("{DAV:}response"):
        path = unquote(urlsplit(response.findtext("{DAV:}href", "")).path).rstrip("/")
        if path != folder:
            collection = response.find(".//{DAV:}resourcetype/{DAV:}collection")
            entries.append(_Entry(path.rpartition("/")[2], collection is not None))
    return tuple(sorted(entries, key=lambda entry: entry.name))
