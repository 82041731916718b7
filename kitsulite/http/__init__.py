"""The HTTP server: waitress with a loop, threads and connections of our own."""

import logging
import select

from waitress.server import create_server

from kitsulite.http.channel import Channel, ConnectionCut
from kitsulite.http.connections import Connections
from kitsulite.http.dispatcher import Dispatcher
from kitsulite.http.loop import Loop

__all__ = ["ConnectionCut", "Http"]
NO_LIMIT = 1 << 62
#: bytes that are read from a connection before the next one is looked at
READ_AT_ONCE = 1 << 16
#: most bytes of an answer that are buffered for a slow client; more than a megabyte is buffered in a temporary file
MOST_KEPT = 256 << 20
#: file handles reserved for the database, stored files and everything else that the process opens
RESERVED_HANDLES = 150
#: seconds that running requests get to finish when the server stops
PATIENCE = 5


def most_connections():
    """As many as the system can wait for: Windows selects from at most 512 sockets."""
    if not hasattr(select, "poll"):
        return 480
    import resource

    handles = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return 1000 if handles == resource.RLIM_INFINITY else max(50, min(1000, handles - RESERVED_HANDLES))


class Http:
    """Serves an application with waitress, in its own threads, until it is stopped."""

    def __init__(self, app, settings, listener, at_end):
        """`at_end()` is called in each request thread before it ends."""
        # A queue is normal, as browsers open many connections: it is not worth a log line for each request.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self._dispatcher = Dispatcher(settings.threads, at_end)
        self._waitress = create_server(
            app,
            sockets=[listener],
            _dispatcher=self._dispatcher,
            ident="kitsulite",
            connection_limit=NO_LIMIT,
            recv_bytes=READ_AT_ONCE,
            outbuf_high_watermark=MOST_KEPT,
            max_request_body_size=settings.max_content_length + 1 if settings.max_content_length else NO_LIMIT,
            # The application decides itself which proxies to trust.
            clear_untrusted_proxy_headers=False,
        )
        self._waitress.channel_class = Channel
        self._connections = Connections(self._waitress, most_connections())
        self._loop = self._waitress.loop = Loop(self._waitress, self._connections.look)
        self._dispatcher.start(self._loop)

    def stop(self):
        """Accept no more requests, finish the running ones, and close; returns whether none is still running."""
        self._loop.tell(self._loop.refuse)
        is_over = self._dispatcher.stop(PATIENCE)
        self._loop.close()
        return is_over
