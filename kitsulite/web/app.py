"""The Bottle application with the declared routes, their plugins, and errors as JSON."""

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import bottle

from kitsulite.store.json_stream import JsonStream
from kitsulite.web import cross_origin, known_hosts
from kitsulite.web.compression import Packing, compressed
from kitsulite.web.pages import Pages
from kitsulite.web.plugins import Authenticate, in_order
from kitsulite.web.reply import FileBody, Reply, json_reply, send
from kitsulite.web.route import DECLARED, Route
from kitsulite.web.router import Router, clean_path

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

#: key in the WSGI environment for the result of a request
HANDLED = "kitsulite.handled"
#: bodies whose head may be sent at once; of others, the first piece must be there before
BEGUN = (bytes, FileBody, JsonStream)


class App(bottle.Bottle):
    """All declared routes. It can be mounted and extended with plugins and routes like every Bottle application.

    `authenticate(ctx, kind)` sets the caller of a request. Subclasses add what requests need: `settings`, `db`, and
    `live`, the WSGI application of the event stream.
    """

    settings: SimpleNamespace
    #: names under which requests are answered, in lower case without ports; None for any
    hosts: frozenset[str] | None = None
    # Bottle allows setting an attribute only once
    __setattr__ = object.__setattr__

    def __init__(self, authenticate: Authenticate) -> None:
        super().__init__()
        self.pages = Pages()
        self.router = Router()
        for plugin in in_order(self, authenticate):
            self.install(plugin)
        for method, rule, function, options in DECLARED:
            self.add_route(Route(self, rule, method, function, **options))
        self.add_hook("before_request", self.answer_preflight)

    @property
    def live(self) -> "WSGIApplication":
        raise NotImplementedError

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if self.hosts is not None and (refusal := known_hosts.refusal(self.hosts, environ)):
            return send(refusal, environ, start_response)
        page = self.pages.answer(environ)
        if page is not None:
            return send(page, environ, start_response)
        environ["PATH_INFO"] = clean_path(environ.get("PATH_INFO", ""))
        if environ["PATH_INFO"] == "/socket.io":
            return self.live(environ, start_response)
        if self.settings.cors_allowed_origins:
            start_response = cross_origin.allowing(self.settings.cors_allowed_origins, environ, start_response)
        return super().__call__(environ, start_response)

    def wsgi(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer a request; a ready answer is sent as it is, without a detour through Bottle."""
        environ[HANDLED] = out = super()._handle(environ)
        if isinstance(out, Reply):
            compressed(out, environ)
            if isinstance(out.body.pieces if isinstance(out.body, Packing) else out.body, BEGUN):
                # a thread keeps the environment until its next request
                del environ[HANDLED]
                return send(out, environ, start_response)
        return super().wsgi(environ, start_response)

    def _handle(self, environ: dict[str, Any]) -> Any:
        """Handle a request once, even if Bottle asks again for its result."""
        return environ[HANDLED]

    def answer_preflight(self) -> None:
        """Answer the preflight request of a browser for a call from another origin."""
        if self.settings.cors_allowed_origins:
            reply = cross_origin.preflight(bottle.request.environ)
            if reply:
                raise reply

    def default_error_handler(self, res: bottle.HTTPError) -> bottle.HTTPResponse:
        """The answer for errors of Bottle, in the shape of all others."""
        allow = res.get_header("Allow")
        body = {"error": True, "message": str(res.body)}
        return json_reply(body, res.status_code, [("Allow", allow)] if allow else ())
