"""Records what the tests have called and seen, for the rules about the whole run."""

import collections
import functools
import json
import os
import re
import threading

import jsonschema
from rules.statements import Statements
from rules.whole_run import AT_RANDOM

from kitsulite.application import declared_routes
from kitsulite.events.audiences import about_of, word_of
from kitsulite.events.bus import Bus
from kitsulite.events.names import EVENTS
from kitsulite.models import TABLES
from kitsulite.web import app as web_app
from kitsulite.web.openapi.document import document as openapi_document
from kitsulite.web.openapi.operations import PARAMETER
from kitsulite.web.plugins import in_order
from kitsulite.web.plugins.plugin import Plugin

#: how many answers of a route each process compares with the API description
COMPARED = 20
#: how many items of a list are compared
ITEMS = 5
#: audiences of events that need neither a project nor a person
FOR_ALL = ("everybody", "managers", "admins")
SECRETS = sorted({name for model in TABLES.values() for name, field in model.columns().items() if field.secret})
SECRET_KEY = re.compile(b'"(' + "|".join(SECRETS).encode() + b')":')


def running_test():
    return os.environ.get("PYTEST_CURRENT_TEST", "").partition(" ")[0]


class Recorder(Plugin):
    """A plugin that records the answers, changes and events of routes."""

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
    """The record: successful requests by the (method, rule) of their route, and findings."""

    def __init__(self):
        #: routes that a test called successfully
        self.exercised = set()
        #: (event, keys) emitted by a route
        self.emitted = set()
        #: route -> a test in which it changed rows without an event
        self.silent = {}
        #: (route, secret column) -> a test in which the answer contained it
        self.secrets = {}
        #: (event without the project or person that it is for, test)
        self.homeless = set()
        #: route -> (test, how an answer differed from the description)
        self.unlike = {}
        #: "file what table" -> a statement that reads or sorts a whole growing table
        self.costly = {}
        self._compared = collections.Counter()
        self._local = threading.local()

    def content(self):
        """The record as plain values, for another process."""
        return {name: value for name, value in vars(self).items() if name[0] != "_"}

    def add(self, content):
        """Add the record of another process."""
        for name, value in (content or {}).items():
            getattr(self, name).update(value)

    def start(self, patch):
        """Record every application of this process."""
        publish = Bus.publish

        def recorded_publish(bus, name, payload, about=None):
            if hasattr(self._local, "emitted"):
                self._local.emitted.append((name, frozenset(payload)))
                if word_of(name) not in FOR_ALL and not about_of(name, payload, about):
                    self.homeless.add((name, running_test()))
            return publish(bus, name, payload, about)

        patch.setattr(web_app, "in_order", lambda app, *rest: [Recorder(app, self), *in_order(app, *rest)])
        Statements(self.note_costly).start(patch)
        patch.setattr(Bus, "publish", recorded_publish)
        patch.setattr(Bus, "is_heard", True)

    def note_costly(self, place, sql):
        """Note a costly statement."""
        if not running_test().startswith(AT_RANDOM):
            self.costly.setdefault(place, sql)

    def note(self, route, reply, changes, emitted):
        if reply.status_code >= 400:
            return
        test = running_test()
        if "test_bad_input" not in test:
            self.exercised.add(route)
        self.emitted.update(emitted)
        if changes and not emitted:
            self.silent.setdefault(route, test)
        if isinstance(reply.body, bytes) and reply.content_type == "application/json":
            self.compare(route, reply, test)
            for key in SECRET_KEY.findall(reply.body):
                self.secrets.setdefault((route, key.decode()), test)

    def compare(self, route, reply, test):
        """Note an answer that differs from the API description; only the first ones of each route are compared."""
        self._compared[route] += 1
        shape = described().get((*route, reply.status_code))
        if shape is None or self._compared[route] > COMPARED:
            return
        wrong = next(shape.iter_errors(shortened(json.loads(reply.body))), None)
        if wrong:
            while wrong.context:
                wrong = max(wrong.context, key=lambda inner: len(inner.absolute_path))
            self.unlike.setdefault(route, f"{test}: {wrong.json_path}: {wrong.message[:200]}")


def shortened(value):
    """A JSON value, in which lists are cut to their first items."""
    if isinstance(value, dict):
        return {key: shortened(inner) for key, inner in value.items()}
    return [shortened(item) for item in value[:ITEMS]] if isinstance(value, list) else value


@functools.cache
def described():
    """(method, rule, status) -> the schema of the answer, unless it allows anything."""
    document = openapi_document(declared_routes(), "http://kitsulite.test", EVENTS)
    found = {}
    for route in declared_routes():
        path = PARAMETER.sub(r"{\1}", route.rule)
        answer = document["paths"][path][route.method.lower()]["responses"][str(route.status)]
        shape = answer.get("content", {}).get("application/json", {}).get("schema")
        if shape:
            whole = {**shape, "components": document["components"]}
            found[route.method, route.rule, route.status] = jsonschema.Draft202012Validator(whole)
    return found
