"""Where a password is checked: here, in a directory, or nowhere (setting `auth_strategy`)."""

from kitsulite.auth import passwords
from kitsulite.errors import Answer


def accept(settings, account, password):
    """Whether a password is the one of an account; takes as long for a stranger, who has no id."""
    if settings.auth_strategy == "auth_local_classic":
        return passwords.matches(password, account["password"])
    if settings.auth_strategy == "auth_local_no_password":
        return account["id"] is not None
    raise Answer(409, {"login": False})
