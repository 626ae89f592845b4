"""Coming in and going out: by password and code, by passkey, or at the organisation's own provider."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime

from signing.account import LONGEST_PASSWORD, Account, Secret, Try, tidy_mail, waits_until
from signing.errors import LogInFailed, LogInWaits, NotFound, NotLoggedIn
from signing.identity.codes import tidy
from signing.login import oidc, password, totp
from signing.login.passkey import Asked, Relying
from signing.services import Services
from signing.staff.person import Person, begin, digest, look, new_token
from signing.store import Transaction


@dataclass(frozen=True)
class Place:
    """Where somebody tries: network address, and the token of a browser that came in before (or "")."""

    address: str
    browser: str


@dataclass(frozen=True)
class Entered:
    """A new session's token. ``complete``: nothing more is asked; ``browser``: a new token for a browser
    that came in for the first time, else None.
    """

    token: str
    complete: bool
    browser: str | None = None


def log_in(services: Services, mail: str, typed: str, place: Place) -> Entered:
    """The first half: mail address and password; the code of the telephone is asked next.

    Raises LogInFailed, LogInWaits: for a stranger's address just as for one with an account.
    """
    now, wanted = services.clock(), tidy_mail(mail)
    counted = count_try(services, Secret.PASSWORD, wanted, place, now)
    with services.store.read() as tx:
        account = tx.accounts.by_mail(wanted)
    kept = account.password_hash if account is not None and account.blocked_at is None else None
    right = password.is_right(kept, typed[:LONGEST_PASSWORD]) and len(typed) <= LONGEST_PASSWORD
    if not right or account is None:
        raise LogInFailed()
    with services.store.write() as tx:
        fresh = tx.accounts.get(account.id)
        if fresh.password_hash != kept or fresh.blocked_at is not None:
            raise LogInFailed()
        if kept is not None and password.is_old(kept):
            tx.accounts.save(replace(fresh, password_hash=password.hashed(typed)))
        tx.entrances.forgive(Secret.PASSWORD, counted.account, counted.place)
        return Entered(begin(tx, fresh, now, complete=False), complete=False)


def show_code(services: Services, token: str, typed: str, place: Place) -> Entered:
    """The second half: the code of the telephone. The session gets a new token.

    Raises NotLoggedIn, LogInFailed, LogInWaits.
    """
    now = services.clock()
    with services.store.read() as tx:
        _, account = look(services, tx, token)
    counted = count_try(services, Secret.CODE, account.mail, place, now)
    with services.store.write() as tx:
        session, account = look(services, tx, token)
        if session.complete or account.totp_since is None:
            raise NotLoggedIn()
        step = totp.step_of(_secrets(services, account), tidy(typed), account.totp_step, now)
        if step is None:
            raise LogInFailed()
        account = replace(account, totp_step=step)
        tx.accounts.save(account)
        tx.entrances.forgive(Secret.CODE, counted.account, counted.place)
        return let_in(tx, account, place, now, old=token)


def ask_to_show(services: Services) -> Asked:
    """What a browser needs to show a passkey."""
    return relying_party(services).ask_to_show()


def show_passkey(services: Services, answer: str, challenge: str, place: Place) -> Entered:
    """All at once: a passkey, which its owner unlocked. Raises LogInFailed."""
    now, relying = services.clock(), relying_party(services)
    key_id = relying.id_in(answer)
    with services.store.write() as tx:
        passkey = tx.accounts.passkey(key_id)
        if passkey is None:
            raise LogInFailed()
        account = tx.accounts.get(passkey.account_id)
        count = relying.shown(answer, challenge, passkey.public_key, passkey.sign_count)
        if not account.active:
            raise LogInFailed()
        tx.accounts.use_passkey(key_id, count, now)
        return let_in(tx, account, place, now)


def start_at_provider(services: Services, handle: str, back: str) -> oidc.Started:
    """Where the browser goes to log in at its organisation. Raises NotFound, ProviderAway."""
    return _provider(services, handle).start(back)


def finish_at_provider(
    services: Services, handle: str, code: str, back: str, started: oidc.Started, place: Place
) -> Entered:
    """Back from the organisation's provider: it says who somebody is, and checked the second factor.

    Somebody comes in who was invited by that organisation: the first time known by its address, from then on
    by the provider's own subject. Raises NotFound, LogInFailed, ProviderAway.
    """
    known = _provider(services, handle).finish(code, back, started, services.clock())
    now = services.clock()
    with services.store.write() as tx:
        of = [o for o in tx.organisations.all() if o.handle == handle]
        if not of:
            raise NotFound("There is no such organisation.")
        account = tx.accounts.by_subject(of[0].id, known.subject)
        if account is None:
            account = tx.accounts.by_mail(tidy_mail(known.mail))
            if account is None or account.organisation_id != of[0].id or account.subject is not None:
                raise LogInFailed()
            account = replace(account, subject=known.subject)
            tx.accounts.save(account)
        if account.blocked_at is not None:
            raise LogInFailed()
        return let_in(tx, account, place, now)


def log_out(services: Services, token: str) -> None:
    """Ends a session; one that ended already stays so."""
    with services.store.write() as tx:
        tx.entrances.end(digest(token))


def person(services: Services, token: str) -> Person:
    """Who has this token. Raises NotLoggedIn."""
    with services.store.read() as tx:
        session, account = look(services, tx, token)
        of = account.organisation_id
        return Person(account, None if of is None else tx.organisations.get(of), session.complete)


def relying_party(services: Services) -> Relying:
    """The service as passkeys know it."""
    return Relying(services.config.base_url, services.config.organisation)


def let_in(tx: Transaction, account: Account, place: Place, now: datetime, old: str | None = None) -> Entered:
    browser = place.browser or new_token()
    tx.entrances.remember(account.id, digest(browser), now)
    token = begin(tx, account, now, complete=True, old=old)
    return Entered(token, complete=True, browser=None if place.browser else browser)


def count_try(services: Services, secret: Secret, mail: str, place: Place, now: datetime) -> Try:
    """Counts a try before anything is compared. Raises LogInWaits."""
    with services.store.write() as tx:
        account = tx.accounts.by_mail(mail)
        known = account is not None and bool(place.browser)
        known = known and account is not None and tx.entrances.knows(account.id, digest(place.browser))
        here = place.browser if known else place.address
        counted = Try(_keyed(services, "mail", mail), _keyed(services, "place", here), known, now)
        tries = tx.entrances.tries(secret, counted.account, counted.place, now)
        until = waits_until(tries, secret, counted.account, counted.place, known=known, now=now)
        if until is not None:
            raise LogInWaits(until)
        tx.entrances.add_try(secret, counted)
    return counted


def _keyed(services: Services, kind: str, value: str) -> str:
    about = f"huurzegel.try.{kind}\n{value}"
    return hmac.digest(services.secrets[0].encode(), about.encode(), hashlib.sha256).hex()


def _secrets(services: Services, account: Account) -> list[str]:
    salt = account.totp_salt or ""
    return [totp.secret(secret, account.id, salt) for secret in services.secrets]


def _provider(services: Services, handle: str) -> oidc.Provider:
    provider = services.providers.get(handle)
    if provider is None:
        raise NotFound("This organisation has no provider of its own here.")
    return provider
