"""What `http.py` and the event stream use of libraries beyond what these promise: a new version may lack it.

If a test here fails, look at the place that it names before the pin in pyproject.toml moves on.
"""

import inspect

import engineio.payload
import simple_websocket
import waitress.channel
import waitress.server
import waitress.task
from waitress import wasyncore

WHERE = "kitsulite/http.py reaches into waitress (pinned in pyproject.toml): this is gone"


def test_waitress_has_what_the_server_reaches_into():
    channel, server = waitress.channel.HTTPChannel, waitress.server.BaseWSGIServer
    for owner, names in (
        (channel, ("task_class", "error_task_class", "parser_class", "requests", "total_outbufs_len", "outbuf_lock")),
        (channel, ("close_when_flushed", "will_close", "current_outbuf_count", "_flush_outbufs_below_high_watermark")),
        (channel, ("add_channel", "del_channel", "handle_close", "handle_write", "readable", "writable")),
        (server, ("channel_class", "pull_trigger", "trigger", "maintenance", "accepting", "add_task")),
        (waitress.task.WSGITask, ("get_environment", "execute", "service")),
        (waitress.task.ErrorTask, ("execute", "set_close_on_finish")),
        (wasyncore, ("close_all",)),
        (wasyncore.dispatcher, ("handle_read_event", "handle_write_event", "handle_error")),
    ):
        source = inspect.getsource(owner)
        assert [name for name in names if not hasattr(owner, name) and f"self.{name}" not in source] == [], WHERE
    for name in ("_dispatcher", "_map"):
        assert name in inspect.getsource(waitress.server), WHERE
    assert "active_channels" in inspect.getsource(waitress.server), WHERE


def test_engineio_has_what_the_event_stream_reaches_into():
    where = "kitsulite/api/server/stream.py sets it (pinned in pyproject.toml): this is gone"
    assert isinstance(engineio.payload.Payload.max_decode_packets, int), where


def test_simple_websocket_looks_for_the_socket_where_the_server_puts_it():
    assert "werkzeug.socket" in inspect.getsource(simple_websocket.ws), "kitsulite/http.py gives it under this name"
