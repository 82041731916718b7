"""The host names that the server answers to: a web page that points its own name here (DNS rebinding) gets nothing."""

from typing import Any

from kitsulite.web import errors
from kitsulite.web.reply import Reply

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
#: addresses that stand for all interfaces
ANY = ("0.0.0.0", "::", "")  # noqa: S104


def names(settings: Any) -> frozenset[str] | None:
    """The host names of a server with these settings; None for any.

    On a loopback address, those are its own and `domain_name`; otherwise `allowed_hosts`, if it is set.
    """
    configured = {*map(without_port, settings.allowed_hosts), without_port(settings.domain_name)}
    if settings.allowed_hosts:
        return LOOPBACK | configured
    if settings.host in LOOPBACK or settings.host.startswith("127."):
        return LOOPBACK | configured | {settings.host}
    return None


def without_port(host: str) -> str:
    """A host in lower case, without port and brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    name, colon, port = host.rpartition(":")
    return (name if colon and ":" not in name and port.isdecimal() else host).lower()


def refusal(hosts: frozenset[str], environ: dict[str, Any]) -> Reply | None:
    """The refusal of a request to an unknown host name, None if it is known."""
    host = environ.get("HTTP_HOST", "")
    if not host or without_port(host).rstrip(".") in hosts:
        return None
    return errors.problem(
        421,
        f"This server does not answer for {host[:100]}: name it with --allowed-hosts, "
        "or as --domain-name if it is the address that people use.",
    )
