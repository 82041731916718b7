"""Where a password is checked: here, in a directory, or nowhere (setting `auth_strategy`)."""

from kitsulite.auth import passwords
from kitsulite.auth.sso import ldap
from kitsulite.errors import Answer

CLASSIC = "auth_local_classic"


def accept(settings, account, password):
    """Whether a password is the one of an account; takes as long for a stranger, who has no id."""
    if settings.auth_strategy == CLASSIC:
        return passwords.matches(password, account["password"])
    if settings.auth_strategy == "auth_local_no_password":
        return account["id"] is not None
    if settings.auth_strategy == "auth_remote_ldap":
        return accept_by_directory(settings, account, password)
    raise Answer(409, {"login": False})


def accept_by_directory(settings, account, password):
    """Ask the directory about its own persons; others may have a password here if `ldap_fallback` allows it."""
    ldap.require_package()
    if account["id"] and account["is_generated_from_ldap"]:
        return ldap.accepts(settings, account, password)
    return passwords.matches(password, account["password"]) and settings.ldap_fallback
