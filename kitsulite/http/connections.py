"""Which connections stay open when there are too many, or when a client takes its time."""

import collections
import errno
import logging
import time

log = logging.getLogger("kitsulite")
#: seconds within which the head of a request must have arrived
HEAD_SECONDS = 15
#: seconds that the head of a request may be under way before the connection counts as half open
FRESH = 1
#: share of all connections that one address may hold, but those of this machine: it may be a proxy
SHARE = 0.5
LOOPBACK = ("127.0.0.1", "::1")
#: seconds between two looks, and between two lines of the log on the same trouble
PAUSE, SAID_EACH = 1, 60


class Connections:
    """Closes those that are of no use, so that there is always room for the next.

    First those on which no head of a request has arrived, the longest first; then idle ones of strangers, new
    ones, and idle ones of clients that have shown a token, which come again by themselves. Requests under way go on.
    """

    def __init__(self, server, most):
        self.server, self.most = server, most
        self._looked = 0.0
        self._said = -SAID_EACH
        self._accept, server.accept = server.accept, self.accept

    def look(self):
        """Once a second, or when there is little room: close what is late or too much."""
        channels = self.server.active_channels
        now = time.time()
        if now < self._looked + PAUSE and len(channels) < self.most * 0.9:
            return
        self._looked = now
        found = list(channels.values())
        for channel in found:
            if channel.head_awaited_since is not None and now - channel.head_awaited_since > HEAD_SECONDS:
                channel.will_close = True
        by_address = collections.defaultdict(list)
        for channel in found:
            by_address[channel.addr[0]].append(channel)
        for address, theirs in by_address.items():
            if address not in LOOPBACK:
                self.close(theirs, len(theirs) - int(self.most * SHARE))
        left = [channel for channel in found if not channel.will_close]
        if len(left) >= self.most * 0.9:
            self.close(left, len(left) - int(self.most * 0.8))

    def close(self, channels, number):
        """Close so many of these connections, if they can be spared."""
        if number <= 0:
            return
        spare = [channel for channel in channels if channel.is_idle() and not channel.will_close]
        for channel in sorted(spare, key=worth)[:number]:
            channel.will_close = True

    def accept(self):
        """Accept a connection; without file handles left, idle ones make room."""
        try:
            return self._accept()
        except OSError as error:
            if error.errno not in (errno.EMFILE, errno.ENFILE):
                raise
            self.close(list(self.server.active_channels.values()), 10)
            if time.monotonic() > self._said + SAID_EACH:
                self._said = time.monotonic()
                log.warning("no file handles are left (%s): idle connections are closed; see ulimit -n", error.strerror)
            # otherwise the loop would ask again at once, for ever
            time.sleep(0.01)
            return None


def worth(channel):
    """Connections in the order in which they are closed."""
    awaited = channel.head_awaited_since
    if awaited is not None:
        return (0 if awaited < time.time() - FRESH else 2, awaited)
    return (3 if channel.is_known else 1, channel.last_activity)
