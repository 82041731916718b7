"""What all plugins of declared routes have in common."""

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
        """The callback with the work of this plugin around it."""
        raise NotImplementedError
