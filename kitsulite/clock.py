"""The time, in the forms in which it is stored and shown."""

import datetime as dt
import threading
import time

EPOCH, SECOND = dt.datetime(1970, 1, 1), dt.timedelta(seconds=1)


def of_machine():
    """The moment by the clock of the machine, naive UTC."""
    return dt.datetime.now(dt.timezone.utc).replace(tzinfo=None)


#: the clock that counts; a test may put another one in its place
source = of_machine


def utc_now():
    """The moment, naive UTC."""
    return source()


def stored(moment):
    """A naive UTC moment as it is stored: 26 characters, so that text order is time order."""
    return moment.isoformat(timespec="microseconds")


def now():
    """The moment as it is stored."""
    return stored(utc_now())


def unix():
    """The moment in whole seconds since 1970: each request asks for it."""
    return int(time.time()) if source is of_machine else since_1970(source())


def since_1970(moment):
    """Whole seconds since 1970 of a naive UTC moment."""
    return (moment - EPOCH) // SECOND


class Order:
    """Strictly increasing moments, even if the clock is set back: they say what came first."""

    def __init__(self):
        self._last = ""
        self._lock = threading.Lock()

    def next(self):
        """Now as it is stored, or the next microsecond after the last one."""
        with self._lock:
            following = self._last and stored(dt.datetime.fromisoformat(self._last) + dt.timedelta(microseconds=1))
            self._last = max(now(), following)
            return self._last

    def follow(self, moment):
        """Continue after a moment of an earlier run."""
        with self._lock:
            self._last = max(self._last, moment)


def ago(**duration):
    """The stored form of a moment that lies a `timedelta(**duration)` back."""
    return stored(utc_now() - dt.timedelta(**duration))


def ahead(**duration):
    """The stored form of a moment that lies a `timedelta(**duration)` ahead."""
    return stored(utc_now() + dt.timedelta(**duration))


def today():
    """The server's day (UTC), YYYY-MM-DD."""
    return utc_now().date().isoformat()


def seconds(shown):
    """Seconds since 1970 of a moment as it is stored or shown."""
    return since_1970(dt.datetime.fromisoformat(shown))
