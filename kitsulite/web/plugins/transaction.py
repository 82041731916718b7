"""Makes each write one transaction, and each read, including that of its caller, see one state of the file."""

from typing import Any

import bottle

from kitsulite.context import Context
from kitsulite.web.plugins.plugin import Callback, Plugin


class Reading(Plugin):
    """Around reads, including the lookup of their caller."""

    name = "kitsulite-reading"

    def __init__(self, app: Any) -> None:
        self.app = app

    def around(self, callback: Callback, route: bottle.Route) -> Callback:
        app = self.app
        if is_write(route) or route.method != "GET":
            return callback

        def reading(**path: Any) -> Any:
            with app.db.read():
                return callback(**path)

        return reading


class Transaction(Plugin):
    """Around writes, except routes with `transaction=False` in their config, which open their own."""

    name = "kitsulite-transaction"

    def __init__(self, app: Any) -> None:
        self.app = app

    def around(self, callback: Callback, route: bottle.Route) -> Callback:
        app = self.app

        def receiving(ctx: Context, **arguments: Any) -> Any:
            # the whole body first: no transaction waits for the network
            ctx.request.read()
            return callback(ctx, **arguments)

        def writing(ctx: Context, **arguments: Any) -> Any:
            ctx.request.read()
            with app.db.write():
                return callback(ctx, **arguments)

        if is_write(route):
            return writing
        return callback if route.method == "GET" else receiving


def is_write(route: bottle.Route) -> bool:
    return route.config.get("transaction", route.method != "GET")
