"""The job queue: long work outside of requests, queued in the transaction that needs it, and resumed after a crash.

A kind of job is a `Work`, registered once:

    queue.register("movie", conversions.Conversion())

    with ctx.db.write():
        job_id = ctx.app.jobs.add(ctx, "movie", preview["id"], project_id)
    ctx.app.jobs.start(job_id)

A small pool of threads takes the jobs, fairly between projects. With the setting `inline_jobs`, `start` does the work
itself and returns when it is done.
"""

import functools
import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Any

from kitsulite import clock
from kitsulite.context import Context
from kitsulite.errors import ApiError, Busy, NotFound, Refused
from kitsulite.jobs.ffmpeg import Failed, Limits, Stopped, Watch
from kitsulite.jobs.turns import Turns
from kitsulite.models.server import Job

log = logging.getLogger("kitsulite.jobs")
#: a job is given up once the server has ended this often during it
MOST_TRIES = 5
#: seconds between looking for jobs that another process has queued
POLL = 2
#: seconds between storing the progress of a job
NOTED = 2
#: seconds between attempts to store how a job ended, while the database cannot be written
PAUSES = (0, 1, 5, 15, 60)
#: most requests that wait for their turn, per kind of heavy work: each occupies one of 64 threads
WAITING = 8
#: seconds in which jobs have to stop with the server
PATIENCE = 10
#: days for which jobs that succeeded or were cancelled are listed
KEPT_DAYS = 30
WAITS = "SELECT 1 FROM job WHERE state = 'queued' LIMIT 1"
#: the next job: from the project with the fewest running jobs, then the one that waited longest
NEXT = """
SELECT j.id FROM job j WHERE j.state = 'queued' ORDER BY
  (SELECT count(*) FROM job r WHERE r.state = 'running' AND r.project_id IS j.project_id),
  (SELECT max(r.started_at) FROM job r WHERE r.project_id IS j.project_id),
  j.created_at, j.rowid
LIMIT 1
"""

Row = dict[str, Any]


class Work:
    """A kind of job, done without a caller. All methods but `do` run inside a write transaction."""

    def do(self, ctx: Context, job: Row, watch: "JobWatch") -> None:
        """Do the work outside of transactions, except a last one that calls `jobs.finish`. Raises Failed or Stopped."""
        raise NotImplementedError

    def give_up(self, ctx: Context, job: Row, message: str) -> None:
        """Mark the rows: the work failed."""

    def again(self, ctx: Context, job: Row) -> None:
        """Mark the rows: the work is tried again."""

    def cancelled(self, ctx: Context, job: Row) -> None:
        """Mark the rows: a person stopped the work."""

    def take_up(self, ctx: Context) -> None:
        """Queue, or declare failed, the work of rows that have no job, such as those from a backup."""


_kinds: dict[str, Work] = {}


def register(kind: str, work: Work) -> None:
    """Declare the Work of a kind of job."""
    _kinds[kind] = work


class JobWatch(Watch):
    """The watch over a running job; `total` is the number of seconds of movie that it will write."""

    def __init__(self, queue: "JobQueue", job_id: str, seconds: float) -> None:
        super().__init__(threading.Event(), self.progress, time.monotonic() + seconds)
        self.queue, self.job_id, self.total, self.done = queue, job_id, 0.0, 0.0
        self._noted = time.monotonic()

    def progress(self, frames: int, seconds: float) -> None:
        """Store the progress from time to time, and stop the job if it is no longer needed."""
        if time.monotonic() - self._noted < NOTED:
            return
        self._noted = time.monotonic()
        share = min(0.99, (self.done + seconds) / self.total) if self.total else 0.0
        try:
            if not self.queue.note(self.job_id, share):
                self.stop.set()
        except ApiError as error:
            log.warning("the progress of job %s cannot be noted: %s", self.job_id, error)


