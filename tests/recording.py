"""What a whole run of the tests has called and seen, for the rules that look at all of it."""

import os
import re
import threading

from kitsulite.events.bus import Bus
from kitsulite.models import TABLES
from kitsulite.web.app import WebApp

SECRETS = sorted({name for model in TABLES.values() for name, field in model.columns().items() if field.secret})
SECRET_KEY = re.compile(b'"(' + "|".join(SECRETS).encode() + b')":')


class Recording:
    """Requests that were answered with success, by (method, rule) of their route."""

    def __init__(self):
        #: routes that a test called as they are meant to be called
        self.exercised = set()
        #: (event, its keys), told by a route
        self.told = set()
        #: route -> a test in which it changed rows without any event
        self.silent = {}
        #: (route, secret column) -> a test in which an answer held that key
        self.secrets = {}
        self._local = threading.local()

    def start(self, patch):
        """Listen to every application of this process."""
        call, publish = WebApp.call, Bus.publish

        def recorded_call(web, route, path, request):
            connection = web.app.db.connection()
            changes, self._local.told = connection.total_changes, []
            reply = call(web, route, path, request)
            self.note((route.method, route.rule), reply, connection.total_changes - changes, self._local.told)
            return reply

        def recorded_publish(bus, name, payload):
            if hasattr(self._local, "told"):
                self._local.told.append((name, frozenset(payload)))
            return publish(bus, name, payload)

        patch.setattr(WebApp, "call", recorded_call)
        patch.setattr(Bus, "publish", recorded_publish)

    def note(self, route, reply, changes, told):
        if reply.status >= 400:
            return
        test = os.environ.get("PYTEST_CURRENT_TEST", "").partition(" ")[0]
        if "test_bad_input" not in test:
            self.exercised.add(route)
        self.told.update(told)
        if changes and not told:
            self.silent.setdefault(route, test)
        if isinstance(reply.body, bytes):
            for key in SECRET_KEY.findall(reply.body):
                self.secrets.setdefault((route, key.decode()), test)
