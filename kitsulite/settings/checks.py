"""Checks of the values of settings: each takes a text and raises ValueError with what is expected instead."""

import functools
import ipaddress
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from kitsulite.models import locales
from kitsulite.settings.spelling import nearest

ADDRESS = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+")
NAME = r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?\.?"
ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/\s]+|null", re.IGNORECASE)
SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(?:I?B)?", re.IGNORECASE)


def size(text: str, unit: int) -> int:
    """The number of units in `10MB` or `1.5 GB`, where a unit is so many bytes; `4096` is that many units."""
    parts = SIZE.fullmatch(text.strip())
    if not parts:
        raise ValueError("a size like 500MB or 10GB")
    if text.strip()[-1].isdigit():
        return int(text)
    return int(float(parts[1]) * 1024 ** " KMGT".index(parts[2].upper() or " ")) // unit


def address(text: str) -> None:
    if not ADDRESS.fullmatch(text):
        raise ValueError("an address like ann@studio.com")


def addresses(texts: Iterable[str]) -> None:
    if not all(isinstance(text, str) and ADDRESS.fullmatch(text) for text in texts):
        raise ValueError("addresses like ann@studio.com, separated by ;")


def host(text: str) -> None:
    if not is_host(text):
        raise ValueError("a name or an IP address, without http:// and without a port,")


def is_host(text: str) -> bool:
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return re.fullmatch(NAME, text) is not None and not re.fullmatch(r"[\d.]+", text)
    return True


def host_and_port(text: str) -> None:
    name, _, port = text.rpartition(":") if re.search(r":\d*$", text) else (text, "", "80")
    if not (is_host(name.strip("[]")) and port.isdigit() and int(port) < 1 << 16):
        raise ValueError("a name like kitsu.studio.com or localhost:8080, without http://,")


def ip_address(text: str) -> None:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        raise ValueError("an IP address like 192.168.1.10") from None


def web_address(text: str) -> None:
    if not re.fullmatch(r"https?://[^/\s]\S*", text):
        raise ValueError("an address that begins with https://")


def origins(texts: Iterable[str]) -> None:
    if not all(isinstance(text, str) and ORIGIN.fullmatch(text) for text in texts):
        raise ValueError("origins like https://kitsu.studio.com, without a path, separated by ;")


def folder(text: str) -> None:
    try:
        Path(text).expanduser()
    except RuntimeError:
        raise ValueError("a folder whose ~ stands for a user of this machine") from None


def program(text: str) -> None:
    if not shutil.which(text):
        raise ValueError("a program that can be run")


def time_zone(text: str) -> None:
    import zoneinfo  # loads slowly

    try:
        zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        cities = {name.rpartition("/")[2]: name for name in zones()}
        near = nearest(text.rpartition("/")[2], cities) or "Paris"
        raise ValueError(f"a time zone like {cities[near]}") from None


@functools.cache
def zones() -> frozenset[str]:
    import zoneinfo

    return frozenset(name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc"))


def locale(text: str) -> None:
    if not locales.canonical(text):
        raise ValueError("a locale like en_US or fr_FR")
