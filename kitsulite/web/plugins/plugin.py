"""The base of the plugins of declared routes."""

from collections.abc import Callable
from typing import Any

import bottle

Callback = Callable[..., Any]


class Plugin:
    """A Bottle plugin that leaves routes without a permission alone."""

    api = 2
    name = ""

    def apply(self, callback: Callback, route: bottle.Route) -> Callback:
        return self.around(callback, route) if "allow" in route.config else callback

    def around(self, callback: Callback, route: bottle.Route) -> Callback:
        """Wrap the callback of a route."""
        raise NotImplementedError
