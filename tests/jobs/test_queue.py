"""The queue of jobs: threads, fairness, tries, resumption."""

import contextlib
import threading

import pytest

from kitsulite.application import Application
from kitsulite.context import Context
from kitsulite.errors import NotFound, Refused, Unavailable
from kitsulite.jobs import queue
from kitsulite.jobs.ffmpeg import Failed, Stopped
from kitsulite.models.fields import new_id
from kitsulite.models.server import Job
from kitsulite.testing.snapshots import Snapshots

LONG = 20


class Recorder(queue.Work):
    """Work that notes what is done; `hold` keeps it from ending."""

    def __init__(self):
        self.done, self.given_up, self.cancelled_jobs = [], [], []
        self.started, self.hold, self.error = threading.Event(), threading.Event(), None
        self.hold.set()

    def do(self, ctx, job, watch):
        self.started.set()
        while not self.hold.wait(0.01):
            if watch.stop.is_set():
                raise Stopped
        if self.error:
            raise self.error
        with ctx.db.write():
            ctx.app.jobs.finish(ctx, job)
            self.done.append(job["options"]["name"])

    def give_up(self, ctx, job, message):
        self.given_up.append(message)

    def cancelled(self, ctx, job):
        self.cancelled_jobs.append(job["id"])


@pytest.fixture
def work(monkeypatch):
    found = Recorder()
    monkeypatch.setitem(queue._kinds, "test", found)
    return found


@pytest.fixture
def app(tmp_path):
    app = Application(data_dir=tmp_path, synchronous="OFF", job_workers=1)
    yield app
    app.close()


def add(app, name="a", project_id=None, **options):
    with app.db.write():
        return app.jobs.add(Context(app), "test", new_id(), project_id, name=name, **options)


def state(app, job_id):
    return app.db.get(Job, job_id)["state"]


def test_a_thread_takes_what_is_committed(app, work):
    job_id = add(app)
    assert app.jobs.wait(LONG)
    assert (state(app, job_id), work.done) == ("done", ["a"])


def test_what_is_rolled_back_is_no_job(app, work):
    with contextlib.suppress(ZeroDivisionError), app.db.write():
        app.jobs.add(Context(app), "test", new_id(), None, name="a")
        raise ZeroDivisionError
    assert app.jobs.wait(LONG)
    assert work.done == []


def test_projects_take_turns(app, work):
    big, small = new_id(), new_id()
    work.hold.clear()
    add(app, "big 1", big)
    assert work.started.wait(LONG)
    for name in ("big 2", "big 3", "big 4"):
        add(app, name, big)
    add(app, "small", small)
    work.hold.set()
    assert app.jobs.wait(LONG)
    assert work.done == ["big 1", "small", "big 2", "big 3", "big 4"]


def test_as_many_jobs_run_at_once_as_there_are_workers(tmp_path, work):
    app = Application(data_dir=tmp_path, synchronous="OFF", job_workers=3)
    work.hold.clear()
    for number in range(5):
        add(app, str(number))
    for _ in range(1000):
        running = app.db.value("SELECT count(*) FROM job WHERE state = 'running'")
        if running == 3:
            break
        threading.Event().wait(0.005)
    assert running == 3
    work.hold.set()
    assert app.jobs.wait(LONG)
    app.close()


@pytest.fixture
def never_looks(monkeypatch):
    """Threads that look for work only when they are called."""
    monkeypatch.setattr(queue, "POLL", 10 * LONG)


def rested(app, threads):
    """Wait until so many threads have nothing to do."""
    for _ in range(2000):
        if app.jobs._idle == threads:
            return
        threading.Event().wait(0.005)
    raise AssertionError("the threads do not rest")


def test_work_that_comes_while_a_thread_goes_to_rest_is_not_left_lying(app, work, never_looks, monkeypatch):
    rest = app.jobs._rest

    def meanwhile(calls):
        if not work.done:
            add(app)
        rest(calls)

    monkeypatch.setattr(app.jobs, "_rest", meanwhile)
    app.jobs.wake()
    for _ in range(2000):
        if work.done:
            break
        threading.Event().wait(0.005)
    assert work.done == ["a"]


