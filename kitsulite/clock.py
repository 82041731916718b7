"""The current time, in the forms in which it is stored and shown."""

import datetime as dt
import threading
import time

EPOCH, SECOND = dt.datetime(1970, 1, 1), dt.timedelta(seconds=1)


def of_machine():
    """The time of the machine, naive UTC."""
    return dt.datetime.now(dt.timezone.utc).replace(tzinfo=None)


#: the clock in use, which tests may replace
source = of_machine


def utc_now():
    """The current time, naive UTC."""
    return source()


def stored(moment):
    """The stored form of a naive UTC moment: 26 characters, so that text order is time order."""
    return moment.isoformat(timespec="microseconds")


def now():
    """The stored form of the current time."""
    return stored(utc_now())


def unix():
    """The moment in whole seconds since 1970: each request asks for it."""
    return int(time.time()) if source is of_machine else since_1970(source())


def since_1970(moment):
    """Whole seconds since 1970 of a naive UTC moment."""
    return (moment - EPOCH) // SECOND


class Order:
    """Strictly increasing moments, even if the clock is set back, which show what came first."""

    def __init__(self):
        self._last = ""
        self._lock = threading.Lock()

    def next(self):
        """The stored form of now, or of the microsecond after the last moment."""
        with self._lock:
            following = self._last and stored(dt.datetime.fromisoformat(self._last) + dt.timedelta(microseconds=1))
            self._last = max(now(), following)
            return self._last

    def follow(self, moment):
        """Continue after a moment of an earlier run."""
        with self._lock:
            self._last = max(self._last, moment)


def ago(**duration):
    """The stored form of the moment a `timedelta(**duration)` ago."""
    return stored(utc_now() - dt.timedelta(**duration))


def ahead(**duration):
    """The stored form of the moment a `timedelta(**duration)` ahead."""
    return stored(utc_now() + dt.timedelta(**duration))


def today():
    """The server's day (UTC), YYYY-MM-DD."""
    return utc_now().date().isoformat()


def seconds(shown):
    """Seconds since 1970 of a moment in stored or shown form."""
    return since_1970(dt.datetime.fromisoformat(shown))
