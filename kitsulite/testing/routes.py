"""How tests name requests: `POST /data/projects`, `/data/projects/<project_id>/shots`, `*`."""

import re
from collections.abc import Callable

METHOD = re.compile(r"(?:([A-Z]+|\*)\s+)?(/\S*|\*)")
#: placeholders in a path: a parameter stands for one segment, a star for any text
OPEN = re.compile(r"<[^>]*>|\*")


def matcher(route: str) -> Callable[[str, str], bool]:
    """A function that tells whether a method and path match a route, which may lack the method and `/api`."""
    parts = METHOD.fullmatch(route.strip())
    if not parts:
        raise ValueError(f"{route!r} names no requests: write 'POST /data/projects', '/data/tasks/<task_id>' or '*'.")
    method, path = parts.groups()
    path = path.removeprefix("/api")
    paths = re.compile("".join(pattern(part) for part in re.split(r"(<[^>]*>|\*)", path)) + "/?")
    return lambda given, asked: method in (None, "*", given) and paths.fullmatch(asked) is not None


def pattern(part: str) -> str:
    if part == "*":
        return ".*"
    return "[^/]+" if OPEN.fullmatch(part) else re.escape(part)
