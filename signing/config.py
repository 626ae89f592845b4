"""The settings of the service: read once, at start, from the environment (``HUURZEGEL_…``)."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from signing.errors import ConfigurationError

TEMPLATES = Path(__file__).parent.parent / "templates"


class Config(BaseSettings):
    """Every setting, with what it is for. Lists are JSON; secrets never show in a repr."""

    model_config = SettingsConfigDict(env_prefix="HUURZEGEL_", extra="forbid", frozen=True)

    data: Path = Field(description="folder for documents, registry and work files")
    base_url: str = Field("http://127.0.0.1:8000", description="how browsers reach the service")
    bind: str = Field("127.0.0.1:8000", description="address and port to listen on")
    threads: int = Field(8, ge=1, description="requests served at the same time")
    database_url: str | None = Field(None, description="SQLAlchemy URL; default: SQLite in the data folder")
    templates: Path = Field(TEMPLATES, description="folder with a folder per packet type")

    organisation: str = Field(description="in whose name is sealed, as in the certificate")
    place: str = Field("Nederland", description="place named in the signatures")
    development: bool = Field(False, description="development keys: every page and document says TEST")

    secrets: tuple[SecretStr, ...] = Field((), description="secrets of links and sessions, newest first")
    api_keys: dict[str, str] = Field({}, description="API client name to the sha256 (hex) of its key")

    mail_url: str = Field(description="smtp://…, smtps://… or file:///folder")
    mail_sender: str = Field(description="From of every mail")

    seal_key: Path = Field(description="PKCS#12 file with the sealing key and its chain")
    seal_passphrase: SecretStr = Field(description="its passphrase")
    trust_roots: tuple[Path, ...] = Field(description="root certificates (PEM) of seal and timestamps")
    tsa_urls: tuple[str, ...] = Field(description="RFC 3161 authorities, tried in this order")

    archives: dict[str, str] = Field({}, description="corporation code to the URL of its archive")

    @property
    def registry_url(self) -> str:
        """The database of registry and work."""
        return self.database_url or f"sqlite:///{self.data.resolve() / 'registry.sqlite'}"

    @property
    def domain(self) -> str:
        """The host name in Message-IDs."""
        return urlsplit(self.base_url).hostname or "localhost"


def read_config(**given: object) -> Config:
    """The settings from the environment, ``given`` ones first.

    Raises ConfigurationError with every missing or wrong setting at once, by its environment name.
    """
    try:
        config = Config(**given)  # type: ignore[arg-type]  # checked by pydantic itself
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
