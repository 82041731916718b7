"""Calls of the API inside this process, without a port."""

from kitsulite.auth import tokens
from kitsulite.client import Client
from kitsulite.errors import SetupError


def call(app, method, path, person=None, body=None):
    """The Answer to a request of a person, by default of the operator; `path` includes the query, but not /api."""
    token = tokens.pair(app.settings, person["id"])[0] if person else None
    return Client("", token, app if person else as_operator(app)).call(method, path, body)


def as_operator(app):
    """The WSGI application for a caller who is an administrator without an account."""
    return lambda environ, start_response: app({**environ, tokens.OPERATOR: True}, start_response)


def changed(answer):
    """The JSON of an answer; raises SetupError with the message of a refusal."""
    if answer.status >= 400:
        raise SetupError(answer.message)
    return answer.json if answer.content else None
