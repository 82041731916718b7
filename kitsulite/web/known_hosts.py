"""The names under which the server is asked: a page that gives its own name another address reaches nothing."""

from typing import Any

from kitsulite.web import errors
from kitsulite.web.reply import Reply

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
#: addresses that stand for all of the machine
ANY = ("0.0.0.0", "::", "")  # noqa: S104


def names(settings: Any) -> frozenset[str] | None:
    """The names of a server that listens as the settings say; None for any.

    On an address of this machine alone those are its own and `domain_name`; on others the ones of
    `allowed_hosts`, if there are some.
    """
    given = {*map(without_port, settings.allowed_hosts), without_port(settings.domain_name)}
    if settings.allowed_hosts:
        return LOOPBACK | given
    if settings.host in LOOPBACK or settings.host.startswith("127."):
        return LOOPBACK | given | {settings.host}
    return None


def without_port(host: str) -> str:
    """A host in lower case, without port and brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    name, colon, port = host.rpartition(":")
    return (name if colon and ":" not in name and port.isdecimal() else host).lower()


def refusal(known: frozenset[str], environ: dict[str, Any]) -> Reply | None:
    """The refusal of a request for an unknown host, None if the host is known."""
    host = environ.get("HTTP_HOST", "")
    if not host or without_port(host).rstrip(".") in known:
        return None
    return errors.problem(
        421,
        f"This server does not answer for {host[:100]}: name it with --allowed-hosts, "
        "or as --domain-name if it is the address that people use.",
    )
