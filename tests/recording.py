"""What a whole run of the tests has called and seen, for the rules that look at all of it."""

import os
import re
import threading

from kitsulite.events.bus import Bus
from kitsulite.models import TABLES
from kitsulite.web import app as web_app
from kitsulite.web.plugins import in_order
from kitsulite.web.plugins.plugin import Plugin

SECRETS = sorted({name for model in TABLES.values() for name, field in model.columns().items() if field.secret})
SECRET_KEY = re.compile(b'"(' + "|".join(SECRETS).encode() + b')":')


class Recorder(Plugin):
    """Notes what a route answers and changes, and the events that it emits."""

    name = "recorder"

    def __init__(self, app, recording):
        self.app, self.recording = app, recording

    def around(self, callback, route):
        def recorded(**path):
            connection, local = self.app.db.connection(), self.recording._local
            changes, local.emitted = connection.total_changes, []
            reply = callback(**path)
            self.recording.note((route.method, route.rule), reply, connection.total_changes - changes, local.emitted)
            return reply

        return recorded


class Recording:
    """Requests that were answered with success, by (method, rule) of their route."""

    def __init__(self):
        #: routes that a test called as they are meant to be called
        self.exercised = set()
        #: (event, its keys), emitted by a route
        self.emitted = set()
        #: route -> a test in which it changed rows without any event
        self.silent = {}
        #: (route, secret column) -> a test in which an answer held that key
        self.secrets = {}
        self._local = threading.local()

    def content(self):
        """All of it in plain values, for another process."""
        return {name: value for name, value in vars(self).items() if name != "_local"}

    def add(self, content):
        """Take over what another process has recorded."""
        for name, value in (content or {}).items():
            getattr(self, name).update(value)

    def start(self, patch):
        """Listen to every application of this process."""
        publish = Bus.publish

        def recorded_publish(bus, name, payload):
            if hasattr(self._local, "emitted"):
                self._local.emitted.append((name, frozenset(payload)))
            return publish(bus, name, payload)

        patch.setattr(web_app, "in_order", lambda app, *rest: [Recorder(app, self), *in_order(app, *rest)])
        patch.setattr(Bus, "publish", recorded_publish)

    def note(self, route, reply, changes, emitted):
        if reply.status_code >= 400:
            return
        test = os.environ.get("PYTEST_CURRENT_TEST", "").partition(" ")[0]
        if "test_bad_input" not in test:
            self.exercised.add(route)
        self.emitted.update(emitted)
        if changes and not emitted:
            self.silent.setdefault(route, test)
        if isinstance(reply.body, bytes):
            for key in SECRET_KEY.findall(reply.body):
                self.secrets.setdefault((route, key.decode()), test)
