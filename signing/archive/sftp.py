"""Owner of paramiko: delivers over SFTP, to a server whose key is pinned."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import posixpath
import stat
from collections.abc import Iterator
from datetime import UTC, datetime

import paramiko  # type: ignore[import-untyped]  # it ships no types

from signing.archive import judging
from signing.archive.errors import ArchiveRefused, ArchiveUnavailable
from signing.archive.package import File, Package, Receipt, Received, folders
from signing.archive.settings import Settings, quieten, refuse, url_problems
from signing.errors import ConfigurationError

PORT = 22
KEY_TYPES = ("ssh-", "ecdsa-")
INCOMING = ".incoming-"  # importers and people pass over names that start with a dot

quieten("paramiko")


class SftpDestination:
    """A folder on an SSH server; it has to exist, because a lost mount has to be noticed.

    What is under way lies in ``.incoming-<package>.<hash>/``: a delivery that was cut off goes on there, at
    the byte where it was. It ends with the rename, which OpenSSH refuses when something is there.
    """

    def __init__(self, settings: Settings) -> None:
        """Raises ConfigurationError, also for a host key or private key that cannot be read."""
        parts = settings.parts
        refuse(
            "SFTP",
            {
                **url_problems(settings),
                "has no username; set it": not settings.username,
                "has no host_key; set it to the server's line of ssh-keyscan": not settings.host_key,
                "has neither a private_key nor a secret_file; set one": (
                    settings.private_key is None and not settings.secret
                ),
                "names no folder; add its path to the URL": not settings.root,
            },
        )
        self._settings = settings
        self._host, self._port = parts.hostname or "", parts.port or PORT
        self._name = self._host if self._port == PORT else f"[{self._host}]:{self._port}"
        self._pinned = _pinned(self._name, settings.host_key or "")
        self._key = _private_key(settings)

    def __repr__(self) -> str:
        return f"SftpDestination({self._host}:{self._port})"

    def deliver(self, package: Package, now: datetime) -> Receipt:
        """Put the package there and read it back; see Destination. Also raises ArchiveRefused."""
        files = self._settings.arrange(package)
        corporation = posixpath.join(self._settings.root, package.record.corporation.code)
        final = posixpath.join(corporation, package.name)
        with self._session() as sftp:
            _make_folder(sftp, corporation)
            made = not _is_there(sftp, final) and _put(sftp, files, final, now)
            found, at = _read_back(sftp, final), _moment(sftp, posixpath.join(final, files[-1].name))
        where = f"sftp://{self._settings.parts.netloc}{final}"
        return judging.judged(package.record.reference, files, found, where, at, made=made)

    def listing(self, corporation: str) -> tuple[str, ...]:
        """See Readable."""
        with self._session() as sftp:
            folder = posixpath.join(self._settings.root, corporation)
            names = sftp.listdir(folder) if _is_there(sftp, folder) else []
        return tuple(sorted(name for name in names if not name.startswith(".")))

    def read_back(self, corporation: str, name: str) -> tuple[Received, ...]:
        """See Readable."""
        with self._session() as sftp:
            return _read_back(sftp, posixpath.join(self._settings.root, corporation, name))

    @contextlib.contextmanager
    def _session(self) -> Iterator[paramiko.SFTPClient]:
        with _translated(), paramiko.SSHClient() as client:
            client.get_host_keys().add(self._name, self._pinned.get_name(), self._pinned)
            client.set_missing_host_key_policy(paramiko.RejectPolicy())
            client.connect(
                self._host,
                self._port,
                username=self._settings.username,
                password=None if self._key else self._settings.secret,
                pkey=self._key,
                allow_agent=False,
                look_for_keys=False,
                timeout=self._settings.timeout,
                banner_timeout=self._settings.timeout,
                auth_timeout=self._settings.timeout,
                channel_timeout=self._settings.timeout,
            )
            sftp = client.open_sftp()
            sftp.get_channel().settimeout(self._settings.timeout)
            if not _is_there(sftp, self._settings.root):
                raise ArchiveUnavailable(
                    "The SFTP archive's folder is not there. Mount or make it; it is tried again."
                )
            yield sftp


def _put(sftp: paramiko.SFTPClient, files: tuple[File, ...], final: str, now: datetime) -> bool:
    """True when the folder is this delivery's; False when another delivery was first."""
    key = hashlib.sha256(files[-1].data).hexdigest()[:16]
    incoming = posixpath.join(posixpath.dirname(final), f"{INCOMING}{posixpath.basename(final)}.{key}")
    for folder in ("", *folders(files)):
        _make_folder(sftp, posixpath.join(incoming, folder).rstrip("/"))
    for file in files:
        _write(sftp, posixpath.join(incoming, file.name), file.data)
    seconds = int(now.timestamp())
    # The last file's time of change keeps when the package was delivered, for later receipts.
    sftp.utime(posixpath.join(incoming, files[-1].name), (seconds, seconds))
    try:
        sftp.rename(incoming, final)
    except OSError:
        if not _is_there(sftp, final):
            raise
        _remove(sftp, incoming)
        return False
    return True


