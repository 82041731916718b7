"""Checks the permission of a route, after its body unless `allow_first` is set.

A permission is called with the context and the arguments, and returns the context for the function.
"""

from typing import Any

import bottle

from kitsulite.context import Context
from kitsulite.web.plugins.plugin import Callback, Plugin


class Permission(Plugin):
    def __init__(self, before_body: bool) -> None:
        self.before_body = before_body
        self.name = "kitsulite-permission-first" if before_body else "kitsulite-permission"

    def around(self, callback: Callback, route: bottle.Route) -> Callback:
        if bool(route.config.get("allow_first")) is not self.before_body:
            return callback
        allow = route.config["allow"]

        def allowed(ctx: Context, **arguments: Any) -> Any:
            return callback(allow(ctx, arguments), **arguments)

        return allowed
