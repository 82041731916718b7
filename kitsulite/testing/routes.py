"""Naming requests in tests: `POST /data/projects`, `/data/projects/<project_id>/shots`, `*`."""

import re
from collections.abc import Callable

METHOD = re.compile(r"(?:([A-Z]+|\*)\s+)?(/\S*|\*)")
#: what stands for any text in a path: a parameter, for one word; a star, for any number of them
OPEN = re.compile(r"<[^>]*>|\*")


def matcher(route: str) -> Callable[[str, str], bool]:
    """Whether a method and a path are those of a route; without a method, any; with `/api` or without it."""
    found = METHOD.fullmatch(route.strip())
    if not found:
        raise ValueError(f"{route!r} names no requests: write 'POST /data/projects', '/data/tasks/<task_id>' or '*'.")
    method, path = found.groups()
    path = path.removeprefix("/api")
    wanted = re.compile("".join(pattern(part) for part in re.split(r"(<[^>]*>|\*)", path)) + "/?")
    return lambda given, asked: method in (None, "*", given) and wanted.fullmatch(asked) is not None


def pattern(part: str) -> str:
    if part == "*":
        return ".*"
    return "[^/]+" if OPEN.fullmatch(part) else re.escape(part)