def test_two_jobs_that_come_at_once_do_not_wait_for_each_other(tmp_path, work, never_looks):
    app = Application(data_dir=tmp_path, synchronous="OFF", job_workers=2)
    add(app)
    assert app.jobs.wait(LONG)
    rested(app, 1)
    work.hold.clear()
    with app.db.write():
        for _ in range(2):
            app.jobs.add(Context(app), "test", new_id(), None, name="b")
    for _ in range(2000):
        running = app.db.value("SELECT count(*) FROM job WHERE state = 'running'")
        if running == 2:
            break
        threading.Event().wait(0.005)
    work.hold.set()
    assert running == 2
    assert app.jobs.wait(LONG)
    app.close()


def test_a_failure_is_kept_with_the_last_lines_and_can_be_tried_again(app, work):
    work.error = Failed("It failed.", ["first", "last"])
    job_id = add(app)
    assert app.jobs.wait(LONG)
    job = app.db.get(Job, job_id)
    assert (job["state"], job["message"], job["output"]) == ("failed", "It failed.", "first\nlast")
    assert work.given_up == ["It failed."]
    work.error = None
    with app.db.write():
        app.jobs.retry(Context(app), job_id)
    assert app.jobs.wait(LONG)
    assert state(app, job_id) == "done"
    with pytest.raises(Refused), app.db.write():
        app.jobs.retry(Context(app), job_id)


def test_an_error_of_the_program_fails_the_job_alone(app, work):
    work.error = ValueError("a mistake")
    first = add(app)
    assert app.jobs.wait(LONG)
    assert state(app, first) == "failed"
    assert work.given_up == ["An error of the server: its log says more."]
    work.error = None
    second = add(app)
    assert app.jobs.wait(LONG)
    assert state(app, second) == "done"


def test_a_running_job_is_cancelled(app, work):
    work.hold.clear()
    job_id = add(app)
    assert work.started.wait(LONG)
    with app.db.write():
        app.jobs.cancel(Context(app), job_id)
    assert app.jobs.wait(LONG)
    app.jobs.clear()
    assert (state(app, job_id), work.done, work.cancelled_jobs) == ("cancelled", [], [job_id])


def test_a_job_that_was_cancelled_from_elsewhere_stops_when_its_progress_is_noted(app, work, monkeypatch):
    monkeypatch.setattr(queue, "NOTED", 0)
    job_id = add(app, now=True)
    watch = queue.JobWatch(app.jobs, job_id, LONG)
    watch.total = 10
    watch.progress(0, 5)
    assert app.db.get(Job, job_id)["progress"] == 0.5
    with app.db.write():
        app.db.execute("UPDATE job SET state = 'cancelled'")
    watch.progress(0, 6)
    assert watch.stop.is_set()


def test_jobs_that_were_stopped_with_the_server_go_on_after_its_start(tmp_path, work):
    app = Application(data_dir=tmp_path, synchronous="OFF", job_workers=1)
    work.hold.clear()
    job_id = add(app)
    assert work.started.wait(LONG)
    app.close()
    work.hold.set()
    app = Application(data_dir=tmp_path, synchronous="OFF", job_workers=1)
    job = app.db.get(Job, job_id)
    assert (job["state"], job["tries"]) == ("queued", 0)
    app.resume()
    assert app.jobs.wait(LONG)
    assert work.done == ["a"]
    app.close()


@pytest.mark.parametrize(("tries", "end"), [(1, "done"), (queue.MOST_TRIES, "failed")])
def test_jobs_of_a_server_that_died_are_tried_again_but_not_for_ever(app, work, tries, end):
    job_id = add(app, now=True)
    with app.db.write():
        app.db.execute("UPDATE job SET tries = ?", [tries])
    app.resume()
    assert app.jobs.wait(LONG)
    assert state(app, job_id) == end
    assert work.given_up == (["The server ended 5 times in the middle of it."] if end == "failed" else [])


def test_a_job_that_another_process_queued_is_taken(app, work, monkeypatch):
    monkeypatch.setattr(queue, "POLL", 0.01)
    add(app)
    assert app.jobs.wait(LONG)
    with app.db.write():
        app.db.add(Job, kind="test", subject_id=new_id(), options={"name": "b"})
    assert app.jobs.wait(LONG)
    assert work.done == ["a", "b"]


def test_an_application_is_reset_while_jobs_run(app, work, tmp_path):
    snapshots = Snapshots(app, tmp_path / "kept")
    snapshots.take("without jobs")
    work.hold.clear()
    add(app)
    assert work.started.wait(LONG)
    snapshots.restore("without jobs")
    assert not app.db.exists(Job)
    snapshots.close()
    assert app.jobs.wait(LONG)


