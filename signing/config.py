"""The settings of the service: read once, at start, from the environment and a TOML file."""

from __future__ import annotations

import os
import re
import tomllib
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from signing.errors import ConfigurationError

_POSTGRESQL = re.compile(r"^postgres(ql)?://")  # as most hosts of databases write it
TEMPLATES = Path(__file__).parent.parent / "templates"


class _Table(BaseModel):
    """A setting of several parts. A secret is never one of them: they name the file or variable it is in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    secret_file: Path | None = Field(None, description="file with the passphrase, PIN, password or token")
    secret_env: str | None = Field(None, description="environment variable with it")

    @model_validator(mode="before")
    @classmethod
    def _from_url(cls, given: Any) -> Any:
        return {"url": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _one_secret(self) -> Self:
        if self.secret_file is not None and self.secret_env is not None:
            raise ValueError("name secret_file or secret_env, not both")
        return self


class SealKey(_Table):
    """A key to sign and seal with: the file or token it is in."""

    url: str = Field(description="file:///path/seal.p12 or pkcs11:token=…;object=…?module-path=…")
    certificates: tuple[Path, ...] = Field((), description="PEM: its certificate and issuers, if elsewhere")

    @model_validator(mode="after")
    def _has_secret(self) -> Self:
        if self.secret_file is None and self.secret_env is None:
            raise ValueError("name the passphrase's or PIN's secret_file or secret_env")
        return self


class Tsa(_Table):
    """A time-stamping authority. Its secret is a bearer token, or goes with ``username`` or ``header``."""

    url: str
    username: str | None = Field(None, description="for HTTP Basic")
    header: str | None = Field(None, description="name of the header that takes the secret as it is")
    policy: str | None = Field(
        None, pattern=r"^[0-9]+(\.[0-9]+)+$", description="the only policy (OID) that will do"
    )
    certificate: Path | None = Field(None, description="PEM: who we are, in TLS")
    certificate_key: Path | None = Field(None, description="PEM: its key, without passphrase")
    ca: Path | None = Field(None, description="PEM: whom TLS trusts here, instead of the system's list")


class Sms(_Table):
    """The gateway for text messages; its secret is a bearer token."""

    url: str = Field(description="https://…, or file:///folder")


class Alert(_Table):
    """Who is told that work waits for a human; its secret is a bearer token."""

    url: str = Field(description="https://…, or exec:///path/program (JSON on its standard input)")


class Archive(_Table):
    """A corporation's archive; its secret is the password, secret key, signing secret or passphrase."""

    url: str = Field(description="file:///…, sftp://…, s3://…, webdavs://…, https://… or contact:")
    username: str | None = Field(None, description="of SFTP and WebDAV; of S3 the access key id")
    host_key: str | None = Field(None, description="SFTP: the server's line of ssh-keyscan")
    private_key: Path | None = Field(None, description="SFTP: our key, in OpenSSH's form")
    endpoint: str | None = Field(None, description="S3: https://… of another service than Amazon's")
    region: str | None = Field(None, description="S3: where the bucket is")
    retain_days: int | None = Field(None, ge=1, description="S3: lock every object this long (compliance)")
    ca: Path | None = Field(None, description="PEM: whom TLS trusts here, instead of the system's list")
    layout: Literal["folder", "bagit"] = Field("folder", description="bagit: as a bag (RFC 8493)")
    timeout: float = Field(30.0, gt=0, description="seconds for each single question to it")


class Documents(_Table):
    """The bucket (S3) for documents; its secret is the secret access key."""

    url: str = Field(description="s3://bucket or s3://bucket/prefix")
    username: str = Field(description="the access key id")
    endpoint: str | None = Field(None, description="https://… of another service than Amazon's")
    region: str | None = Field(None, description="where the bucket is")
    ca: Path | None = Field(None, description="PEM: whom TLS trusts here, instead of the system's list")


class IdentityProvider(_Table):
    """The OpenID provider of an organisation that works at the desk; its secret is the client's."""

    url: str = Field(description="the issuer: https://login.microsoftonline.com/<tenant>/v2.0")
    client_id: str

    @model_validator(mode="after")
    def _has_secret(self) -> Self:
        if self.secret_file is None and self.secret_env is None:
            raise ValueError("name the client's secret_file or secret_env")
        return self


