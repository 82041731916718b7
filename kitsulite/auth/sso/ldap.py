"""Checking passwords in a directory (LDAP, Active Directory), with the extra `ldap`."""

from kitsulite.errors import Answer
from kitsulite.extras import how_to_install

TIMEOUT = 10


def accepts(settings, account, password):
    """Whether the directory accepts the password of a person; raises an error if it cannot be reached."""
    if not password:
        return False  # an empty password would bind anonymously, and succeed
    bound = connection(settings, user_name(settings, account["desktop_login"] or ""), password)
    try:
        return bound.bind()
    finally:
        bound.unbind()


def user_name(settings, login):
    """The name of a person in the directory."""
    from ldap3.utils.dn import escape_rdn

    if settings.ldap_is_ad_simple:
        return f"{login}@{settings.ldap_domain}"
    if settings.ldap_is_ad:
        return f"{settings.ldap_domain}\\{login}"
    return f"uid={escape_rdn(login)},{settings.ldap_base_dn}"


def connection(settings, user, password):
    """A connection to the directory as a person, not yet opened."""
    import ldap3

    server = ldap3.Server(
        settings.ldap_host, settings.ldap_port, use_ssl=settings.ldap_ssl, connect_timeout=TIMEOUT, get_info=ldap3.NONE
    )
    kind = ldap3.NTLM if settings.ldap_is_ad and not settings.ldap_is_ad_simple else ldap3.SIMPLE
    return ldap3.Connection(server, user, password, authentication=kind, receive_timeout=TIMEOUT)


def require_package():
    """Raise an error that names the package if it is not installed."""
    try:
        import ldap3  # noqa: F401
    except ImportError:
        message = f"Signing in by LDAP needs the package ldap3: {how_to_install('ldap')}"
        raise Answer(500, {"error": True, "login": False, "message": message}) from None
