"""A write is one transaction, a read sees one state of the file."""

from typing import Any

import bottle

from kitsulite.context import Context
from kitsulite.web.plugins.plugin import Callback, Plugin


class Transaction(Plugin):
    """Around what a route does. `transaction=False` in its config: it opens its own."""

    name = "kitsulite-transaction"

    def __init__(self, app: Any) -> None:
        self.app = app

    def around(self, callback: Callback, route: bottle.Route) -> Callback:
        app = self.app
        is_write = route.config.get("transaction", route.method != "GET")

        def reading(ctx: Context, **arguments: Any) -> Any:
            with app.db.read():
                return callback(ctx, **arguments)

        def receiving(ctx: Context, **arguments: Any) -> Any:
            # the whole body first: no transaction waits for the network
            ctx.request.read()
            return callback(ctx, **arguments)

        def writing(ctx: Context, **arguments: Any) -> Any:
            ctx.request.read()
            with app.db.write():
                return callback(ctx, **arguments)

        if is_write:
            return writing
        return reading if route.method == "GET" else receiving
