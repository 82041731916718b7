"""The names and addresses of this machine."""

import functools
import ipaddress
import socket

#: an address for documentation: a UDP socket connected to it shows our outgoing address, and sends nothing
ELSEWHERE = ("192.0.2.1", 9)


def network_address() -> str | None:
    """The address of this machine on its network; None without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(ELSEWHERE)
            address = probe.getsockname()[0]
        except OSError:
            return None
    return None if ipaddress.ip_address(address).is_loopback or address == "0.0.0.0" else address  # noqa: S104


def name_of(host: str) -> str:
    """The name in a `Host` header without the port."""
    return host.partition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]


def is_own(name: str) -> bool:
    """Whether a name or IP address belongs to this machine."""
    if name.lower() in own_names():
        return True
    try:
        address = ipaddress.ip_address(name)
        family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            # only addresses of this machine can be bound
            probe.bind((name, 0))
    except (ValueError, OSError):
        return False
    return not address.is_unspecified and not address.is_multicast


@functools.cache
def own_names() -> set[str]:
    """The names of this machine."""
    name = socket.gethostname().lower()
    return {"localhost", name, f"{name.partition('.')[0]}.local", name.partition(".")[0]} - {""}
