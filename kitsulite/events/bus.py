"""Events: stored in the transaction of the change that they report, and published after the commit.

`emit` inserts the `api_event` row and queues the broadcast: no event of a write that is rolled back, and no write
without its event.
"""

import contextlib
import functools
import json
import logging
import threading

from kitsulite import clock
from kitsulite.events import names
from kitsulite.models.activity import ApiEvent
from kitsulite.models.fields import dump, next_id
from kitsulite.store.statements import insert_sql

log = logging.getLogger("kitsulite.events")
#: events per write while they are gathered
MANY = 1000


class Bus:
    """Passes committed events to the listeners of this process.

    `strict` makes `emit` refuse events that `events/names.py` does not list.
    """

    def __init__(self, strict=False):
        self.strict = strict
        #: whether `take_published` is called, see `events/elsewhere.py`
        self.follows = False
        self._published = []
        self._listeners = []
        self._lock = threading.Lock()

    @property
    def is_heard(self):
        """Whether there are listeners."""
        return bool(self._listeners)

    def listen(self, listener, with_about=False):
        """Call `listener(name, payload)` for every event, or `(name, payload, about)`; returns a function to stop."""
        entry = (listener, with_about)
        with self._lock:
            self._listeners.append(entry)
        return lambda: self._listeners.remove(entry)

    def note(self, first, last):
        """Note that this process publishes a range of committed rows in the event log."""
        if self._published and self._published[-1][1] + 1 == first:
            first = self._published.pop()[0]
        self._published.append((first, last))

    def take_published(self):
        """The ranges of rows that were noted since the last call."""
        published, self._published = self._published, []
        return published

    def publish(self, name, payload, about=None):
        """Call all listeners; exceptions are logged. `about`: see `events/audiences.py`."""
        for listener, with_about in list(self._listeners):
            try:
                listener(name, payload, *([about] if with_about else []))
            except Exception:
                log.exception("listener of %s", name)


def emit(ctx, name, payload, project_id=None, stored=True, about=None):
    """Emit an event in the running transaction.

    `project_id` is added to the payload if known. `stored=False` is for events that are only broadcast, as are those
    of a project that is being deleted, together with its log. `about`: the project or person, if the payload does not
    name it, see `events/audiences.py`.
    """
    if ctx.app.bus.strict:
        names.check(name, payload, project_id, stored)
    if ctx.deletion and project_id == ctx.deletion.project_id:
        ctx.deletion.events.add(name, with_project(payload, project_id), about)
        return
    if ctx.gathered is not None:
        if stored and about is None:
            ctx.gathered.append((name, payload, project_id))
            if len(ctx.gathered) >= MANY:
                write_gathered(ctx)
            return
        write_gathered(ctx)
    payload = with_project(payload, project_id)
    if stored:
        row = columns(next_id(), clock.now(), name, payload, ctx.person_id, project_id)
        number = ctx.db.execute(insert_sql(ApiEvent), row).lastrowid
        if ctx.app.bus.follows:
            ctx.db.after_commit(functools.partial(ctx.app.bus.note, number, number))
    # a partial, not a closure: long imports queue many of these
    ctx.db.after_commit(functools.partial(ctx.app.bus.publish, name, payload, about))


@contextlib.contextmanager
def gathering(ctx):
    """Write events that are emitted inside in order, many at a time; must be in a transaction."""
    ctx.gathered = []
    try:
        yield
        write_gathered(ctx)
    finally:
        ctx.gathered = None


def write_gathered(ctx):
    if ctx.gathered:
        events = ctx.gathered[:]
        ctx.gathered.clear()
        emit_many(ctx, events)


def emit_many(ctx, events):
    """Emit many stored events at once: a list of (name, payload, project_id)."""
    write_rows(ctx, event_rows(ctx, events))


def event_rows(ctx, events):
    """The rows of many events for `write_rows`; composed before the transaction, they keep nobody waiting."""
    if ctx.app.bus.strict:
        for name, payload, project_id in events:
            names.check(name, payload, project_id, True)
    now, person_id = clock.now(), ctx.person_id
    return [
        columns(next_id(), now, name, with_project(payload, project_id), person_id, project_id)
        for name, payload, project_id in events
    ]


def columns(event_id, now, name, payload, person_id, project_id):
    """The row of an event, in the order of its columns."""
    return (event_id, name, person_id, project_id, dump(payload), now, now)


def write_rows(ctx, rows):
    """Emit events given as `event_rows`; must be in a transaction."""
    if not rows:
        return
    last = ctx.db.value("SELECT max(rowid) FROM api_event") or 0
    ctx.db.insert_many(ApiEvent, rows)
    ctx.db.after_commit(functools.partial(publish_stored, ctx, last, last + len(rows)))


def publish_stored(ctx, before, last):
    """Publish stored events: those after row `before`, up to row `last`."""
    bus = ctx.app.bus
    if bus.follows:
        bus.note(before + 1, last)
    if bus.is_heard:
        for event in stored(ctx.db, before + 1, last):
            bus.publish(*event)


def stored(db, first, last):
    """The events in a range of rows of the log: (name, payload, project_id)."""
    sql = "SELECT name, data, project_id FROM api_event WHERE rowid BETWEEN ? AND ? ORDER BY rowid"
    rows = db.execute(sql, [first, last]).fetchall()
    return [(name, json.loads(data or "{}"), project_id) for name, data, project_id in rows]


def with_project(payload, project_id):
    return {**payload, "project_id": project_id} if project_id else dict(payload)
