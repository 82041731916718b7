"""Where passwords are checked: here, in a directory, or nowhere (setting `auth_strategy`)."""

from kitsulite.auth import passwords
from kitsulite.auth.sso import ldap
from kitsulite.errors import Answer

CLASSIC = "auth_local_classic"


def accept(settings, account, password):
    """Whether a password is that of an account; takes as long for a stand-in, which has no id."""
    if settings.auth_strategy == CLASSIC:
        return passwords.matches(password, account["password"])
    if settings.auth_strategy == "auth_local_no_password":
        return account["id"] is not None
    if settings.auth_strategy == "auth_remote_ldap":
        return accept_by_directory(settings, account, password)
    raise Answer(409, {"login": False})


def accept_by_directory(settings, account, password):
    """Check the password in the directory; people missing there may have one here if `ldap_fallback` is set."""
    ldap.require_package()
    if account["id"] and account["is_generated_from_ldap"]:
        return ldap.accepts(settings, account, password)
    return passwords.matches(password, account["password"]) and settings.ldap_fallback
