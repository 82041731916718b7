"""The socket of a connection that has become a WebSocket."""

import contextlib
import socket
import threading

#: seconds without data after which a WebSocket counts as dead: event clients answer a ping every 5 seconds
SILENCE = 12


class WebSocketLine(socket.socket):
    """The socket, on which several threads may send: messages are not mixed."""

    def __init__(self, connection):
        super().__init__(fileno=connection.dup().detach())
        self.settimeout(SILENCE)
        self._sending = threading.Lock()

    def send(self, data):
        try:
            with self._sending:
                self.sendall(data)
        except OSError as error:
            # simple-websocket expects this for a client that is gone
            raise BrokenPipeError from error

    def hang_up(self):
        """End the connection, also for the thread that is waiting for data."""
        with contextlib.suppress(OSError):
            self.shutdown(socket.SHUT_RDWR)
