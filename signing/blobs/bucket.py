"""Documents in a bucket (S3): each object only when none is there, checked on its way by its SHA-256."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import boto3  # type: ignore[import-untyped]  # it ships no types
from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]

from signing.blobs.errors import BlobsUnavailable
from signing.errors import ConfigurationError

REGION = "us-east-1"  # what servers that know no regions take
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_TAKEN = ("PreconditionFailed", "412")
_ABSENT = ("NoSuchKey", "404")


@dataclass(frozen=True)
class BucketSettings:
    """``url``: ``s3://bucket`` or ``s3://bucket/prefix``; ``timeout``: seconds for each single question."""

    url: str
    username: str
    secret: str
    endpoint: str | None = None
    region: str | None = None
    ca: Path | None = None
    timeout: float = 30.0


class Bucket:
    """See ``Place``. Objects ``<prefix>/ab/abcdef…``."""

    def __init__(self, settings: BucketSettings) -> None:
        """Raises ConfigurationError."""
        parts, far = urlsplit(settings.url), urlsplit(settings.endpoint or "")
        problems = {
            "starts not with s3://bucket": parts.scheme != "s3" or not parts.netloc,
            "has no username (access key id)": not settings.username,
            "has no secret_file or secret_env (secret access key)": not settings.secret,
            "has an endpoint that is not https://…": far.scheme == "http" and far.hostname not in _LOOPBACK,
        }
        if found := [f"HUURZEGEL_DOCUMENTS {told}; correct it" for told, wrong in problems.items() if wrong]:
            raise ConfigurationError(found)
        self._bucket = parts.netloc
        self._prefix = "/".join(part for part in unquote(parts.path).split("/") if part)
        self._client = boto3.session.Session(
            aws_access_key_id=settings.username,
            aws_secret_access_key=settings.secret,
            region_name=settings.region or REGION,
        ).client(
            "s3",
            endpoint_url=settings.endpoint,
            verify=str(settings.ca) if settings.ca else None,
            config=_config(settings),
        )

    def put(self, key: str, data: bytes) -> bool:
        """See ``Place``."""
        with _translated("written"):
            try:
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=self._name(key),
                    Body=data,
                    IfNoneMatch="*",
                    ChecksumAlgorithm="SHA256",
                )
            except ClientError as error:
                if _code(error) not in _TAKEN:
                    raise
                return False
        return True

    def get(self, key: str) -> bytes | None:
        """See ``Place``."""
        with _translated("read"):
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=self._name(key))
            except ClientError as error:
                if _code(error) not in _ABSENT:
                    raise
                return None
            with contextlib.closing(answer["Body"]) as body:
                data: bytes = body.read()
                return data

    def exists(self, key: str) -> bool:
        """See ``Place``."""
        with _translated("looked for"):
            try:
                self._client.head_object(Bucket=self._bucket, Key=self._name(key))
            except ClientError as error:
                if _code(error) not in _ABSENT:
                    raise
                return False
        return True

    def remove(self, key: str) -> None:
        """See ``Place``. In a bucket that keeps versions, its own rules decide when the old one goes."""
        with _translated("erased"):
            self._client.delete_object(Bucket=self._bucket, Key=self._name(key))

    def names(self) -> Iterator[str]:
        """See ``Place``."""
        start = f"{self._prefix}/" if self._prefix else ""
        with _translated("listed"):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=start)
            found = [each["Key"].rpartition("/")[2] for page in pages for each in page.get("Contents", ())]
        yield from found

    def _name(self, key: str) -> str:
        return "/".join(part for part in (self._prefix, key[:2], key) if part)


def _config(settings: BucketSettings) -> Config:
    return Config(
        connect_timeout=settings.timeout,
        read_timeout=settings.timeout,
        retries={"mode": "standard", "total_max_attempts": 3},  # a page that is open waits for this
        max_pool_connections=32,
        s3={"addressing_style": "path"} if settings.endpoint else {},
        proxies={} if settings.endpoint else None,
    )


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


@contextlib.contextmanager
def _translated(verb: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        told = (
            f"A document cannot be {verb}: the bucket says {_code(error)}. Look at its rights and its name."
        )
        raise BlobsUnavailable(told) from None
    except (BotoCoreError, OSError) as error:
        raise BlobsUnavailable(
            f"A document cannot be {verb}: the bucket does not answer ({type(error).__name__})."
        ) from None
