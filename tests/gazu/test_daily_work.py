"""An hour of work on a task, as two listeners hear it."""

import queue

import gazu
import pytest
from listening import in_order
from scene import picture
from seats import Production, Seat, hire

#: most seconds to wait for an event; a busy machine may need some
SECONDS = 30
#: events that are not kept in the log
LIVE = ("notification:new", "task:update-casting-stats")


class Listener:
    """An event client of gazu that keeps what it hears."""

    def __init__(self, server):
        self.seat = Seat(server)
        gazu.client.set_event_host(server.api_url, client=self.seat.client)
        self.connect()

    def connect(self):
        self.heard = heard = queue.Queue()
        self.events = in_order(gazu.events.init(client=self.seat.client, reconnection=False))
        gazu.events.add_listener(self.events, "*", lambda name, payload: heard.put((name, payload)))

    def cut_off(self):
        """The line goes dead without a goodbye; what is on its way is lost."""
        self.events.eio.disconnect(abort=True)

    def until(self, name):
        """What was heard up to the first event of this name, without it."""
        found = []
        while (message := self.heard.get(timeout=SECONDS))[0] != name:
            found.append(message)
        return found


class Day:
    """A task of an artist and her supervisor, and what happens to it."""

    def __init__(self, server, folder):
        self.boss = Seat(server)
        self.production = Production(self.boss)
        animation = self.boss(gazu.person.get_department_by_name, "Animation")
        self.ann = hire(server, name="Ann", departments=[animation])
        self.sam = hire(server, "supervisor", "Sam", departments=[animation])
        self.production.take_in(self.ann, self.sam)
        self.task = self.production.animation
        self.sam(gazu.user.subscribe_to_task, self.task)
        self.picture = folder / "SH010.png"
        self.picture.write_bytes(picture(64, 36))

    def comment(self, seat, short_name, text):
        return seat(gazu.task.add_comment, self.task, self.production.status(short_name), text)

    def morning(self):
        self.boss(gazu.task.assign_task, self.task, self.ann.person)
        first = self.comment(self.ann, "wip", "I start")
        self.sam(gazu.task.reply_to_comment, self.task, first, "Mind the arcs")
        handed_in = self.comment(self.ann, "wfa", "Have a look @Sam Doe")
        self.ann(gazu.task.add_preview, self.task, handed_in, str(self.picture))

    def afternoon(self):
        shot, prop = self.production.shots[0], self.production.prop
        self.comment(self.sam, "retake", "The left hand @Ann Doe")
        casting = [{"asset_id": prop["id"], "nb_occurences": 2}]
        self.boss(gazu.casting.update_shot_casting, self.production.row, shot, casting)
        self.ann(gazu.task.set_time_spent, self.task, self.ann.person, "2026-05-04", 60)
        self.comment(self.sam, "done", "Good")

    def end(self):
        """An event that nothing of the work makes."""
        self.boss(gazu.client.get, "status/test-event")


MORNING = (
    *("task:assign", "task:update", "notification:new"),
    *("comment:new", "task:update", "task:status-changed", "notification:new", "news:new"),
    *("comment:reply", "notification:new"),
    *("comment:new", "task:update", "task:status-changed", "task:to-review"),
    *("notification:new", "notification:new", "news:new"),
    *("preview-file:new", "comment:update"),
    *("preview-file:update", "preview-file:update", "comment:update", "preview-file:add-file"),
)
AFTERNOON = (
    *("comment:new", "task:update", "task:status-changed", "notification:new", "notification:new", "news:new"),
    *("entity-link:new", "task:update-casting-stats", "shot:casting-update"),
    *("person:update", "time-spent:new", "task:update"),
    *("comment:new", "task:update", "task:status-changed", "notification:new", "news:new"),
)


@pytest.fixture
def day(kitsulite, tmp_path):
    return Day(kitsulite, tmp_path)


@pytest.fixture
def listeners(kitsulite, day):
    made = [Listener(kitsulite), Listener(kitsulite)]
    yield made
    for listener in made:
        listener.events.disconnect()


def names(messages):
    return tuple(name for name, _ in messages)


def kept(messages):
    """Those of the heard events that the log keeps."""
    return [message for message in messages if message[0] not in LIVE]


def logged(seat, after):
    """What the log holds after an event, page by page, as it is heard."""
    found = []
    while page := seat(gazu.client.get, f"data/events/last?after_event_id={after}&limit=7"):
        found += [(event["name"], event["data"]) for event in page]
        after = page[-1]["id"]
    return found


def last_id(seat):
    return seat(gazu.sync.get_last_events, limit=1)[0]["id"]


def test_every_listener_receives_everything_once_and_in_order(day, listeners):
    start = last_id(day.boss)
    day.morning()
    day.afternoon()
    day.end()
    one, other = (listener.until("main:test") for listener in listeners)
    assert names(one) == MORNING + AFTERNOON
    assert other == one
    assert kept(one) == logged(day.boss, start)
    assert all(listener.heard.empty() for listener in listeners)


def test_who_was_cut_off_catches_up_without_loss(day, listeners):
    steady, unlucky = listeners
    start = last_id(day.boss)
    day.comment(day.boss, "todo", "Before the cut")
    day.end()
    before = unlucky.until("main:test")
    unlucky.cut_off()
    day.morning()
    unlucky.connect()
    caught_up = logged(unlucky.seat, start)
    day.afternoon()
    day.end()
    whole = [*steady.until("main:test"), *steady.until("main:test")]
    live = unlucky.until("main:test")
    assert caught_up[: len(kept(before))] == kept(before)
    assert caught_up + kept(live) == kept(whole)
    assert names(live) == AFTERNOON
