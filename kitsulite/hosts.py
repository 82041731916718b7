"""Addresses: that of this machine on its network, and whether a name is one of this machine's own."""

import functools
import ipaddress
import socket

#: a documentation address: a socket that connects to it shows which of our addresses leads out, and sends nothing
ELSEWHERE = ("192.0.2.1", 9)


def network_address() -> str | None:
    """The address under which others of the network reach this machine; None without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(ELSEWHERE)
            found = probe.getsockname()[0]
        except OSError:
            return None
    return None if ipaddress.ip_address(found).is_loopback or found == "0.0.0.0" else found  # noqa: S104


def name_of(host: str) -> str:
    """The name in a `Host` header, without the port."""
    return host.partition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]


def is_own(name: str) -> bool:
    """Whether a name or an IP address is one of this machine: what a stranger writes there is not trusted."""
    if name.lower() in own_names():
        return True
    try:
        address = ipaddress.ip_address(name)
        family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            # only an address of this machine can be bound to
            probe.bind((name, 0))
    except (ValueError, OSError):
        return False
    return not address.is_unspecified and not address.is_multicast


@functools.cache
def own_names() -> set[str]:
    """The names that this machine has for itself."""
    name = socket.gethostname().lower()
    return {"localhost", name, f"{name.partition('.')[0]}.local", name.partition(".")[0]} - {""}
