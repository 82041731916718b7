"""Events: written with the change that they report, published once it is safe.

`emit` puts the `api_event` row into the running transaction and queues the broadcast for
after the commit: no event of a write that was taken back, no write without its event.
"""

import functools
import logging
import threading

from kitsulite import clock
from kitsulite.events import names
from kitsulite.models.activity import ApiEvent
from kitsulite.models.fields import dump, new_id
from kitsulite.store.database import marks

log = logging.getLogger("kitsulite.events")


class Bus:
    """Hands committed events to the listeners of this process.

    `strict` makes `emit` refuse events that are not in the table of `events/names.py`.
    """

    def __init__(self, strict=False):
        self.strict = strict
        self._listeners = []
        self._lock = threading.Lock()

    def listen(self, listener, with_about=False):
        """Call `listener(name, payload)` for every event, or `(name, payload, about)`; returns what ends that."""
        entry = (listener, with_about)
        with self._lock:
            self._listeners.append(entry)
        return lambda: self._listeners.remove(entry)

    def publish(self, name, payload, about=None):
        """Call all listeners; an exception is logged and stops none. `about`: see `events/audiences.py`."""
        for listener, with_about in list(self._listeners):
            try:
                listener(name, payload, *([about] if with_about else []))
            except Exception:
                log.exception("listener of %s", name)


def emit(ctx, name, payload, project_id=None, stored=True, about=None):
    """Emit an event in the running transaction.

    `project_id` is added to the payload if it is known; `stored=False` for events that
    are only broadcast. `about`: the project or person that a payload does not name, see `events/audiences.py`.
    """
    if ctx.app.bus.strict:
        names.check(name, payload, project_id, stored)
    payload = with_project(payload, project_id)
    if stored:
        ctx.db.add(ApiEvent, name=name, data=payload, user_id=ctx.person_id, project_id=project_id)
    # long imports hold many of these
    ctx.db.after_commit(functools.partial(ctx.app.bus.publish, name, payload, about))


def emit_many(ctx, events):
    """Emit many events that the log keeps at once: a list of (name, payload, project_id)."""
    if ctx.app.bus.strict:
        for name, payload, project_id in events:
            names.check(name, payload, project_id, True)
    told = [(name, with_project(payload, project_id), project_id) for name, payload, project_id in events]
    now = clock.now()
    columns = ("id", "created_at", "updated_at", "name", "data", "user_id", "project_id")
    ctx.db.execute_many(
        f"INSERT INTO api_event ({', '.join(columns)}) VALUES ({marks(columns)})",
        [(new_id(), now, now, name, dump(payload), ctx.person_id, project_id) for name, payload, project_id in told],
    )
    ctx.db.after_commit(lambda: [ctx.app.bus.publish(name, payload) for name, payload, _ in told])


def with_project(payload, project_id):
    return {**payload, "project_id": project_id} if project_id else dict(payload)
