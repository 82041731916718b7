"""Reads from all connections, and sends the data that clients did not accept at once."""

import collections
import selectors

from waitress import wasyncore

#: seconds between two looks at connections on which nothing happens
PAUSE = 1


class Loop:
    """Waits for connections. Only the leading thread calls this, except for `tell` and `wake`.

    The system remembers which events are awaited on which connection, so that idle ones cost nothing.
    """

    def __init__(self, server, look):
        """`look()` is called before each turn."""
        self._server, self._look = server, look
        self._calls, self._is_closed = collections.deque(), False
        self._selector = selectors.DefaultSelector()
        self._own = (server, server.trigger)
        for part in self._own:
            self._selector.register(part.socket, selectors.EVENT_READ, part)

    def turn(self, has_work):
        """Wait for events, or only look for them if there is work to do; then read and send."""
        self._look()
        while self._calls:
            # a call may queue a request, which must not wait for events
            has_work = True
            self._calls.popleft()()
        pause = PAUSE if self._server.active_channels else None
        for key, events in self._selector.select(0 if has_work else pause):
            part = key.data
            try:
                if events & selectors.EVENT_READ:
                    part.handle_read_event()
                if events & selectors.EVENT_WRITE:
                    part.handle_write_event()
            except Exception:
                if part in self._own:
                    raise
                part.handle_error()

    def watch(self, channel, events):
        """Wait for these events on a connection from now on."""
        if not channel.watched:
            self._selector.register(channel.socket, events, channel)
        elif events:
            self._selector.modify(channel.socket, events, channel)
        else:
            self._selector.unregister(channel.socket)
        channel.watched = events

    def tell(self, call):
        """Have the leading thread call this at the beginning of its next turn."""
        self._calls.append(call)
        self.wake()

    def is_told(self):
        """Whether there are calls to make."""
        return bool(self._calls)

    def wake(self):
        """Interrupt the wait, so that the next turn begins."""
        if not self._is_closed:
            self._server.pull_trigger()

    def is_busy(self):
        """Whether a request is being answered, or an answer being sent."""
        channels = list(self._server.active_channels.values())
        return any(channel.requests or channel.total_outbufs_len for channel in channels)

    def refuse(self):
        """Accept no more connections."""
        self._server.accepting = False
        self._selector.unregister(self._server.socket)
        self._server.socket.close()

    def close(self):
        """Close all connections; no thread may be leading."""
        self._is_closed = True
        wasyncore.close_all(self._server._map, ignore_all=True)
        self._selector.close()
