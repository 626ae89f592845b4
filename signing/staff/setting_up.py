"""Setting up what somebody shows: a telephone, which everybody has, passkeys, and another password."""

from __future__ import annotations

from dataclasses import dataclass, replace

from signing.account import LONGEST_PASSWORD, Secret
from signing.errors import LogInFailed, NotFound, NotLoggedIn, UnusableForm
from signing.identity.codes import tidy
from signing.login import password, totp
from signing.login.passkey import Asked
from signing.services import Services
from signing.staff.coming_in import Entered, Place, count_try, let_in, relying_party
from signing.staff.form import password_problems
from signing.staff.person import Person, begin, look
from signing.store import Passkey

MOST_PASSKEYS = 10  # of one account
LONGEST_NAME = 60  # characters


@dataclass(frozen=True)
class Telephone:
    """What an app on a telephone needs: the secret to type, or an address that its QR code holds."""

    secret: str
    address: str


def telephone(services: Services, token: str) -> Telephone:
    """For whoever set its password just now. Raises NotLoggedIn when there is nothing to set up."""
    with services.store.read() as tx:
        session, account = look(services, tx, token)
    if session.complete or account.totp_since is not None or account.totp_salt is None:
        raise NotLoggedIn()
    secret = totp.secret(services.secrets[0], account.id, account.totp_salt)
    return Telephone(secret, totp.address(secret, account.mail, services.config.organisation))


def confirm_telephone(services: Services, token: str, typed: str, place: Place) -> Entered:
    """The first code proves that the app has the secret; from here on somebody is in.

    Raises NotLoggedIn, LogInFailed, LogInWaits.
    """
    now = services.clock()
    wanted = telephone(services, token).secret
    with services.store.read() as tx:
        _, account = look(services, tx, token)
    counted = count_try(services, Secret.CODE, account.mail, place, now)
    with services.store.write() as tx:
        _, account = look(services, tx, token)
        step = totp.step_of([wanted], tidy(typed), account.totp_step, now)
        if step is None or account.totp_since is not None:
            raise LogInFailed()
        account = replace(account, totp_since=now, totp_step=step)
        tx.accounts.save(account)
        tx.entrances.forgive(Secret.CODE, counted.account, counted.place)
        return let_in(tx, account, place, now, old=token)


def change_password(services: Services, token: str, old: str, first: str, second: str, place: Place) -> str:
    """Another password; all other sessions end, and this one goes on with a new token.

    Raises NotLoggedIn, UnusableForm (also when ``old`` is not the password of now), LogInWaits.
    """
    now = services.clock()
    with services.store.read() as tx:
        _, account = look(services, tx, token)
    if problems := password_problems(first, second, account):
        raise UnusableForm(problems)
    counted = count_try(services, Secret.PASSWORD, account.mail, place, now)
    if len(old) > LONGEST_PASSWORD or not password.is_right(account.password_hash, old):
        raise UnusableForm({"old": "not_old"})
    kept = password.hashed(first)
    with services.store.write() as tx:
        session, fresh = look(services, tx, token)
        if not session.complete or fresh.password_hash != account.password_hash:
            raise NotLoggedIn()
        tx.accounts.save(replace(fresh, password_hash=kept))
        tx.entrances.forgive(Secret.PASSWORD, counted.account, counted.place)
        tx.entrances.end_all(fresh.id)
        return begin(tx, fresh, now, complete=True)


def ask_for_passkey(services: Services, person: Person) -> Asked:
    """What the browser needs to make a passkey."""
    with services.store.read() as tx:
        known = [passkey.id for passkey in tx.accounts.passkeys(person.account.id)]
    account = person.account
    return relying_party(services).ask_to_make(account.id, account.mail, account.name, known)


def passkeys(services: Services, person: Person) -> tuple[Passkey, ...]:
    """One's own passkeys, the oldest first."""
    with services.store.read() as tx:
        return tx.accounts.passkeys(person.account.id)


def add_passkey(services: Services, person: Person, answer: str, challenge: str, name: str) -> None:
    """Keeps the passkey that a browser made. Raises LogInFailed."""
    made = relying_party(services).made(answer, challenge)
    with services.store.write() as tx:
        mine = tx.accounts.passkeys(person.account.id)
        if len(mine) >= MOST_PASSKEYS or tx.accounts.passkey(made.id) is not None:
            raise LogInFailed()
        called = name.strip()[:LONGEST_NAME] or f"Passkey {len(mine) + 1}"
        tx.accounts.add_passkey(
            Passkey(made.id, person.account.id, made.public_key, made.sign_count, called, services.clock())
        )


def drop_passkey(services: Services, person: Person, key_id: str) -> None:
    """One of one's own passkeys. Raises NotFound."""
    with services.store.write() as tx:
        if key_id not in [passkey.id for passkey in tx.accounts.passkeys(person.account.id)]:
            raise NotFound("This account has no such passkey.")
        tx.accounts.drop_passkeys(person.account.id, key_id)
