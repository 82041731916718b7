"""What comes in over all connections, and what goes out that clients did not take at once."""

import collections
import selectors

from waitress import wasyncore

#: seconds between two looks at connections on which nothing happens
PAUSE = 1


class Loop:
    """Waits for connections: of all threads the one that leads calls this, but for `tell` and `wake`.

    What is awaited on each of them is kept, so that idle ones cost nothing.
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
        """Wait until something comes in, or see what has if there is work to do, and read or send it."""
        self._look()
        while self._calls:
            # it may bring work, for which nobody would wait
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
        """Let the thread that leads call this at the beginning of its next turn."""
        self._calls.append(call)
        self.wake()

    def is_told(self):
        """Whether something is to be called."""
        return bool(self._calls)

    def wake(self):
        """Let the next turn begin."""
        if not self._is_closed:
            self._server.pull_trigger()

    def is_busy(self):
        """Whether a request is answered, or an answer sent."""
        channels = list(self._server.active_channels.values())
        return any(channel.requests or channel.total_outbufs_len for channel in channels)

    def refuse(self):
        """Take no more connections."""
        self._server.accepting = False
        self._selector.unregister(self._server.socket)
        self._server.socket.close()

    def close(self):
        """Close all connections, once no thread leads."""
        self._is_closed = True
        wasyncore.close_all(self._server._map, ignore_all=True)
        self._selector.close()
