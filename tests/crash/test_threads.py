"""Sixteen threads that read, change and write the same rows."""

import threading
from collections import Counter

import pytest
from support import Studio

from kitsulite.models.tasks import Task

THREADS, TIMES = 16, 12


@pytest.fixture
def work(kitsulite):
    """A task, and the path of one person's time on it."""
    studio = Studio(kitsulite.app)
    task = studio.task(studio.entity(studio.project(team=[studio.admin]), "Prop"), assignees=[studio.admin])
    return task, f"/actions/tasks/{task['id']}/time-spents/2026-01-01/persons/{studio.admin['id']}/add"


def together(kitsulite, function):
    """Run function(client, number of the thread) in all threads at once; returns how often each status came."""
    statuses, start = Counter(), threading.Barrier(THREADS)
    token = kitsulite.client()

    def run(number):
        start.wait()
        statuses.update(answer.status for answer in function(token, number))

    threads = [threading.Thread(target=run, args=[number]) for number in range(THREADS)]
    [thread.start() for thread in threads]
    [thread.join(60) for thread in threads]
    return statuses


def test_no_addition_to_the_same_number_is_lost(kitsulite, work):
    task, path = work
    statuses = together(kitsulite, lambda api, _: [api.post(path, {"duration": 5}) for _ in range(TIMES)])
    assert statuses.keys() <= {200, 201}
    assert kitsulite.api.get(f"/data/tasks/{task['id']}").json["duration"] == THREADS * TIMES * 5


def test_no_key_that_is_merged_into_the_same_row_is_lost(kitsulite, work):
    task, _ = work

    def change(api, number):
        return [api.put(f"/data/tasks/{task['id']}", {"data": {f"{number}-{time}": True}}) for time in range(TIMES)]

    assert together(kitsulite, change) == {200: THREADS * TIMES}
    assert len(kitsulite.app.db.get(Task, task["id"])["data"]) == THREADS * TIMES


def test_readers_are_not_held_up_by_a_long_write(kitsulite, work):
    task, _ = work
    with kitsulite.app.db.write():
        kitsulite.app.db.update(Task, task["id"], description="half done")
        answer = kitsulite.api.get(f"/data/tasks/{task['id']}")
    assert answer.status == 200
    assert answer.json["description"] is None
