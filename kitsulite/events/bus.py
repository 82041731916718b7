"""Events: written with the change that they report, published once it is safe.

`emit` puts the `api_event` row into the running transaction and queues the broadcast for
after the commit: no event of a write that was taken back, no write without its event.
"""

import logging
import threading

from kitsulite.events import names
from kitsulite.models.activity import ApiEvent

log = logging.getLogger("kitsulite.events")


class Bus:
    """Hands committed events to the listeners of this process.

    `strict` makes `emit` refuse events that are not in the table of `events/names.py`.
    """

    def __init__(self, strict=False):
        self.strict = strict
        self._listeners = []
        self._lock = threading.Lock()

    def listen(self, listener):
        """Call `listener(name, payload)` for every event; returns what ends that."""
        with self._lock:
            self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def publish(self, name, payload):
        """Call all listeners; an exception is logged and stops none."""
        for listener in list(self._listeners):
            try:
                listener(name, payload)
            except Exception:
                log.exception("listener of %s", name)


def emit(ctx, name, payload, project_id=None, stored=True):
    """Emit an event in the running transaction.

    `project_id` is added to the payload if it is known; `stored=False` for events that
    are only broadcast.
    """
    if ctx.app.bus.strict:
        names.check(name, payload, project_id, stored)
    payload = {**payload, "project_id": project_id} if project_id else dict(payload)
    if stored:
        ctx.db.add(ApiEvent, name=name, data=payload, user_id=ctx.person_id, project_id=project_id)
    ctx.db.after_commit(lambda: ctx.app.bus.publish(name, payload))
