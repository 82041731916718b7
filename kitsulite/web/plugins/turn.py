"""Limits how many answers that take long in a large studio are made at once, so that small ones need not wait."""

from typing import Any

import bottle

from kitsulite.aside import takes_long
from kitsulite.web.plugins.plugin import Callback, Plugin


class Turn(Plugin):
    """For routes with `long` in their config; runs before anything that cannot be started again."""

    name = "kitsulite-turn"

    def around(self, callback: Callback, route: bottle.Route) -> Callback:
        if not route.config.get("long"):
            return callback

        def taking_turns(**path: Any) -> Any:
            takes_long()
            return callback(**path)

        return taking_turns
