"""Everything a use case needs, built once from the settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import docgen
from signing import alerts, announcing, archive, mail, sms
from signing.blobs import Blobs, Bucket, BucketSettings
from signing.config import Alert, Archive, Config, Documents, IdentityProvider, Proxy, SealKey, Sms, Tsa
from signing.courier import Courier
from signing.identity import Means
from signing.links import Links
from signing.login.oidc import Provider
from signing.pades import (
    HeldSecret,
    KeySettings,
    Pades,
    PadesSettings,
    ProxySettings,
    Secret,
    SecretFile,
    SecretVariable,
    TrustRoots,
    TsaSettings,
)
from signing.speech import Speaker
from signing.store import Store
from signing.tasks import Agenda
from signing.texts import Texts


@dataclass(frozen=True)
class Services:
    """The parts of the house, each with one owner."""

    config: Config
    store: Store
    blobs: Blobs
    catalog: docgen.Catalog
    generator: docgen.Generator
    links: Links
    texts: Texts
    outbox: mail.Outbox
    sms: sms.Gateway | None
    speaker: Speaker
    alarm: alerts.Alarm | None
    pades: Pades
    trust: TrustRoots
    archives: dict[str, archive.Destination]
    agenda: Agenda
    clock: Callable[[], datetime]
    courier: Courier = field(default_factory=Courier)
    providers: Mapping[str, Provider] = field(default_factory=dict)

    @property
    def means(self) -> Means:
        """What there is to check identities with."""
        return Means(sms=self.sms is not None)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secrets of links, sessions and codes, newest first."""
        return tuple(secret.get_secret_value() for secret in self.config.secrets)


def utc_now() -> datetime:
    """The clock of a running service."""
    return datetime.now(UTC)


@contextmanager
def open_services(
    config: Config, make_agenda: Callable[[Store], Agenda], clock: Callable[[], datetime] = utc_now
) -> Iterator[Services]:
    """The services, until the block ends. Raises what a part raises when its settings do not fit."""
    config.data.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        store = Store(config.registry_url)
        stack.callback(store.close)
        office = stack.enter_context(docgen.Office(config.data / "office", workers=config.offices))
        catalog = docgen.Catalog(config.templates)
        sealing = stack.enter_context(Pades(pades_settings(config)))
        agenda = make_agenda(store)
        announcing.connect(store, agenda, clock)
        yield Services(
            config=config,
            store=store,
            blobs=open_blobs(config),
            catalog=catalog,
            generator=docgen.Generator(catalog, office, test=config.development),
            links=Links(tuple(secret.get_secret_value() for secret in config.secrets)),
            texts=Texts(),
            outbox=mail.open_outbox(config.mail_url, config.mail_sender),
            sms=_gateway(config.sms),
            speaker=Speaker(config.data / "speech"),
            alarm=_alarm(config.alert),
            pades=sealing,
            trust=TrustRoots.read(config.trust_roots),
            archives={code: open_archive(setting) for code, setting in config.archives.items()},
            agenda=agenda,
            clock=clock,
            courier=Courier(frozenset(config.hook_hosts)),
            providers={name: _provider(setting) for name, setting in config.identity_providers.items()},
        )


def open_blobs(config: Config) -> Blobs:
    """Where the documents are. Raises ConfigurationError."""
    setting = config.documents
    if setting is None:
        return Blobs(config.data / "documents")
    secret = _secret(setting)
    return Blobs(
        Bucket(
            BucketSettings(
                url=setting.url,
                username=setting.username,
                secret=secret.reveal() if secret else "",
                endpoint=setting.endpoint,
                region=setting.region,
                ca=setting.ca,
            )
        )
    )


def pades_settings(config: Config) -> PadesSettings:
    """What signing and sealing need to know."""
    proxy = config.proxy
    return PadesSettings(
        keys=tuple(
            KeySettings(key.url, _secret(key) or HeldSecret(""), key.certificates) for key in config.seal_keys
        ),
        trust_roots=config.trust_roots,
        tsas=tuple(
            TsaSettings(
                url=tsa.url,
                secret=_secret(tsa),
                username=tsa.username,
                header=tsa.header,
                policy=tsa.policy,
                certificate=tsa.certificate,
                certificate_key=tsa.certificate_key,
                ca=tsa.ca,
            )
            for tsa in config.tsas
        ),
        timeout=config.tsa_timeout,
        key_margin=timedelta(days=config.seal_key_margin_days),
        proxy=ProxySettings(proxy.url, proxy.username, _secret(proxy)) if proxy else None,
    )


def _provider(setting: IdentityProvider) -> Provider:
    secret = _secret(setting)
    return Provider(setting.url, setting.client_id, secret.reveal() if secret else "")


def _gateway(setting: Sms | None) -> sms.Gateway | None:
    if setting is None:
        return None
    secret = _secret(setting)
    return sms.open_gateway(setting.url, secret.reveal() if secret else "")


def _alarm(setting: Alert | None) -> alerts.Alarm | None:
    if setting is None:
        return None
    secret = _secret(setting)
    return alerts.open_alarm(setting.url, secret.reveal() if secret else "")


def open_archive(setting: Archive) -> archive.Destination:
    """The archive of one corporation. Raises ConfigurationError."""
    secret = _secret(setting)
    return archive.open_destination(
        archive.Settings(
            url=setting.url,
            username=setting.username,
            secret=secret.reveal() if secret else "",
            host_key=setting.host_key,
            private_key=setting.private_key,
            endpoint=setting.endpoint,
            region=setting.region,
            retain_days=setting.retain_days,
            ca=setting.ca,
            layout=setting.layout,
            timeout=setting.timeout,
        )
    )


def _secret(
    setting: SealKey | Tsa | Proxy | Sms | Alert | Archive | IdentityProvider | Documents,
) -> Secret | None:
    if setting.secret_file is not None:
        return SecretFile(setting.secret_file)
    return SecretVariable(setting.secret_env) if setting.secret_env is not None else None
