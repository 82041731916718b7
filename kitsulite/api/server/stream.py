"""The live stream of events: Socket.IO by WebSocket or long-polling, on the port of the API.

A thread sends every committed event, in order, to those clients of the namespace `/events` who may see it, so that no
request waits for this. Review rooms relay the actions of their members. Each client occupies a thread of the server:
at most `threads - 8` are accepted, so that the API always has some left.
"""

import logging
import math
import queue
import threading

import socketio
from engineio.payload import Payload
from socketio import packet
from wsproto.utilities import ProtocolError

from kitsulite.auth import tokens
from kitsulite.auth.origins import is_ours
from kitsulite.auth.preview_accounts import is_preview
from kitsulite.context import Context
from kitsulite.domain import review_access
from kitsulite.errors import Answer, ApiError
from kitsulite.events.audiences import Audiences
from kitsulite.events.rooms import RELAYED, Rooms
from kitsulite.models.previews import Playlist
from kitsulite.web import errors
from kitsulite.web.reply import send
from kitsulite.web.request import Request

log = logging.getLogger("kitsulite.events")
NAMESPACE = "/events"
#: threads that event clients cannot occupy
RESERVED_THREADS = 8
#: messages that preview accounts may send: they can watch rooms, but change nothing
FOR_WATCHERS = tuple(f"preview-room:{name}" for name in ("open-playlist", "close-playlist", "join", "leave"))
#: events that may end somebody's access to a playlist
OF_ACCESS = ("person:update", "playlist:update", "project:update")
#: seconds without an event after which the tokens of all clients are checked
CHECK_TOKENS = 30
#: seconds between two pings, and until an unanswered one ends the connection
PING = 5
#: key in the handshake of a client: whether it has no valid token
IS_ANONYMOUS = "kitsulite.is_anonymous"
#: events that clients must not send
RESERVED = ("connect", "disconnect")
#: most packets in an answer to a poll: Python clients disconnect if there are more
MOST_PACKETS = 16
# A browser may send more than that after the network was slow, which is no reason to disconnect it.
Payload.max_decode_packets = 1000


MISSING = (
    'Missing access token: send the Kitsu cookie, an Authorization header, or {"token": "<access token>"} in the'
    " socket.io auth payload."
)
#: beginning of the message that refuses a token -> answer of the stream to the client
REFUSALS = {
    "Missing JWT": MISSING,
    "Signature has expired": "Access token expired.",
    "Token has been revoked": "Access token revoked.",
    "Only non-refresh": "A refresh token was given: send the access token.",
    "User is unactive": "Inactive account.",
    "This preview account": "Inactive account.",
    "The person of this token": "Unknown account.",
}


def refusal(error):
    """The answer of the stream to a client whose token was refused."""
    if isinstance(error, Answer):
        return "Two-factor authentication setup is required."
    texts = (text for beginning, text in REFUSALS.items() if error.message.startswith(beginning))
    return next(texts, "Invalid access token.")


class Portions(queue.Queue):
    """The packets for a client, in portions of MOST_PACKETS, each of which begins with a blocking `get`."""

    given = 0

    def get(self, block=True, timeout=None):
        self.given = 1 if block else self.given + 1
        if self.given > MOST_PACKETS:
            raise queue.Empty
        return super().get(block, timeout)


class Message(packet.Packet):
    """A packet of Socket.IO; an invalid one becomes an event without a handler."""

    def __init__(self, *args, encoded_packet=None, **options):
        super().__init__(*args, **options)
        if encoded_packet is not None and not self.reads(encoded_packet):
            self.packet_type, self.namespace, self.id, self.data = packet.EVENT, None, None, [""]

    def reads(self, encoded_packet):
        """Decode a packet; returns False if it is broken or announces files, which would be buffered until complete."""
        try:
            announced = self.decode(encoded_packet)
        except (LookupError, RecursionError, TypeError, ValueError):
            return False
        if self.packet_type == packet.EVENT:
            return not announced and is_event(self.data)
        return not announced and self.packet_type in (packet.CONNECT, packet.DISCONNECT, packet.ACK)


def is_event(data):
    """Whether the data of a packet is an event name with arguments; the reserved names are for Socket.IO itself."""
    return bool(data) and isinstance(data, list) and isinstance(data[0], str) and data[0] not in RESERVED


