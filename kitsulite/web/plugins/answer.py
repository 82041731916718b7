"""Turns the result of a function into the answer: a `Reply` as it is, JSON, or nothing with a 204."""

from typing import Any

import bottle

from kitsulite.web.plugins.plugin import Callback, Plugin
from kitsulite.web.reply import empty, json_reply


class Answer(Plugin):
    name = "kitsulite-answer"

    def around(self, callback: Callback, route: bottle.Route) -> Callback:
        status = route.config.get("status", 200)

        def answered(**path: Any) -> bottle.HTTPResponse:
            value = callback(**path)
            if isinstance(value, bottle.HTTPResponse):
                return value
            return empty() if status == 204 else json_reply(value, status)

        return answered
