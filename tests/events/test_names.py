"""The table of events."""

import re
from pathlib import Path

import pytest

import kitsulite
from kitsulite.events import names
from kitsulite.events.bus import Bus, emit

LITERAL = re.compile(r"""(?<![.\w])emit\(\s*ctx,\s*"([^"{}]+)\"""")


def emitted_names():
    for path in Path(kitsulite.__file__).parent.rglob("*.py"):
        yield from LITERAL.findall(path.read_text())


def test_every_event_that_the_code_names_is_in_the_table():
    found = set(emitted_names())
    assert "shot:new" in found
    assert found - set(names.EVENTS) == set()


@pytest.mark.parametrize(
    ("name", "payload", "project_id", "stored"),
    [
        ("shot:renamed", {"shot_id": "1"}, None, True),
        ("shot:update", {}, None, True),
        ("shot:update", {"shot_id": "1", "colour": "red"}, None, True),
        ("person:update", {"person_id": "1"}, "2", True),
        ("task:assign", {"task_id": "1", "person_id": "2"}, "3", False),
        ("task:to-review", {"task_id": "1", "comment_id": "2"}, "3", True),
    ],
)
def test_an_event_that_is_not_as_the_table_says_is_refused(studio, name, payload, project_id, stored):
    with pytest.raises(ValueError, match=f"^{name} {'' if stored else 'live '}with"), studio.db.write():
        emit(studio.context(), name, payload, project_id, stored)
    assert studio.events(name) == []


def test_a_live_event_is_reported_but_not_kept(studio):
    heard = []
    stop = studio.app.bus.listen(lambda name, payload: heard.append((name, payload)))
    with studio.db.write():
        emit(studio.context(), "main:test", {}, stored=False)
    stop()
    assert heard == [("main:test", {})]
    assert studio.events("main:test") == []


def test_a_listener_that_fails_is_logged_and_stops_no_other(caplog):
    heard, bus = [], Bus()

    def fail(name, payload):
        raise ValueError("broken")

    stop = bus.listen(fail)
    bus.listen(lambda name, payload: heard.append(name))
    bus.publish("main:test", {})
    stop()
    bus.publish("main:test", {"n": 1})
    assert heard == ["main:test", "main:test"]
    assert caplog.text.count("listener of") == 1
