"""Owner of boto3: delivers to a bucket, each object only when none is there, under the bucket's own lock."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3  # type: ignore[import-untyped]  # it ships no types
from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]

from signing.archive import judging
from signing.archive.errors import ArchiveConflict, ArchiveRefused, ArchiveUnavailable, DeliveryUnproven
from signing.archive.package import File, Package, Receipt, Received
from signing.archive.settings import Settings, quieten, refuse, unprotected, url_problems

DELIVERED_AT = "delivered-at"  # metadata of the last object: for later receipts
REGION = "us-east-1"  # what servers that know no regions take

# A right or a setting has to change; asking again gives the same answer.
FORBIDDEN = (
    "AccessDenied", "AllAccessDisabled", "AccountProblem", "InvalidAccessKeyId", "SignatureDoesNotMatch",
    "NoSuchBucket", "InvalidBucketName", "PermanentRedirect", "AuthorizationHeaderMalformed",
    "MethodNotAllowed", "InvalidRequest", "InvalidArgument", "NotImplemented", "401", "403",
)  # fmt: skip
TAKEN = ("PreconditionFailed", "412")  # another delivery was first; 409: it is at it, so later again

quieten("boto3", "botocore", "urllib3")


class S3Destination:
    """Objects ``<prefix>/<corporation>/<package>/<file>``; the package is there when its last object is.

    Nothing is ever written over. A delivery that was cut off goes on with the object where it was.
    """

    def __init__(self, settings: Settings) -> None:
        """``url``: ``s3://bucket`` or ``s3://bucket/prefix``. Raises ConfigurationError."""
        refuse(
            "S3",
            {
                **url_problems(settings),
                "has no username (access key id); set it": not settings.username,
                "has no secret_file (secret access key); set it": not settings.secret,
                "has an endpoint that is not https://…; correct it": (
                    settings.endpoint is not None and unprotected(settings.endpoint)
                ),
                "has retain_days that are no days; set 1 or more": (
                    settings.retain_days is not None and settings.retain_days < 1
                ),
            },
        )
        self._settings = settings
        self._bucket = settings.parts.netloc
        self._prefix = settings.root.lstrip("/")
        self._client = boto3.session.Session(
            aws_access_key_id=settings.username,
            aws_secret_access_key=settings.secret,
            region_name=settings.region or REGION,
        ).client("s3", endpoint_url=settings.endpoint, verify=_roots(settings), config=_config(settings))

    def __repr__(self) -> str:
        return f"S3Destination({self._bucket})"

    def deliver(self, package: Package, now: datetime) -> Receipt:
        """Put what is missing, and read all of it back; see Destination. Also raises ArchiveRefused."""
        files = self._settings.arrange(package)
        reference = package.record.reference
        place = self._place(package.record.corporation.code, package.name)
        with _translated():
            self._check_lock()
            there = self._found(place)
            foreign = judging.differences(_wanted(files, there), there)
            if foreign:
                raise ArchiveConflict(reference, foreign)
            missing = [file for file in files if file.name not in {found.name for found in there}]
            made = [self._put(place, file, now) for file in missing]
            found = self._found(place)
            at, locked_until = self._moment(place, files[-1].name), self._locked_until(place, files)
        where = f"s3://{self._bucket}/{place}"
        return judging.judged(
            reference, files, found, where, at, made=all(made) and bool(made), locked_until=locked_until
        )

    def listing(self, corporation: str) -> tuple[str, ...]:
        """See Readable."""
        start = self._place(corporation, "")
        with _translated():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=start, Delimiter="/"
            )
            folders = [each["Prefix"] for page in pages for each in page.get("CommonPrefixes", ())]
        return tuple(sorted(folder[len(start) :].rstrip("/") for folder in folders))

    def read_back(self, corporation: str, name: str) -> tuple[Received, ...]:
        """See Readable."""
        with _translated():
            return self._found(self._place(corporation, name))

    def _place(self, corporation: str, name: str) -> str:
        return "/".join(part for part in (self._prefix, corporation, name) if part) + ("" if name else "/")

    def _put(self, place: str, file: File, now: datetime) -> bool:
        """True when this call made the object; False when another delivery did, meanwhile."""
        seconds = now.replace(microsecond=0).astimezone(UTC)
        more: dict[str, Any] = {"Metadata": {DELIVERED_AT: seconds.isoformat()}}
        if self._settings.retain_days is not None:
            until = seconds + timedelta(days=self._settings.retain_days)
            more |= {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": until}
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=f"{place}/{file.name}",
                Body=file.data,
                IfNoneMatch="*",
                ChecksumAlgorithm="SHA256",
                **more,
            )
        except ClientError as error:
            if _code(error) not in TAKEN:
                raise
            return False
        return True

    def _found(self, place: str) -> tuple[Received, ...]:
        """Every object of a package, read whole."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=f"{place}/"
        )
        keys = sorted(each["Key"] for page in pages for each in page.get("Contents", ()))
        return tuple(judging.received(key[len(place) + 1 :], self._read(key)) for key in keys)

    def _read(self, key: str) -> bytes:
        with contextlib.closing(self._client.get_object(Bucket=self._bucket, Key=key)["Body"]) as body:
            data: bytes = body.read()
            return data

    def _moment(self, place: str, name: str) -> datetime:
        told = self._client.head_object(Bucket=self._bucket, Key=f"{place}/{name}")
        kept = told["Metadata"].get(DELIVERED_AT)
        moment: datetime = datetime.fromisoformat(kept) if kept else told["LastModified"]
        return moment

    def _check_lock(self) -> None:
        """Never less than promised: with ``retain_days``, a bucket without object lock takes nothing."""
        if self._settings.retain_days is None:
            return
        try:
            told = self._client.get_object_lock_configuration(Bucket=self._bucket)
        except ClientError as error:
            if _code(error) != "ObjectLockConfigurationNotFoundError":
                raise
            told = {}
        if told.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") != "Enabled":
            raise ArchiveRefused(
                "The bucket has no object lock, and retain_days asks for it. Make a bucket with object lock, "
                "or take retain_days out of the settings."
            )

    def _locked_until(self, place: str, files: tuple[File, ...]) -> datetime | None:
        """Of all objects, the lock that ends first; None when one of them has none."""
        heads = [self._client.head_object(Bucket=self._bucket, Key=f"{place}/{file.name}") for file in files]
        ends: list[datetime | None] = [head.get("ObjectLockRetainUntilDate") for head in heads]
        locked = [end.astimezone(UTC) for end in ends if end is not None]
        if len(locked) == len(ends):
            return min(locked)
        if self._settings.retain_days is not None:
            raise DeliveryUnproven(
                "The bucket took the package and does not lock it. Look at its object lock."
            )
        return None


def _wanted(files: tuple[File, ...], there: tuple[Received, ...]) -> tuple[Received, ...]:
    """What should be there already: all files when the last one is, else those that came so far."""
    names = {found.name for found in there}
    if files[-1].name in names:
        return judging.sent(files)
    return judging.sent(file for file in files if file.name in names)


def _config(settings: Settings) -> Config:
    return Config(
        connect_timeout=settings.timeout,
        read_timeout=settings.timeout,
        retries={"total_max_attempts": 1},  # our own work tries again, and says so
        s3={"addressing_style": "path"} if settings.endpoint else {},
        proxies={} if settings.endpoint else None,
    )


def _roots(settings: Settings) -> str | None:
    return str(settings.ca) if settings.ca else None


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Our errors for boto3's: without keys, because those hold the reference."""
    try:
        yield
    except ClientError as error:
        code, status = _code(error), error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in FORBIDDEN or status in (401, 403):
            raise ArchiveRefused(
                f"The bucket refuses us ({code}). Check its name, region, access key and rights with the "
                "corporation."
            ) from None
        raise ArchiveUnavailable(
            f"The bucket does not take the package now ({code}). Look at the service; it is tried again."
        ) from None
    except (BotoCoreError, OSError) as error:
        raise ArchiveUnavailable(
            f"The bucket's service does not answer ({type(error).__name__}). Look at the line to it; it is "
            "tried again."
        ) from None
