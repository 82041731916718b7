"""The groups, tags and unique names of the operations in a document."""

import collections
import re
import sys
from collections.abc import Iterable
from typing import Any

from kitsulite.web.openapi.shapes import Json
from kitsulite.web.route import Route

#: modules with a part of their folder's routes, which are grouped by the folder
NO_NOUNS = {"creation", "of_projects", "work", "context", "shared", "types", "frames", "settings", "team", "templates"}
#: the functions of the generic routes
VERBS = {"list", "get", "create", "update", "delete"}


def owner_of(route: Route) -> Any:
    """The generic resource that a route belongs to, None for other routes."""
    owner = getattr(route.callback, "__self__", None)
    return owner if hasattr(owner, "model") and route.callback.__name__ in VERBS else None


def group(route: Route) -> str:
    """The folder that declares a route, or the group that the route names."""
    return route.tag.replace("_", " ").capitalize()


def groups(routes: Iterable[Route]) -> list[Json]:
    """The groups with the docstrings of their folders, and the tags in each."""
    found: dict[str, Json] = {}
    for route in routes:
        found.setdefault(group(route), {"description": first_line(folder_of(route).__doc__), "tags": set()})
        found[group(route)]["tags"].add(tag(route))
    return [{**about, "name": name, "tags": sorted(about["tags"])} for name, about in sorted(found.items())]


def folder_of(route: Route) -> Any:
    """The package of a route's group; for routes of other programs, their module."""
    return sys.modules.get(f"kitsulite.api.{route.tag}") or sys.modules[route.callback.__module__]


def tag(route: Route) -> str:
    """The noun for a route: the name of its table, or of the module that declares it."""
    owner = owner_of(route)
    package, _, noun = route.module.rpartition(".")
    noun = owner.base.rpartition("/")[2] if owner else package if noun in NO_NOUNS else noun
    return noun.replace("_", " ").replace("-", " ").capitalize()


def tags(routes: Iterable[Route]) -> list[Json]:
    """The tags of all routes, described by the docstring of a module that declares them."""
    texts: dict[str, str] = {}
    for route in sorted(routes, key=lambda route: owner_of(route) is not None):
        words = first_line(sys.modules[route.callback.__module__].__doc__ or "")
        texts.setdefault(
            tag(route), f"Rows of the table {owner_of(route).model.table()}." if owner_of(route) else words
        )
    return [{"name": name, "description": text} for name, text in sorted(texts.items())]


def first_line(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0]


def operation_ids(routes: list[Route]) -> dict[Route, str]:
    """A unique name for each route: that of its function, if necessary with the module or the path."""
    names = {route: short_name(route) for route in routes}
    for longer in (longer_name, path_name):
        number = collections.Counter(names.values())
        names = {route: name if number[name] == 1 else longer(route) for route, name in names.items()}
    counts: collections.Counter[str] = collections.Counter()
    for route, name in names.items():
        counts[name] += 1
        names[route] = f"{name}_{counts[name]}" if counts[name] > 1 else name
    return names


def short_name(route: Route) -> str:
    owner = owner_of(route)
    if owner:
        noun = re.sub(r"\W", "_", owner.base)
        return f"{route.callback.__name__}_{noun if route.callback.__name__ == 'list' else owner.model.table()}"
    return route.callback.__name__


def longer_name(route: Route) -> str:
    return f"{route.module.rpartition('.')[2]}_{route.callback.__name__}"


def path_name(route: Route) -> str:
    return f"{route.method.lower()}_{re.sub(r'[^a-z0-9]+', '_', route.rule.lower()).strip('_')}"
