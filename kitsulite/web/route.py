"""Routes, each declared once: path, permission, body, and the function behind it.

    @post("/data/projects/<project_id>/shots", allow=manager_of("project_id"), status=201,
          body={"name": Str(required=True, min=1), "nb_frames": Int()})
    def create_shot(ctx, project_id, name, nb_frames):
        \"\"\"Create a shot in a project.\"\"\"

Each application gets a Bottle route per declaration, with these options in its config, for the plugins in
`web/plugins`. The function is called with the context, the parameters of the path and the fields of the body. It
returns the answer: a value to be written as JSON, a `Reply`, or None for a 204.

`allow`        the permission, required
`status`       of the answer, 200 by default
`body`         fields of a validated body (JSON, else form and query together)
`args`         named parameters (query or form first, then JSON)
`allow_first`  whether the permission is checked before the body
`bulk`         whether JSON bodies may be as large as the setting `max_json_length` allows
`long`         whether the answer takes long in a large studio: few of these are made at once, small ones meanwhile
`transaction`  whether the whole call is one transaction; by default every write is
`tag`          the group of the API description; by default the folder that declares the route
"""

import functools
import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import bottle

Function = TypeVar("Function", bound=Callable[..., Any])
OPTIONS = {"allow", "status", "body", "args", "allow_first", "bulk", "long", "transaction", "tag"}
#: (method, rule, function, options) of all declared routes, in order
DECLARED: list[tuple[str, str, Callable[..., Any], dict[str, Any]]] = []


class Route(bottle.Route):
    """A declared route of an application, with its options in its config."""

    def __init__(
        self, app: bottle.Bottle, rule: str, method: str, callback: Callable[..., Any], **options: Any
    ) -> None:
        # as Bottle does, except for the config
        self.app, self.rule, self.method, self.callback = app, rule, method, callback
        self.name, self.skiplist = None, ["json", "template"]
        self.plugins: list[Any] = []
        self.options = options

    def __repr__(self) -> str:
        return f"{self.method} {self.rule}"

    @functools.cached_property
    def config(self) -> Any:
        """The options over those of the application, on demand: for all routes they would take half of a start."""
        config = self.app.config._make_overlay()
        # Bottle would flatten a dict
        config.load_dict({n: MappingProxyType(v) if isinstance(v, dict) else v for n, v in self.options.items()})
        return config

    @property
    def allow(self) -> Any:
        return self.options["allow"]

    @property
    def status(self) -> int:
        return self.options.get("status", 200)

    @property
    def body(self) -> Mapping[str, Any] | None:
        return self.options.get("body")

    @property
    def args(self) -> Mapping[str, Any] | None:
        return self.options.get("args")

    @property
    def module(self) -> str:
        """The module that declares the route, below `kitsulite.api`: `tasks.creation`."""
        return self.callback.__module__.removeprefix("kitsulite.api.")

    @property
    def tag(self) -> str:
        return self.options.get("tag") or self.module.partition(".")[0]

    @property
    def doc(self) -> str:
        return inspect.getdoc(self.callback) or ""


def declare(method: str, rule: str, allow: Any, **options: Any) -> Callable[[Function], Function]:
    """Declare the decorated function as a route of every application."""
    unknown = set(options) - OPTIONS
    if unknown:
        raise TypeError(f"unknown options of a route: {', '.join(sorted(unknown))}")

    def register(function: Function) -> Function:
        DECLARED.append((method, rule, function, {"allow": allow, **options}))
        return function

    return register


def get(rule: str, allow: Any, **options: Any) -> Callable[[Function], Function]:
    return declare("GET", rule, allow, **options)


def post(rule: str, allow: Any, **options: Any) -> Callable[[Function], Function]:
    return declare("POST", rule, allow, **options)


def put(rule: str, allow: Any, **options: Any) -> Callable[[Function], Function]:
    return declare("PUT", rule, allow, **options)


def delete(rule: str, allow: Any, status: int = 204, **options: Any) -> Callable[[Function], Function]:
    return declare("DELETE", rule, allow, status=status, **options)
