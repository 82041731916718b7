"""Calls of the API inside the process, without a port."""

from kitsulite.auth import tokens
from kitsulite.client import Client
from kitsulite.errors import SetupError


def call(app, method, path, person, body=None):
    """The Answer to a request of this person; `path` with its query, without /api."""
    return Client("", tokens.pair(app.settings, person["id"])[0], app).call(method, path, body)


def changed(answer):
    """The JSON of an answer; what the API refused is a SetupError with its message."""
    if answer.status >= 400:
        raise SetupError(answer.message)
    return answer.json if answer.content else None
