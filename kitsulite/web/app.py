"""The Bottle application: the declared routes with their plugins, and errors as JSON."""

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

#: key of a WSGI environment for what a request has led to
HANDLED = "kitsulite.handled"
#: bodies that have begun: of others the first piece must be there before the head is sent
BEGUN = (bytes, FileBody, JsonStream)


class App(bottle.Bottle):
    """All declared routes. It can be mounted, take plugins and routes of others like every Bottle application.

    `authenticate(ctx, kind)` sets the caller of a request. Anybody who makes one adds what requests
    need: `settings`, `db`, and `live`, the WSGI application of the event stream.
    """

    settings: SimpleNamespace
    #: names under which requests are answered, in lower case without ports; None for any
    hosts: frozenset[str] | None = None
    # Bottle lets an attribute be set once only
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
        """Answer a request. What Bottle would make of a ready answer is this very answer."""
        environ[HANDLED] = out = super()._handle(environ)
        if isinstance(out, Reply):
            compressed(out, environ)
            if isinstance(out.body.pieces if isinstance(out.body, Packing) else out.body, BEGUN):
                # the thread keeps its environment until its next request
                del environ[HANDLED]
                return send(out, environ, start_response)
        return super().wsgi(environ, start_response)

    def _handle(self, environ: dict[str, Any]) -> Any:
        """What a request has led to, also if Bottle asks again."""
        return environ[HANDLED]

    def answer_preflight(self) -> None:
        """Answer a browser that asks whether it may call from another origin."""
        if self.settings.cors_allowed_origins:
            reply = cross_origin.preflight(bottle.request.environ)
            if reply:
                raise reply

    def default_error_handler(self, res: bottle.HTTPError) -> bottle.HTTPResponse:
        """The answer to what Bottle refuses, in the shape of all other refusals."""
        allow = res.get_header("Allow")
        body = {"error": True, "message": str(res.body)}
        return json_reply(body, res.status_code, [("Allow", allow)] if allow else ())
