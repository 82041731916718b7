"""Turns errors into answers: refusals for the client, or a logged 500."""

import logging
from typing import Any

import bottle

from kitsulite.errors import NO_SPACE, ApiError, DiskFull
from kitsulite.models.fields import BadValue
from kitsulite.web import errors
from kitsulite.web.plugins.plugin import Callback, Plugin

log = logging.getLogger("kitsulite")


class Errors(Plugin):
    name = "kitsulite-errors"

    def around(self, callback: Callback, route: bottle.Route) -> Callback:
        def answered(**path: Any) -> Any:
            try:
                return callback(**path)
            except (ApiError, BadValue) as error:
                return errors.reply_to(error)
            except bottle.HTTPResponse:
                raise
            except OSError as error:
                log.exception("%s %s", route.method, bottle.request.path)
                return errors.reply_to(DiskFull()) if error.errno in NO_SPACE else errors.internal()
            except Exception:
                log.exception("%s %s", route.method, bottle.request.path)
                return errors.internal()

        return answered
