"""The WSGI application: paths, methods, callers, answers."""

import contextlib
import errno
import logging

import bottle

from kitsulite.context import Context
from kitsulite.errors import ApiError, DiskFull
from kitsulite.models.fields import BadValue
from kitsulite.web import errors
from kitsulite.web.reply import Reply, empty, json_reply
from kitsulite.web.request import Request
from kitsulite.web.router import clean_path, router

log = logging.getLogger("kitsulite")
NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
METHODS = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"


class WebApp:
    """Answers requests with the declared routes.

    `app` holds what a context needs (`db`, `settings`); `authenticate(ctx, kind)` sets its caller.
    """

    def __init__(self, app, authenticate):
        self.app = app
        self.authenticate = authenticate
        self.router = router()

    def __call__(self, environ, start_response):
        environ["PATH_INFO"] = clean_path(environ.get("PATH_INFO", ""))
        if environ["PATH_INFO"] == "/socket.io":
            return self.app.live(environ, start_response)
        reply = self.cross_origin(environ) or self.answer(environ)
        body = reply.start(start_response, self.origin_headers(environ))
        if environ["REQUEST_METHOD"] == "HEAD":
            if hasattr(body, "close"):
                body.close()
            return []
        return body

    def answer(self, environ):
        """The reply to a request, whatever happens on the way."""
        try:
            route, path = self.find(environ)
            if isinstance(route, Reply):
                return route
            return self.call(route, path, Request(environ, self.app.settings))
        except (ApiError, BadValue) as error:
            return errors.reply_to(error)
        except OSError as error:
            log.exception("%s %s", environ["REQUEST_METHOD"], environ["PATH_INFO"])
            return errors.reply_to(DiskFull()) if error.errno in NO_SPACE else errors.internal()
        except Exception:
            log.exception("%s %s", environ["REQUEST_METHOD"], environ["PATH_INFO"])
            return errors.internal()

    def find(self, environ):
        """The route and the path parameters of a request, or a ready reply."""
        method = environ["REQUEST_METHOD"]
        try:
            return self.router.match(environ)
        except bottle.HTTPError as error:
            if error.status_code != 405:
                return errors.problem(404, "404 Not Found: There is no such route."), {}
            allowed = set(error.get_header("Allow").split(","))
        allowed |= {"OPTIONS"} | ({"HEAD"} if "GET" in allowed else set())
        header = [("Allow", ", ".join(sorted(allowed)))]
        if method == "OPTIONS":
            return Reply(b"", 200, header, "text/html; charset=utf-8"), {}
        return errors.problem(405, "The method is not allowed for the requested URL.", header), {}

    def call(self, route, path, request):
        """Authenticate, read the body, run the route in its transaction."""
        ctx = Context(self.app, request=request)
        if not route.allow.public:
            self.authenticate(ctx, route.allow.kind)
        if route.method != "GET":
            request.read()
        with self.transaction(route):
            value = route.call(ctx, path)
        if isinstance(value, Reply):
            return value
        return empty() if route.status == 204 else json_reply(value, route.status)

    def transaction(self, route):
        """What a route runs in: writes are one transaction, reads see one state of the file."""
        if route.transaction:
            return self.app.db.write()
        return self.app.db.read() if route.method == "GET" else contextlib.nullcontext()

    # Cross-origin calls, closed unless origins are set

    def cross_origin(self, environ):
        """The reply to a preflight, where cross-origin calls are on."""
        asked = environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD")
        if not (self.app.settings.cors_allowed_origins and asked and environ["REQUEST_METHOD"] == "OPTIONS"):
            return None
        headers = [("Access-Control-Allow-Methods", METHODS)]
        if environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS"):
            headers.append(("Access-Control-Allow-Headers", environ["HTTP_ACCESS_CONTROL_REQUEST_HEADERS"]))
        return Reply(b"", 200, headers, "text/html; charset=utf-8")

    def origin_headers(self, environ):
        allowed = self.app.settings.cors_allowed_origins
        if not allowed:
            return ()
        origin = environ.get("HTTP_ORIGIN", allowed[0])
        vary = ("Vary", "Origin")
        if origin not in allowed:
            return (vary,)
        return (("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Credentials", "true"), vary)
