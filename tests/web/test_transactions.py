"""What is done within one transaction, and what before it."""

import contextlib
from types import SimpleNamespace

import pytest

from kitsulite.web.plugins import Reading, Transaction


@pytest.mark.parametrize(
    ("method", "config", "order"),
    [
        ("GET", {}, ["read", "function", "end"]),
        ("POST", {}, ["body", "write", "function", "end"]),
        ("GET", {"transaction": True}, ["body", "write", "function", "end"]),
        ("POST", {"transaction": False}, ["body", "function"]),
    ],
)
def test_a_read_sees_one_state_and_no_transaction_waits_for_a_body(method, config, order):
    happened = []

    @contextlib.contextmanager
    def within(what):
        happened.append(what)
        yield
        happened.append("end")

    app = SimpleNamespace(db=SimpleNamespace(read=lambda: within("read"), write=lambda: within("write")))
    ctx = SimpleNamespace(request=SimpleNamespace(read=lambda: happened.append("body")))
    route = SimpleNamespace(method=method, config=config)
    writing = Transaction(app).around(lambda ctx: happened.append("function"), route)
    Reading(app).around(lambda: writing(ctx), route)()
    assert happened == order
