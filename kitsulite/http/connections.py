"""Decides which connections to close when there are too many, or when clients are too slow."""

import collections
import contextlib
import errno
import json
import logging
import socket
import time

log = logging.getLogger("kitsulite")
#: seconds within which the head of a request must have arrived
HEAD_SECONDS = 15
#: seconds without a complete head after which a connection counts as half open
FRESH = 1
#: share of all connections that one address may hold; not for this machine, where a proxy may run
SHARE = 0.5
LOOPBACK = ("127.0.0.1", "::1")
#: seconds between two looks, and between two log lines about the same problem
PAUSE, SAID_EACH = 1, 60
#: the answers if there are too many connections, and if a head takes too long
FULL = json.dumps({"error": True, "message": "There are too many connections: try again."}).encode()
LATE = json.dumps({"error": True, "message": "The request did not arrive in time."}).encode()
ANSWER = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n%b\r\n%b"
NO_ROOM = ANSWER % (b"503 Service Unavailable", len(FULL), b"Retry-After: 5\r\n", FULL)
TOO_LATE = ANSWER % (b"408 Request Timeout", len(LATE), b"", LATE)


class Connections:
    """Closes connections that are not used, so that there is always room for the next.

    First half-open ones, the longest waiting first; then idle ones without a token, new ones, and idle ones with a
    token, whose clients connect again by themselves. Running requests are not interrupted.
    """

    def __init__(self, server, most):
        self.server, self.most = server, most
        self._looked = 0.0
        self._said = -SAID_EACH
        self._accept, server.accept = server.accept, self.accept

    def look(self):
        """Close connections that are late or too many; once a second, or always if there is little room."""
        active = self.server.active_channels
        now = time.time()
        if now < self._looked + PAUSE and len(active) < self.most * 0.9:
            return
        self._looked = now
        self.server.maintenance(now)
        channels = list(active.values())
        for channel in channels:
            if channel.head_awaited_since is not None and now - channel.head_awaited_since > HEAD_SECONDS:
                # browsers open connections in advance, and expect no answer before their first request
                turn_away(channel, TOO_LATE if channel.request else b"")
        by_address = collections.defaultdict(list)
        for channel in channels:
            by_address[channel.addr[0]].append(channel)
        for address, theirs in by_address.items():
            if address not in LOOPBACK:
                self.close(theirs, len(theirs) - int(self.most * SHARE))
        left = [channel for channel in channels if not channel.will_close]
        if len(left) >= self.most * 0.9:
            self.close(left, len(left) - int(self.most * 0.8))
        for channel in channels:
            if channel.will_close:
                channel.handle_close()

    def close(self, channels, number):
        """Close up to this number of idle connections."""
        if number <= 0:
            return
        spare = [channel for channel in channels if channel.is_idle() and not channel.will_close]
        for channel in sorted(spare, key=worth)[:number]:
            turn_away(channel, NO_ROOM)

    def accept(self):
        """Accept a connection unless there are too many; if no file handles are left, idle ones are closed."""
        try:
            accepted = self._accept()
            if accepted and sum(not c.will_close for c in self.server.active_channels.values()) >= self.most:
                refuse(accepted[0], NO_ROOM)
                return None
            return accepted
        except OSError as error:
            if error.errno not in (errno.EMFILE, errno.ENFILE):
                raise
            self.close(list(self.server.active_channels.values()), 10)
            if time.monotonic() > self._said + SAID_EACH:
                self._said = time.monotonic()
                log.warning("no file handles are left (%s): idle connections are closed; see ulimit -n", error.strerror)
            # otherwise the loop would try again at once, endlessly
            time.sleep(0.01)
            return None


def turn_away(channel, answer):
    """Close a connection, with this answer if it has not completed a request."""
    channel.will_close = True
    if channel.head_awaited_since is not None:
        with contextlib.suppress(OSError):
            channel.socket.send(answer)


def refuse(connection, answer):
    """Answer a new connection without reading a request, and close it."""
    with contextlib.suppress(OSError), connection:
        connection.setblocking(False)
        connection.send(answer)
        connection.shutdown(socket.SHUT_WR)
        # closing a socket with unread data would discard the answer
        connection.recv(1 << 16)


def worth(channel):
    """Sort key of connections: those with the lowest are closed first."""
    awaited = channel.head_awaited_since
    if awaited is not None:
        return (0 if awaited < time.time() - FRESH else 2, awaited)
    return (3 if channel.is_known else 1, channel.last_activity)
