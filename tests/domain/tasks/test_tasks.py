"""Columns of a task that follow from its comments."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import Studio

from kitsulite.domain.tasks import tasks
from kitsulite.models.tasks import Task, TaskStatus, TimeSpent

STATUSES = ("todo", "wip", "wfa", "retake", "done", "ready")


def post(studio, task, short_name, **more):
    status = studio.task_status(short_name)
    body = {"task_status_id": status["id"], **more}
    assert studio.api(studio.admin).post(f"/actions/tasks/{task['id']}/comment", body).status_int == 201


def columns(studio, task):
    names = "task_status_id, retake_count, last_comment_date, real_start_date, done_date, end_date"
    return dict(studio.db.rows(f"SELECT {names} FROM task WHERE id = ?", [task["id"]])[0])


def recomputed(studio, task):
    with studio.db.write():
        tasks.recompute(studio.context(studio.admin), task["id"])
    return columns(studio, task)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(names=st.lists(st.sampled_from(STATUSES), min_size=1, max_size=6))
def test_reading_the_history_again_says_the_same_as_following_it(application, names):

    application.restore_pristine()
    studio = Studio(application)
    task = studio.task(studio.entity(studio.project(), "Prop"))
    for name in names:
        post(studio, task, name)
    followed, read = columns(studio, task), recomputed(studio, task)
    assert read["task_status_id"] == followed["task_status_id"]
    assert read["last_comment_date"] == followed["last_comment_date"]
    assert read["retake_count"] == followed["retake_count"]
    assert (read["real_start_date"] is None) == (followed["real_start_date"] is None)
    if names[-1] == "done":
        assert read["done_date"] is not None
        assert followed["done_date"] is not None
    if names[-1] == "wfa":
        assert read["end_date"] is not None
        assert followed["end_date"] is not None


def moments(studio, *names):
    """A task with a comment of each status, a day apart, read again."""
    task = studio.task(studio.entity(studio.project(), "Prop"))
    for day, name in enumerate(names, 1):
        studio.comment(
            task, task_status_id=studio.task_status(name)["id"], created_at=f"2026-01-{day:02}T12:00:00.000000"
        )
    found = recomputed(studio, task)
    return {name: value and value[8:10] for name, value in found.items() if name.endswith("_date")}, found


def test_dates_of_a_history(studio):
    dates, found = moments(studio, "wip", "wfa", "done", "wip", "wfa", "done", "retake", "retake", "wip", "retake")
    assert dates == {"real_start_date": "01", "end_date": "02", "done_date": "06", "last_comment_date": "10"}
    assert found["retake_count"] == 2


def test_a_status_that_asks_for_feedback_ends_the_work_even_if_it_is_done(studio):
    status = studio.add(
        TaskStatus, name="Both", short_name="both", color="#000000", is_done=True, is_feedback_request=True
    )
    task = studio.task(studio.entity(studio.project(), "Prop"))
    post(studio, task, status["short_name"])
    found = columns(studio, task)
    assert found["end_date"] is not None
    assert found["done_date"] is not None


def test_a_task_without_comments_goes_back_to_the_default_status(studio):
    task = studio.task(studio.entity(studio.project(), "Prop"), task_status_id=studio.task_status("done")["id"])
    found = recomputed(studio, task)
    assert found["task_status_id"] == studio.task_status("todo")["id"]
    assert found["last_comment_date"] is None
    concept = studio.task(studio.entity(studio.project(), "Concept"), "Concept")
    assert recomputed(studio, concept)["task_status_id"] == studio.task_status("neutral")["id"]


def test_the_duration_is_the_sum_of_the_time_spents(studio):
    task = studio.task(studio.entity(studio.project(), "Prop"), duration=7)
    for day in ("2026-01-01", "2026-01-02"):
        studio.add(TimeSpent, task_id=task["id"], person_id=studio.admin["id"], date=day, duration=30)
    recomputed(studio, task)
    assert studio.db.get(Task, task["id"])["duration"] == 60


def test_a_missing_default_status_is_made(studio):
    with studio.db.write():
        studio.db.delete(TaskStatus, "1")
    studio.forget_events()
    context = studio.context(studio.admin)
    made = tasks.default_status(context)
    assert (made["name"], made["short_name"], made["is_default"]) == ("Todo", "todo", True)
    assert tasks.default_status(context) == made
    assert tasks.default_status(context, for_concept=True)["short_name"] == "neutral"
    assert studio.events() == ["task-status:new", "task-status:new"]


def test_reading_the_history_makes_a_missing_default_status_even_besides_comments(studio):
    task = studio.task(studio.entity(studio.project(), "Prop"))
    post(studio, task, "wip")
    with studio.db.write():
        studio.db.execute("UPDATE task_status SET is_default = 0, short_name = 'first' WHERE short_name = 'todo'")
    studio.forget_events()
    assert recomputed(studio, task)["task_status_id"] == studio.task_status("wip")["id"]
    assert studio.events() == ["task-status:new", "task:update"]
