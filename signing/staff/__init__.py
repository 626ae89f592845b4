"""The people of the desk: how they come in, who lets them in, and for which organisation."""

from signing.staff.coming_in import (
    Entered,
    Place,
    ask_to_show,
    finish_at_provider,
    log_in,
    log_out,
    person,
    show_code,
    show_passkey,
    start_at_provider,
)
from signing.staff.founding import NewOrganisation, colleagues, found, organisation, organisations
from signing.staff.inviting import (
    Invited,
    accept,
    add_operator,
    block,
    invite,
    invited,
    recover,
    unblock,
)
from signing.staff.person import Person
from signing.staff.setting_up import (
    Telephone,
    add_passkey,
    ask_for_passkey,
    confirm_telephone,
    drop_passkey,
    passkeys,
    telephone,
)

__all__ = [
    "Entered",
    "Invited",
    "NewOrganisation",
    "Person",
    "Place",
    "Telephone",
    "accept",
    "add_operator",
    "add_passkey",
    "ask_for_passkey",
    "ask_to_show",
    "block",
    "colleagues",
    "confirm_telephone",
    "drop_passkey",
    "finish_at_provider",
    "found",
    "invite",
    "invited",
    "log_in",
    "log_out",
    "organisation",
    "organisations",
    "passkeys",
    "person",
    "recover",
    "show_code",
    "show_passkey",
    "start_at_provider",
    "telephone",
    "unblock",
]
