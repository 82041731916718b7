"""What takes long in a large studio: few such answers are made at once, and small ones meanwhile."""

from typing import Any

import bottle

from kitsulite.aside import takes_long
from kitsulite.web.plugins.plugin import Callback, Plugin


class Turn(Plugin):
    """Around routes with `long` in their config; before anything is done that could not be begun again."""

    name = "kitsulite-turn"

    def around(self, callback: Callback, route: bottle.Route) -> Callback:
        if not route.config.get("long"):
            return callback

        def taking_turns(**path: Any) -> Any:
            takes_long()
            return callback(**path)

        return taking_turns