def _write(sftp: paramiko.SFTPClient, path: str, data: bytes) -> None:
    """Whatever the beginning that is there already; nothing that another delivery wrote is ever cut short."""
    if not _is_there(sftp, path):
        with sftp.open(path, "wxb") as file:
            file.write(data)
        return
    with sftp.open(path, "rb") as file:
        there = file.read(len(data) + 1)
    if not data.startswith(there):
        raise ArchiveUnavailable(
            "The SFTP archive holds another beginning of a file that is under way. "
            "Look at its disk and remove the .incoming- folder; it is tried again."
        )
    with sftp.open(path, "r+b") as file:
        file.seek(len(there))
        file.write(data[len(there) :])


def _make_folder(sftp: paramiko.SFTPClient, path: str) -> None:
    try:
        sftp.mkdir(path, 0o750)
    except OSError:
        if not _is_there(sftp, path):
            raise


def _is_there(sftp: paramiko.SFTPClient, path: str) -> bool:
    try:
        sftp.lstat(path)
    except FileNotFoundError:
        return False
    return True


def _moment(sftp: paramiko.SFTPClient, path: str) -> datetime | None:
    with contextlib.suppress(FileNotFoundError):
        seconds = sftp.lstat(path).st_mtime
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    return None


def _read_back(sftp: paramiko.SFTPClient, final: str) -> tuple[Received, ...]:
    if not _is_there(sftp, final) or not stat.S_ISDIR(sftp.lstat(final).st_mode or 0):
        return ()
    return tuple(sorted(_found(sftp, final, ""), key=lambda file: file.name))


def _found(sftp: paramiko.SFTPClient, folder: str, within: str) -> Iterator[Received]:
    for entry in sftp.listdir_attr(folder):
        name, path = f"{within}{entry.filename}", posixpath.join(folder, entry.filename)
        if stat.S_ISDIR(entry.st_mode or 0):
            inside = list(_found(sftp, path, f"{name}/"))
            yield from inside or [judging.strange(name)]
        elif not stat.S_ISREG(entry.st_mode or 0):
            yield judging.strange(name)
        else:
            with sftp.open(path, "rb") as file:
                file.prefetch(entry.st_size)
                yield judging.received(name, file.read())


def _remove(sftp: paramiko.SFTPClient, folder: str) -> None:
    """What stays is hidden, and hurts nobody."""
    with contextlib.suppress(OSError):
        for entry in sftp.listdir_attr(folder):
            path = posixpath.join(folder, entry.filename)
            _remove(sftp, path) if stat.S_ISDIR(entry.st_mode or 0) else sftp.remove(path)
        sftp.rmdir(folder)


def _pinned(name: str, line: str) -> paramiko.PKey:
    """``line``: type and key; what known_hosts, ssh-keyscan or a .pub file have around it may stay."""
    words = line.split()
    start = next((place for place, word in enumerate(words) if word.startswith(KEY_TYPES)), 0)
    with contextlib.suppress(paramiko.SSHException, paramiko.hostkeys.InvalidHostKey, ValueError):
        entry = paramiko.hostkeys.HostKeyEntry.from_line(" ".join([name, *words[start : start + 2]]))
        if entry is not None:
            return entry.key
    raise ConfigurationError(["the SFTP archive's host_key is no SSH key; set it to its line of ssh-keyscan"])


def _private_key(settings: Settings) -> paramiko.PKey | None:
    if settings.private_key is None:
        return None
    try:
        return paramiko.PKey.from_path(settings.private_key, settings.secret.encode() or None)
    except (OSError, ValueError, TypeError, paramiko.SSHException) as error:
        why = type(error).__name__
        raise ConfigurationError(
            [f"the SFTP archive's private_key cannot be read ({why}); check it and its secret"]
        ) from None


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Our errors for paramiko's: without paths, because those hold the reference."""
    try:
        yield
    except paramiko.BadHostKeyException:
        raise ArchiveRefused(
            "The SFTP archive shows another host key than the one that is pinned. Nothing was sent. Ask the "
            "corporation whether its server changed; only then set the new host_key."
        ) from None
    except (paramiko.AuthenticationException, paramiko.BadAuthenticationType):
        raise ArchiveRefused(
            "The SFTP archive does not let us in. Check the username and the key or password with the "
            "corporation."
        ) from None
    except PermissionError:
        raise ArchiveRefused(
            "The SFTP archive forbids writing or reading in its folder. Ask the corporation for the right to."
        ) from None
    except (paramiko.SSHException, OSError, EOFError) as error:
        raise ArchiveUnavailable(
            f"The SFTP archive does not take the package ({_kind(error)}). Look at its space, its mount and "
            "the line to it; it is tried again."
        ) from None


def _kind(error: Exception) -> str:
    number = getattr(error, "errno", None)
    return errno.errorcode.get(number, "no answer") if isinstance(number, int) else type(error).__name__