class Retention(BaseModel):
    """How long the service keeps what it has (domain 5.3); nothing goes that is not delivered."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    drafts_days: int = Field(
        default=90, ge=1, description="a draft that nobody changed; a packet nobody sent"
    )
    stopped_days: int = Field(
        default=30, ge=1, description="a packet that was declined, withdrawn or expired"
    )
    documents_days: int | None = Field(
        default=None,
        ge=1,
        description="documents, evidence, annexes and messages, after the last receipt; null: as all the "
        "rest, for what is erased here is renewed here no more",
    )
    agreement_years: int = Field(default=5, ge=0, description="all the rest, after the end of the agreement")
    access_years: int = Field(default=5, ge=5, description="who looked at a packet (NEN 7513: five at least)")


class Proxy(_Table):
    """The HTTP proxy for timestamps and revocation."""

    url: str
    username: str | None = None


class Config(BaseSettings):
    """Every setting, with what it is for; in the environment, lists and tables are JSON.

    HUURZEGEL_SETTINGS names a TOML file with the same settings in small letters; the environment goes first.
    Secrets never show in a repr.
    """

    model_config = SettingsConfigDict(env_prefix="HUURZEGEL_", extra="forbid", frozen=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment, then the TOML file."""
        named = os.environ.get("HUURZEGEL_SETTINGS")
        files = (TomlConfigSettingsSource(settings_cls, Path(named)),) if named else ()
        return (init_settings, env_settings, *files)

    data: Path = Field(description="folder for documents, registry and work files")
    base_url: str = Field("http://127.0.0.1:8000", description="how browsers reach the service")
    bind: str = Field("127.0.0.1:8000", description="address and port to listen on")
    trusted_proxies: int = Field(
        0,
        ge=0,
        description="reverse proxies before the service; that many entries of X-Forwarded-For are believed",
    )
    threads: int = Field(8, ge=1, description="requests served at the same time")
    offices: int = Field(1, ge=1, description="LibreOffices kept warm; more than cores gains nothing")
    database_url: str | None = Field(
        None, description="postgresql://user@host/name or sqlite:///file; default: SQLite in the data folder"
    )
    documents: Documents | None = Field(
        None, description="bucket for documents; without it they are in the data folder"
    )
    templates: Path = Field(TEMPLATES, description="folder with a folder per packet type")

    organisation: str = Field(description="in whose name is sealed, as in the certificate")
    place: str = Field("Nederland", description="place named in the signatures")
    development: bool = Field(False, description="development keys: every page and document says TEST")

    secrets: tuple[SecretStr, ...] = Field((), description="secrets of links and sessions, newest first")
    api_keys: dict[str, str] = Field({}, description="API client name to the sha256 (hex) of its key")

    api_burst: int = Field(300, ge=1, description="calls of one API key that are answered at once")
    api_per_minute: float = Field(3000, gt=0, description="and after that, so many a minute")

    hook_hosts: tuple[str, ...] = Field(
        (), description="hosts that webhooks may reach although their address is private, and by plain HTTP"
    )

    identity_providers: dict[str, IdentityProvider] = Field(
        {}, description="organisation (API client name or corporation code) to its OpenID provider"
    )

    mail_url: str = Field(description="smtp://…, smtps://… or file:///folder")
    mail_sender: str = Field(description="From of every mail")
    sms: Sms | None = Field(None, description="gateway for text messages; without it no code goes by SMS")

    seal_keys: tuple[SealKey, ...] = Field(description="the first that fits at the moment signs")
    seal_key_margin_days: int = Field(45, ge=1, description="before its certificate ends, a key stops")
    trust_roots: tuple[Path, ...] = Field(description="root certificates (PEM) of seal and timestamps")
    tsas: tuple[Tsa, ...] = Field(description="RFC 3161 authorities, tried in this order")
    tsa_timeout: float = Field(10.0, gt=0, description="seconds for one question to an authority")
    proxy: Proxy | None = Field(None, description="HTTP proxy for timestamps and revocation")
    stuck_after_minutes: int = Field(
        60, ge=1, description="work that waits for a service elsewhere goes on the stuck list after this time"
    )

    alert: Alert | None = Field(None, description="told about work on the stuck list, without personal data")

    logs: Literal["json", "text"] = Field("json", description="form of the log lines")
    metrics_allowed: tuple[IPvAnyNetwork, ...] = Field(
        (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128")), description="networks that may read /metrics"
    )
    metrics_token_sha256: str | None = Field(
        None, pattern="^[0-9a-fA-F]{64}$", description="sha256 (hex) of a bearer token that may read it too"
    )
    metrics_bind: str | None = Field(
        None, pattern=r":[0-9]{1,5}$", description="address:port for the counts of a `work` process"
    )

    renewal_margin_days: int = Field(
        365, ge=1, description="renew what was sealed this many days before its timestamp ends"
    )

    retention: Retention = Field(Retention(), description="how long packets are kept")

    archives: dict[str, Archive] = Field({}, description="corporation code to its archive")

    @property
    def registry_url(self) -> str:
        """The database of registry and work, as SQLAlchemy names it."""
        given = self.database_url or f"sqlite:///{self.data.resolve() / 'registry.sqlite'}"
        return _POSTGRESQL.sub("postgresql+psycopg://", given)

    @property
    def domain(self) -> str:
        """The host name in Message-IDs."""
        return urlsplit(self.base_url).hostname or "localhost"


def read_config(**given: object) -> Config:
    """The settings from the environment, ``given`` ones first.

    Raises ConfigurationError with every missing or wrong setting at once, by its environment name.
    """
    named = os.environ.get("HUURZEGEL_SETTINGS")
    if named and not Path(named).is_file():
        raise ConfigurationError(
            [f"HUURZEGEL_SETTINGS: {named} is no file; name a TOML file that can be read"]
        )
    try:
        config = Config(**given)  # type: ignore[arg-type]  # checked by pydantic itself
    except (tomllib.TOMLDecodeError, OSError, SettingsError) as error:
        raise ConfigurationError([f"the settings cannot be read: {error}"]) from None
    except ValidationError as error:
        raise ConfigurationError(
            [
                f"HUURZEGEL_{'_'.join(str(part) for part in problem['loc']).upper()}: {problem['msg']}"
                for problem in error.errors(include_url=False, include_input=False)
            ]
        ) from None
    if not config.secrets:
        raise ConfigurationError(["HUURZEGEL_SECRETS: name at least one secret of 32 characters or more"])
    return config