class JobQueue:
    """The jobs of an application."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.inline = app.settings.inline_jobs
        cores = os.cpu_count() or 1
        self.workers = app.settings.job_workers or max(1, cores // 2)
        self.limits = Limits(
            seconds=app.settings.job_timeout,
            memory=app.settings.job_memory << 20,
            output=app.settings.max_content_length or 10 << 30,
            threads=max(1, cores // self.workers),
        )
        self._watches: dict[str, JobWatch] = {}
        self._threads: list[threading.Thread] = []
        self._idle, self._calls, self._stopping = 0, 0, False
        self._changed = threading.Condition()
        #: the turns of requests that extract frames, that pack files, and that do a job themselves
        self.turns, self.packing, self.doing = (Turns(cores, WAITING) for _ in range(3))

    # Queueing

    def add(
        self, ctx: Context, kind: str, subject_id: str, project_id: str | None, now: bool | None = None, **options: Any
    ) -> str:
        """Queue a job for a row in the current transaction; returns its id.

        With `now`, no thread takes it: the caller will call `start` after the commit. That is the default if the
        server does jobs inline; False is for work that no request waits for.
        """
        row = {"kind": kind, "subject_id": subject_id, "project_id": project_id, "person_id": ctx.person_id}
        if self.inline if now is None else now:
            return ctx.db.add(Job, **row, options=options, state="running", tries=1, started_at=clock.now())
        ctx.db.after_commit(self.wake)
        return ctx.db.add(Job, **row, options=options)

    def start(self, job_id: str, *, now: bool = False) -> None:
        """Do a committed job that was added with `now`, or any if the server does jobs inline.

        If too many requests are doing theirs, a thread of the queue does it soon after.
        """
        if not (now or self.inline):
            return
        try:
            with self.doing.take():
                with self.app.db.write():
                    job = self._mark_running(job_id)
                self._perform(job)
        except Busy:
            with self.app.db.write():
                self._put_back(self.app.db.get(Job, job_id))
            self.wake()

    def wake(self) -> None:
        """Make a thread look for jobs."""
        with self._changed:
            if self._stopping:
                return
            if not self._idle and len(self._threads) < self.workers:
                thread = threading.Thread(target=self._work, name="kitsulite-job", daemon=True)
                self._threads.append(thread)
                thread.start()
            self._calls += 1
            # not notify(): a caller of `wait` might be the one to wake up
            self._changed.notify_all()

    def retry(self, ctx: Context, job_id: str) -> None:
        """Queue a failed or cancelled job again, in the current transaction."""
        job = ctx.db.get(Job, job_id)
        if job["state"] not in ("failed", "cancelled"):
            raise Refused(f"The job is {job['state']}: only jobs that failed or were cancelled are tried again.")
        ctx.db.execute(
            "UPDATE job SET state = 'queued', tries = 0, progress = 0, message = NULL, output = NULL,"
            " started_at = NULL, ended_at = NULL WHERE id = ?",
            [job["id"]],
        )
        _kinds[job["kind"]].again(ctx, job)
        ctx.db.after_commit(self.wake)

    def cancel(self, ctx: Context, job_id: str) -> None:
        """Stop a waiting or running job, in the current transaction."""
        job = ctx.db.get(Job, job_id)
        if job["state"] not in ("queued", "running"):
            raise Refused(f"The job is {job['state']}: there is nothing to cancel.")
        self._cancel(ctx, job)
        _kinds[job["kind"]].cancelled(ctx, job)

    def cancel_all(self, ctx: Context, subject_id: str) -> None:
        """Stop the jobs of a row that is being deleted, in the current transaction."""
        for job in ctx.db.all(Job, "subject_id = ? AND state IN ('queued', 'running')", [subject_id]):
            self._cancel(ctx, job)

    def _cancel(self, ctx: Context, job: Row) -> None:
        sql = "UPDATE job SET state = 'cancelled', ended_at = ? WHERE id = ?"
        ctx.db.execute(sql, [clock.now(), job["id"]])
        ctx.db.after_commit(lambda: self._interrupt(job["id"]))

    def _interrupt(self, job_id: str) -> None:
        watch = self._watches.get(job_id)
        if watch:
            watch.stop.set()

    def finish(self, ctx: Context, job: Row) -> None:
        """Mark a job as done, in the transaction that stores its result. Raises Stopped if it was cancelled."""
        sql = "UPDATE job SET state = 'done', progress = 1, ended_at = ? WHERE id = ? AND state = 'running'"
        if not ctx.db.execute(sql, [clock.now(), job["id"]]).rowcount:
            raise Stopped

    def note(self, job_id: str, share: float) -> bool:
        """Store the progress of a job (0 to 1); returns whether it is still needed."""
        with self.app.db.write():
            sql = "UPDATE job SET progress = ? WHERE id = ? AND state = 'running'"
            return bool(self.app.db.execute(sql, [share, job_id]).rowcount)

    # The life of the queue

    def resume(self) -> None:
        """Start the threads, beginning with the jobs that an earlier run left."""
        db = self.app.db
        with db.write():
            for job in db.all(Job, "state = 'running' AND tries >= ?", [MOST_TRIES]):
                self._fail(job, Failed(f"The server ended {job['tries']} times in the middle of it."))
            db.execute("UPDATE job SET state = 'queued', progress = 0 WHERE state = 'running'")
            db.execute(
                "DELETE FROM job WHERE state IN ('done', 'cancelled') AND ended_at < ?", [clock.ago(days=KEPT_DAYS)]
            )
            for work in _kinds.values():
                work.take_up(Context(self.app))
        self.wake()

    def stop(self) -> None:
        """End the threads; their jobs wait in the database."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        for watch in list(self._watches.values()):
            watch.stop.set()
        for thread in list(self._threads):
            thread.join(PATIENCE)

    def clear(self) -> None:
        """Stop all waiting and running jobs and wait until they have stopped: their rows are about to be removed."""
        with self.app.db.write():
            self.app.db.execute("UPDATE job SET state = 'cancelled' WHERE state IN ('queued', 'running')")
        for watch in list(self._watches.values()):
            watch.stop.set()
        with self._changed:
            self._changed.wait_for(lambda: not self._watches, PATIENCE)

    def wait(self, seconds: float = 60) -> bool:
        """Wait until no job is queued or running, at most this many seconds; returns whether that is the case."""
        deadline = time.monotonic() + seconds
        while self.app.db.value("SELECT 1 FROM job WHERE state IN ('queued', 'running') LIMIT 1"):
            with self._changed:
                if not self._changed.wait(min(0.2, max(0.0, deadline - time.monotonic()))) and (
                    time.monotonic() > deadline
                ):
                    return False
        return True

    def _work(self) -> None:
        try:
            while not self._stopping:
                calls = self._calls
                job = self._claim()
                if job:
                    self._call_another()
                    self._perform(job)
                else:
                    self._rest(calls)
        except Exception:
            log.exception("a thread of the job queue ended")
        finally:
            with self._changed:
                self._threads.remove(threading.current_thread())
            self.app.db.release()

    def _call_another(self) -> None:
        """Make another thread take the next job, which may have been queued before this thread woke up."""
        if self.app.db.value(WAITS):
            self.wake()

    def _rest(self, calls: int) -> None:
        """Wait until there may be a job; returns at once if there were more calls than `calls`."""
        with self._changed:
            self._idle += 1
            self._changed.wait_for(lambda: self._stopping or self._calls != calls, POLL)
            self._idle -= 1

    def _claim(self) -> Row | None:
        """The next job, which is marked as running; None if there is none."""
        db = self.app.db
        try:
            if not db.value(WAITS):
                return None
            with db.write():
                chosen = db.value(NEXT)
                return self._mark_running(chosen) if chosen else None
        except ApiError as error:
            log.warning("no job can be taken now: %s", error)
            return None

    def _mark_running(self, job_id: str) -> Row:
        sql = "UPDATE job SET state = 'running', tries = tries + 1, started_at = ? WHERE id = ? AND state = 'queued'"
        self.app.db.execute(sql, [clock.now(), job_id])
        return self.app.db.get(Job, job_id)

    def _perform(self, job: Row) -> None:
        """Do a job; never fails."""
        watch = JobWatch(self, job["id"], self.limits.seconds)
        self._watches[job["id"]] = watch
        try:
            _kinds[job["kind"]].do(Context(self.app), job, watch)
        except Stopped:
            self._note_end(lambda: self._put_back(job))
        except NotFound:
            self._note_end(lambda: self._end(job, "cancelled", None, None))
        except Failed as error:
            self._note_end(functools.partial(self._fail, job, error))
        except ApiError as error:
            self._note_end(functools.partial(self._fail, job, Failed(error.message)))
        except OSError as error:
            failed = Failed(f"Files cannot be written: {error.strerror or error}.")
            self._note_end(lambda: self._fail(job, failed))
        except Exception:
            log.exception("job %s (%s) failed", job["id"], job["kind"])
            self._note_end(lambda: self._fail(job, Failed("An error of the server: its log says more.")))
        finally:
            with self._changed:
                self._watches.pop(job["id"], None)
                self._changed.notify_all()

    def _note_end(self, write: Callable[[], object]) -> None:
        """Store how a job ended; retries while the database cannot be written."""
        for pause in PAUSES[:1] if self.inline else PAUSES:
            if pause:
                with self._changed:
                    self._changed.wait_for(lambda: self._stopping, pause)
            try:
                with self.app.db.write():
                    write()
                return
            except ApiError as error:
                log.warning("the end of a job cannot be noted: %s", error)
        log.error("the end of a job was not noted: it is taken up again when the server starts")

    def _put_back(self, job: Row) -> None:
        """Queue a job again that was stopped with the server; a cancelled one stays cancelled."""
        sql = "UPDATE job SET state = 'queued', tries = tries - 1, progress = 0 WHERE id = ? AND state = 'running'"
        self.app.db.execute(sql, [job["id"]])

    def _fail(self, job: Row, error: Failed) -> None:
        log.warning("job %s (%s) failed: %s", job["id"], job["kind"], error)
        if self._end(job, "failed", str(error), "\n".join(error.lines) or None):
            _kinds[job["kind"]].give_up(Context(self.app), job, str(error))

    def _end(self, job: Row, state: str, message: str | None, output: str | None) -> bool:
        sql = "UPDATE job SET state = ?, message = ?, output = ?, ended_at = ? WHERE id = ? AND state = 'running'"
        return bool(self.app.db.execute(sql, [state, message, output, clock.now(), job["id"]]).rowcount)
