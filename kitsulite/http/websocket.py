"""The socket of a connection that has become a WebSocket."""

import contextlib
import socket
import threading

#: seconds without a word after which a WebSocket is dead: event clients answer a ping every 5 seconds
SILENCE = 12


class WebSocketLine(socket.socket):
    """The socket itself, of which threads send whole messages."""

    def __init__(self, connection):
        super().__init__(fileno=connection.dup().detach())
        self.settimeout(SILENCE)
        self._sending = threading.Lock()

    def send(self, data):
        try:
            with self._sending:
                self.sendall(data)
        except OSError as error:
            # what simple-websocket expects of a client that is gone
            raise BrokenPipeError from error

    def hang_up(self):
        """End the connection, also for the thread that waits for what the client says."""
        with contextlib.suppress(OSError):
            self.shutdown(socket.SHUT_RDWR)
