"""The clock of the servers in this process, controlled by a test."""

import datetime as dt

from kitsulite import clock


class Clock:
    """Stands still or jumps ahead on demand. It applies to every server in this process, and to no other program.

    server.clock.freeze("2026-03-01")
    server.clock.tick(days=1)
    """

    def __init__(self) -> None:
        self._frozen: dt.datetime | None = None
        self._ahead = dt.timedelta()

    @property
    def now(self) -> dt.datetime:
        """The current time, naive UTC."""
        return clock.utc_now()

    def freeze(self, moment: "str | dt.datetime | dt.date | None" = None) -> None:
        """Stop the clock, at a moment (ISO 8601, UTC if it has no zone) or now."""
        self._frozen = self.now if moment is None else naive(moment)
        clock.source = self._moment

    def tick(self, **duration: float) -> None:
        """Jump ahead by a `timedelta(**duration)`; a stopped clock stays stopped."""
        step = dt.timedelta(**duration)
        if self._frozen is None:
            self._ahead += step
        else:
            self._frozen += step
        clock.source = self._moment

    def release(self) -> None:
        """Follow the clock of the machine again."""
        self._frozen, self._ahead = None, dt.timedelta()
        if clock.source == self._moment:
            clock.source = clock.of_machine

    def _moment(self) -> dt.datetime:
        return self._frozen or clock.of_machine() + self._ahead


def naive(moment: "str | dt.datetime | dt.date") -> dt.datetime:
    """A moment as naive UTC."""
    if isinstance(moment, str):
        moment = dt.datetime.fromisoformat(moment.replace("Z", "+00:00"))
    elif not isinstance(moment, dt.datetime):
        moment = dt.datetime(moment.year, moment.month, moment.day)
    return moment.astimezone(dt.timezone.utc).replace(tzinfo=None) if moment.tzinfo else moment
