"""Finds the route of a path."""

import re
from typing import Any

import bottle

from kitsulite.models.fields import UUID, is_id
from kitsulite.web.reply import Reply

PARAMETER = re.compile("<[^>]*>")
IDS = re.compile(f"({UUID.pattern})")
Found = tuple[bottle.Route, dict[str, str]]


class Family(bottle.Router):
    """The rules with the same first words, compiled to one pattern."""

    def __init__(self, rules: list[tuple[Any, ...]]) -> None:
        super().__init__()
        for rule, method, target, name in sorted(rules, key=specificity):
            self.add(rule, method, target, name)
        for method in self.dyna_routes:
            super()._compile(method)

    def _compile(self, method: str) -> None:
        """Called by Bottle after each rule, which is too early."""


class Router(bottle.Router):
    """Bottle's router with rules grouped by their first two words; a group is compiled when it is first needed.

    Compiled all at once, 800 patterns would cost each start a tenth of a second. Paths that differ in nothing but
    their ids lead to the same route, which is sought once.
    """

    def __init__(self) -> None:
        super().__init__()
        self._rules: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        self._families: dict[tuple[str, ...], Family] = {}
        #: method and what stands around the ids of a path -> its route and the names of these ids
        self._sought: dict[tuple[str, ...], tuple[bottle.Route, tuple[str, ...]]] = {}
        #: whether a rule of others takes some ids and not all
        self._is_choosy = False

    def add(self, rule: str, method: str, target: Any, name: str | None = None) -> None:
        key = beginning(rule)
        self._rules.setdefault(key, []).append((rule, method, target, name))
        self._families.pop(key, None)
        self._sought.clear()
        self._is_choosy = self._is_choosy or ":re:" in rule

    def match(self, environ: dict[str, Any]) -> Found:
        """The route of a path and its parameters, with ids in stored form; raises HTTPError 404 or 405."""
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        parts = IDS.split(path)
        ids, around = [row_id.lower() for row_id in parts[1::2]], (method, *parts[::2])
        if around in self._sought:
            route, names = self._sought[around]
            return route, dict(zip(names, ids, strict=True))
        route, found = self.seek(environ)
        if list(found.values()) == ids and not self._is_choosy:
            self._sought[around] = route, tuple(found)
        return route, found

    def seek(self, environ: dict[str, Any]) -> Found:
        """The same by the patterns of the rules."""
        words = tuple(environ["PATH_INFO"].split("/", 3)[1:3])
        allowed: set[str] = set()
        for key in (words, words[:1], ()):
            if key in self._rules:
                try:
                    route, path = self.family(key).match(environ)
                except bottle.HTTPError as error:
                    allowed.update(error.get_header("Allow", "").split(","))
                    continue
                return route, {name: value.lower() if is_id(value) else value for name, value in path.items()}
        raise refusal(environ["REQUEST_METHOD"], allowed - {""})

    def family(self, key: tuple[str, ...]) -> Family:
        if key not in self._families:
            self._families[key] = Family(self._rules[key])
        return self._families[key]

    def build(self, _name: str, *anons: str, **query: str) -> str:
        """The path of a rule or named route with these parameters."""
        for key, rules in self._rules.items():
            if any(_name in (rule, name) for rule, _, _, name in rules):
                return self.family(key).build(_name, *anons, **query)
        raise bottle.RouteBuildError("No route with that name.", _name)


def refusal(method: str, allowed: set[str]) -> bottle.HTTPResponse:
    """The error if no route has this path and method; `allowed` are the methods with a route."""
    if not allowed:
        return bottle.HTTPError(404, "404 Not Found: There is no such route.")
    allowed = allowed | {"OPTIONS"} | ({"HEAD"} if "GET" in allowed else set())
    header = ", ".join(sorted(allowed))
    if method == "OPTIONS":
        return Reply(b"", 200, [("Allow", header)], "text/html; charset=utf-8")
    return bottle.HTTPError(405, "The method is not allowed for the requested URL.", Allow=header)


def clean_path(path: str) -> str:
    """A WSGI path without doubled slashes, the /api prefix and the final slash."""
    path = "/" + path.strip("/")
    if not path.isascii():
        # Bottle drops invalid UTF-8, and would then find another route
        path = path.encode("latin-1").decode("utf-8", "replace").encode().decode("latin-1")
    while "//" in path:
        path = path.replace("//", "/")
    if path == "/api" or path.startswith("/api/"):
        path = "/" + path[4:].strip("/")
    return path


def beginning(rule: str) -> tuple[str, ...]:
    """The first two words of a rule, or those before a parameter."""
    words: list[str] = []
    for part in rule.split("/", 3)[1:3]:
        if "<" in part or ":" in part:
            break
        words.append(part)
    return tuple(words)


def specificity(added: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Sort key that puts literal parts before parameters, so that static paths win, and `<id>.png` before `<id>`."""
    return [
        (":path>" in part, part.count("<"), -len(PARAMETER.sub("", part)) if "<" in part else 0, part)
        for part in added[0].split("/")
    ]
