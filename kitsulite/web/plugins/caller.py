"""Creates the context of a request, with the person of its token."""

from collections.abc import Callable
from typing import Any

import bottle

from kitsulite.context import Context
from kitsulite.web.plugins.plugin import Callback, Plugin
from kitsulite.web.request import MOST_JSON, MOST_PUBLIC_JSON, Request

#: sets the caller of a context from a token of this kind, or raises TokenProblem
Authenticate = Callable[[Context, str], None]
#: key in the WSGI environment for the row of the caller
PERSON = "kitsulite.person"


class Caller(Plugin):
    name = "kitsulite-caller"

    def __init__(self, app: Any, authenticate: Authenticate) -> None:
        self.app, self.authenticate = app, authenticate

    def around(self, callback: Callback, route: bottle.Route) -> Callback:
        app, authenticate, kind = self.app, self.authenticate, route.config["allow"].kind
        most_json = MOST_PUBLIC_JSON if kind is None else MOST_JSON

        def called(**path: Any) -> Any:
            most = app.settings.max_json_length
            most = most if route.config.get("bulk") else min(most, most_json)
            ctx = Context(app, request=Request(bottle.request.environ, app.settings, most))
            if kind is not None:
                authenticate(ctx, kind)
                ctx.request.environ[PERSON] = ctx.person
            return callback(ctx, **path)

        return called