def test_who_waits_for_the_end_is_told_that_it_did_not_come(app, work):
    work.hold.clear()
    job_id = add(app)
    assert work.started.wait(LONG)
    assert app.jobs.wait(0.01) is False
    assert state(app, job_id) == "running"
    work.hold.set()
    assert app.jobs.wait(LONG)


def test_a_job_whose_rows_are_gone_is_cancelled(app, work):
    work.error = NotFound("Preview not found.")
    job_id = add(app)
    assert app.jobs.wait(LONG)
    assert (state(app, job_id), work.given_up) == ("cancelled", [])


@pytest.fixture
def refuse(app, monkeypatch):
    """Let the database refuse that many of the next writes of the queue's threads."""
    write, left = app.db.write, []

    def refusing():
        if left and threading.current_thread().name == "kitsulite-job":
            left.pop()
            raise Unavailable("The disk is full.")
        return write()

    monkeypatch.setattr(app.db, "write", refusing)
    return lambda number: left.extend([True] * number)


def test_a_job_is_taken_once_the_database_can_be_written(app, work, refuse, monkeypatch):
    monkeypatch.setattr(queue, "POLL", 0.01)
    refuse(2)
    job_id = add(app)
    assert app.jobs.wait(LONG)
    assert (state(app, job_id), work.done) == ("done", ["a"])


def fail_unnoted(app, work, refuse):
    """Let a job fail while the database refuses to be written, twice."""
    work.hold.clear()
    job_id = add(app)
    assert work.started.wait(LONG)
    work.error = Failed("It failed.")
    refuse(2)
    work.hold.set()
    return job_id


def test_the_end_of_a_job_is_noted_once_the_database_can_be_written(app, work, refuse, monkeypatch):
    monkeypatch.setattr(queue, "PAUSES", (0, 0.001, 0.001))
    job_id = fail_unnoted(app, work, refuse)
    assert app.jobs.wait(LONG)
    assert (state(app, job_id), work.given_up) == ("failed", ["It failed."])


def test_a_job_whose_end_is_never_noted_is_taken_up_again_at_the_next_start(app, work, refuse, monkeypatch, caplog):
    monkeypatch.setattr(queue, "PAUSES", (0, 0.001))
    job_id = fail_unnoted(app, work, refuse)
    while job_id in app.jobs._watches:
        assert not app.jobs.wait(0.01)
    assert "taken up again when the server starts" in caplog.text
    assert (state(app, job_id), work.given_up) == ("running", [])
    work.error = None
    app.jobs.resume()
    assert app.jobs.wait(LONG)
    assert state(app, job_id) == "done"


def test_progress_that_cannot_be_noted_stops_no_job(app, work, monkeypatch):
    monkeypatch.setattr(queue, "NOTED", 0)
    watch = queue.JobWatch(app.jobs, add(app, now=True), LONG)

    def refuse(job_id, share):
        raise Unavailable("The disk is full.")

    monkeypatch.setattr(app.jobs, "note", refuse)
    watch.progress(0, 5)
    assert not watch.stop.is_set()


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (Unavailable("No ffmpeg."), "No ffmpeg."),
        (OSError(28, "No space left on device"), "Files cannot be written: No space left on device."),
    ],
)
def test_what_keeps_work_from_being_done_is_its_message(app, work, error, message):
    work.error = error
    job_id = add(app)
    assert app.jobs.wait(LONG)
    assert (state(app, job_id), work.given_up) == ("failed", [message])


def test_a_job_that_has_ended_is_not_finished_again(app, work):
    job_id = add(app)
    assert app.jobs.wait(LONG)
    ended = app.db.get(Job, job_id)
    with pytest.raises(Stopped), app.db.write():
        app.jobs.finish(Context(app), ended)
    assert app.db.get(Job, job_id) == ended


def test_another_thread_takes_the_place_of_one_that_ended(app, work, monkeypatch, caplog):
    with monkeypatch.context() as patch:
        patch.setattr(app.jobs, "_claim", lambda: 1 / 0)
        first = add(app)
        while "a thread of the job queue ended" not in caplog.text or app.jobs._threads:
            assert not app.jobs.wait(0.001)
    second = add(app)
    assert app.jobs.wait(LONG)
    assert (state(app, first), state(app, second)) == ("done", "done")
