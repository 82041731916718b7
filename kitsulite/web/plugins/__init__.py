"""The steps around a declared route: Bottle plugins, one per file, in the order of a request.

They apply to routes with a permission (`allow`) in their config. A route without one is a plain Bottle route: its
function gets no context, and needs no token.
"""

from typing import Any

from kitsulite.web.plugins.answer import Answer
from kitsulite.web.plugins.body import Body
from kitsulite.web.plugins.caller import Authenticate, Caller
from kitsulite.web.plugins.errors import Errors
from kitsulite.web.plugins.permission import Permission
from kitsulite.web.plugins.plugin import Plugin
from kitsulite.web.plugins.transaction import Reading, Transaction
from kitsulite.web.plugins.turn import Turn

__all__ = [
    "Answer",
    "Authenticate",
    "Body",
    "Caller",
    "Errors",
    "Permission",
    "Plugin",
    "Reading",
    "Transaction",
    "Turn",
    "in_order",
]


def in_order(app: Any, authenticate: Authenticate) -> list[Plugin]:
    """The plugins of an application, outermost first."""
    return [
        Errors(),
        Answer(),
        Turn(),
        Reading(app),
        Caller(app, authenticate),
        Transaction(app),
        Permission(before_body=True),
        Body(),
        Permission(before_body=False),
    ]
