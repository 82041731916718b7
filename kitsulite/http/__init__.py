"""HTTP by waitress: its loop, its threads, its connections."""

import logging
import select
import threading
import time

from waitress import wasyncore
from waitress.server import create_server

from kitsulite.http.channel import Channel, ConnectionCut
from kitsulite.http.connections import Connections
from kitsulite.http.dispatcher import Dispatcher

__all__ = ["ConnectionCut", "Http"]
NO_LIMIT = 1 << 62
#: bytes of an answer that are kept for a slow client, those above a megabyte in a temporary file
MOST_KEPT = 256 << 20
#: file handles that are left to the database, the stored files and what the process has open besides
RESERVED_HANDLES = 150
#: seconds that requests under way get to finish when the server stops
PATIENCE = 5


def most_connections():
    """As many as this system can wait for at once: Windows selects over at most 512 sockets."""
    if not hasattr(select, "poll"):
        return 480
    import resource

    handles = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return 1000 if handles == resource.RLIM_INFINITY else max(50, min(1000, handles - RESERVED_HANDLES))


class Http:
    """waitress around an application, serving from a thread until it is stopped."""

    def __init__(self, app, settings, listener, at_end):
        """`at_end()` is called in each thread that has answered requests and ends."""
        # A queue is normal where browsers open many connections: no line for each request of it.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self._dispatcher = Dispatcher(settings.threads, at_end)
        self._waitress = create_server(
            app,
            sockets=[listener],
            _dispatcher=self._dispatcher,
            ident="kitsulite",
            connection_limit=NO_LIMIT,
            outbuf_high_watermark=MOST_KEPT,
            max_request_body_size=settings.max_content_length + 1 if settings.max_content_length else NO_LIMIT,
            # The application itself decides which proxy to believe.
            clear_untrusted_proxy_headers=False,
        )
        self._waitress.channel_class = Channel
        self._connections = Connections(self._waitress, most_connections())
        self._listener = listener
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kitsulite-http", daemon=True)
        self._thread.start()

    def stop(self):
        """Take no more requests, finish those under way, close."""
        self._stopping.set()
        self._waitress.pull_trigger()
        self._thread.join()
        # Not by the loop itself, which may end before the line above has woken it.
        wasyncore.close_all(self._waitress._map, ignore_all=True)

    def _run(self):
        while not self._stopping.is_set():
            self._turn(1)
        self._waitress.accepting = False
        self._listener.close()
        patience = time.monotonic() + PATIENCE
        while self._is_busy() and time.monotonic() < patience:
            self._turn(0.1)
        self._dispatcher.shutdown(timeout=1)

    def _turn(self, seconds):
        self._connections.look()
        wasyncore.loop(timeout=seconds, use_poll=hasattr(select, "poll"), map=self._waitress._map, count=1)

    def _is_busy(self):
        channels = list(self._waitress.active_channels.values())
        return any(channel.requests or channel.total_outbufs_len for channel in channels)