class LiveStream:
    """The WSGI application behind /socket.io; `close()` ends its thread."""

    def __init__(self, app):
        self.app = app
        self.rooms = Rooms()
        self._lock = threading.Lock()
        self.audiences = Audiences(app.db)
        self._clients = {}
        self._persons = {}
        self._joined = {}
        self._outgoing = queue.SimpleQueue()
        self.server = socketio.Server(
            async_mode="threading",
            async_handlers=False,
            ping_interval=PING,
            ping_timeout=PING,
            cors_allowed_origins=self.is_page_of_ours,
            namespaces=["/", NAMESPACE],
            serializer=Message,
        )
        self.server.eio.create_queue = Portions
        self._register()
        self._stop_listening = app.bus.listen(self.take, with_about=True)
        threading.Thread(target=self._send, name="kitsulite-events", daemon=True).start()

    def __call__(self, environ, start_response):
        if "sid=" not in environ.get("QUERY_STRING", ""):
            environ[IS_ANONYMOUS] = self.caller(environ) is None
            if self.is_full(environ[IS_ANONYMOUS]):
                return send(errors.problem(503, "Too many event clients."), environ, start_response)
        try:
            return self.server.handle_request(environ, start_response)
        except (ProtocolError, RuntimeError) as error:
            # no WebSocket, or a WSGI server that gives no access to sockets: clients continue by polling
            return send(errors.problem(400, f"No WebSocket: {error}"), environ, start_response)

    def is_full(self, is_anonymous):
        """Whether no more clients are accepted; those without a token get few of the places."""
        places = self.app.settings.threads - RESERVED_THREADS
        clients = [sid for sid, client in list(self.server.eio.sockets.items()) if not client.closed]
        anonymous = sum(self.server.environ.get(sid, {}).get(IS_ANONYMOUS, False) for sid in clients)
        return len(clients) >= places or (is_anonymous and anonymous >= math.ceil(places / 8))

    def is_page_of_ours(self, origin, environ):
        """Whether pages of this origin may connect: those of this server, and those that may call the API."""
        settings = self.app.settings
        return is_ours(origin, environ, settings) or origin in settings.cors_allowed_origins

    def close(self):
        """Stop broadcasting and disconnect all clients, which connect again by themselves."""
        self._stop_listening()
        self._outgoing.put(None)
        for client in list(self.server.eio.sockets.values()):
            client.close(wait=False)

    def drop_ended(self):
        """Disconnect the clients whose token is no longer valid."""
        for sid, environ in list(self._clients.items()):
            if self.caller(environ) is None:
                self.server.disconnect(sid, namespace=NAMESPACE)

    def take(self, *event):
        """Queue an event, if there are clients."""
        if self._persons:
            self._outgoing.put(event)

    def next_message(self):
        """The next event to send; while there is none, clients whose token was revoked are disconnected."""
        while True:
            try:
                return self._outgoing.get(timeout=CHECK_TOKENS)
            except queue.Empty:
                self.drop_ended()

    def _send(self):
        while (message := self.next_message()) is not None:
            try:
                self.forward(*message)
            except Exception:
                log.exception("broadcast of %s", message[0])

    def forward(self, name, payload, about):
        """Send an event to the clients of those who may see it."""
        clients = dict(self._persons)
        for shown, heard_by in self.audiences.parts(name, payload, about, clients.values()):
            heard_at = [sid for sid, person_id in clients.items() if person_id in heard_by]
            if heard_at:
                self.server.emit(name, shown, room=heard_at, namespace=NAMESPACE)
        if name in OF_ACCESS:
            self.empty_rooms()

    def _register(self):
        on = self.server.on
        on("connect", self.connect, namespace=NAMESPACE)
        on("connect", lambda sid, environ, auth=None: None, namespace="/")
        on("disconnect", self.disconnect, namespace=NAMESPACE)
        for name in ("open-playlist", "close-playlist", "join", "leave", "room-updated"):
            self._on_message(f"preview-room:{name}", getattr(self, name.replace("-", "_")))
        for name in RELAYED:
            self._on_message(name, self.relayer(name))

    def _on_message(self, name, handler):
        """Call a handler with the sender of a message; broken and refused messages are ignored."""

        def receive(sid, payload=None, *more):
            environ = self._clients.get(sid)
            if environ is None or not isinstance(payload, dict):
                return
            ctx = self.caller(environ)
            if ctx is None:
                self.server.disconnect(sid, namespace=NAMESPACE)
            playlist_id = payload.get("playlist_id")
            watches = ctx and is_preview(ctx.person) and name not in FOR_WATCHERS
            if ctx and isinstance(playlist_id, str) and not watches:
                with self._lock:
                    handler(ctx, sid, playlist_id, payload, *more)

        self.server.on(name, receive, namespace=NAMESPACE)

    # Clients

    def connect(self, sid, environ, auth=None):
        """Accept a client with a valid access token in its handshake, or in the auth payload `{"token": ...}`."""
        shown = {**environ, IS_ANONYMOUS: False}
        token = auth.get("token") if isinstance(auth, dict) else None
        if isinstance(token, str):
            shown.pop("HTTP_COOKIE", None)
            shown["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        try:
            ctx = self.authenticated(shown)
        except ApiError as error:
            raise socketio.exceptions.ConnectionRefusedError(refusal(error)) from None
        environ[IS_ANONYMOUS] = False
        self._clients[sid] = shown
        self.audiences.greet(ctx.person_id)
        self._persons[sid] = ctx.person_id

    def authenticated(self, environ):
        """The context of the person in a handshake; raises an ApiError if the token is not valid."""
        ctx = Context(self.app, request=Request({**environ, "CONTENT_LENGTH": ""}, self.app.settings))
        tokens.authenticate(ctx)
        return ctx

    def present(self):
        """The ids of connected persons."""
        return {ctx.person_id for ctx in map(self.caller, list(self._clients.values())) if ctx}

    def caller(self, environ):
        """The context of the person in a handshake, or None if the token is not valid."""
        try:
            return self.authenticated(environ)
        except ApiError:
            return None

    def disconnect(self, sid, reason=None):
        """Forget a client; its person leaves those rooms in which they have no other client."""
        with self._lock:
            self._clients.pop(sid, None)
            self._persons.pop(sid, None)
            for playlist_id, person_id in self._joined.pop(sid, set()):
                if not any((playlist_id, person_id) in joined for joined in self._joined.values()):
                    self.broadcast(playlist_id, self.rooms.leave(playlist_id, person_id))

    # Review rooms

    def may_review(self, ctx, playlist_id):
        try:
            review_access.require_playlist_reader(ctx, ctx.db.get(Playlist, playlist_id))
        except ApiError:
            return False
        return True

    def empty_rooms(self):
        """Remove persons from rooms whose playlist they may no longer see."""
        for sid, environ in list(self._clients.items()):
            opened = [room for room in self.server.rooms(sid, namespace=NAMESPACE) if room != sid]
            ctx = self.caller(environ) if opened else None
            for playlist_id in opened:
                if ctx and not self.may_review(ctx, playlist_id):
                    with self._lock:
                        self.close_playlist(ctx, sid, playlist_id, {})
                        self.leave(ctx, sid, playlist_id, {})

    def has_opened(self, sid, playlist_id):
        return playlist_id in self.server.rooms(sid, namespace=NAMESPACE)

    def broadcast(self, playlist_id, messages):
        for name, payload in messages:
            self.server.emit(name, payload, room=playlist_id, namespace=NAMESPACE)

    def open_playlist(self, ctx, sid, playlist_id, payload, *more):
        if self.may_review(ctx, playlist_id):
            self.server.enter_room(sid, playlist_id, namespace=NAMESPACE)
            self.broadcast(playlist_id, self.rooms.open(playlist_id))

    def close_playlist(self, ctx, sid, playlist_id, payload, *more):
        self.server.leave_room(sid, playlist_id, namespace=NAMESPACE)

    def join(self, ctx, sid, playlist_id, payload, *more):
        if self.may_review(ctx, playlist_id):
            self._joined.setdefault(sid, set()).add((playlist_id, ctx.person_id))
            self.broadcast(playlist_id, self.rooms.join(playlist_id, ctx.person_id, payload))

    def leave(self, ctx, sid, playlist_id, payload, *more):
        self._joined.get(sid, set()).discard((playlist_id, ctx.person_id))
        self.broadcast(playlist_id, self.rooms.leave(playlist_id, ctx.person_id))

    def room_updated(self, ctx, sid, playlist_id, payload, only_newcomer=False, *more):
        if self.has_opened(sid, playlist_id):
            self.broadcast(playlist_id, self.rooms.update(playlist_id, payload, bool(only_newcomer)))

    def relayer(self, name):
        """A handler that forwards a message to everyone who has opened the playlist."""

        def relay(ctx, sid, playlist_id, payload, *more):
            if self.has_opened(sid, playlist_id):
                self.broadcast(playlist_id, [(name, payload)])

        return relay
