"""Posts many plain comments, which mention nobody and affect no other task.

    posts = PlainComments(ctx, project_id, rows)
    if posts.is_plain(task, status, text):
        posts.add(task, status, text)
    rows.flush()
    posts.notify()

`rows` collects new and changed rows until they are flushed; see `exchange/held_rows.py`.
"""

import functools

from kitsulite.domain import comment_events, visibility
from kitsulite.domain.comments import news, notification_messages
from kitsulite.domain.comments.notifications import WANTS_MESSAGES
from kitsulite.domain.tasks import tasks
from kitsulite.events.bus import emit
from kitsulite.models.activity import News, Notification
from kitsulite.models.fields import dump
from kitsulite.models.tasks import Comment, Task

#: the statuses for which a project has automations
WAITING = (
    "SELECT a.in_task_type_id, a.in_task_status_id FROM project_status_automation_link l"
    " JOIN status_automation a ON a.id = l.status_automation_id WHERE l.project_id = ?"
)
#: (task, follower who may read it and is not the author, whether they want messages) of some tasks
FOLLOWERS = (
    "WITH asked AS (SELECT j.key AS place, t.id, t.entity_id, t.task_type_id FROM json_each(:tasks) j"
    " JOIN task t ON t.id = j.value), follower AS ("
    "SELECT a.place, a.id, l.person_id FROM asked a JOIN task_person_link l ON l.task_id = a.id"
    " UNION SELECT a.place, a.id, s.person_id FROM asked a JOIN subscription s ON s.task_id = a.id"
    " UNION SELECT a.place, a.id, s.person_id FROM asked a JOIN entity e ON e.id = a.entity_id"
    " JOIN subscription s ON s.entity_id = e.parent_id AND s.task_type_id = a.task_type_id)"
    f" SELECT follower.place, person.id, {WANTS_MESSAGES} FROM follower JOIN person ON person.id = follower.person_id"
    " JOIN task t ON t.id = follower.id"
    f" WHERE person.id <> :author AND {visibility.reads_task()} ORDER BY follower.place, person.id"
)


class PlainComments:
    """Comments of the caller on tasks of a project; the tasks are given with the columns that a comment changes."""

    def __init__(self, ctx, project_id, rows):
        self.ctx, self.project_id, self.rows = ctx, project_id, rows
        self.automated = set(ctx.db.execute(WAITING, [project_id]).fetchall())
        #: (task, comment, whether it changed the status) of comments without notifications so far
        self.unnotified = []

    def is_plain(self, task, status, text):
        """Whether a comment affects only its task, and is its newest."""
        is_newest = (task["last_comment_date"] or "") <= self.rows.now
        return (
            is_newest
            and "@" not in text
            and "#" not in text
            and (task["task_type_id"], status["id"]) not in self.automated
        )

    def add(self, task, status, text):
        """Add a comment and its news, and update its task."""
        ctx, now = self.ctx, self.rows.now
        comment = {
            "object_id": task["id"],
            "object_type": "Task",
            "task_status_id": status["id"],
            "person_id": ctx.person_id,
            "text": text,
            "links": [],
            "created_at": now,
        }
        comment = {**comment, "id": self.rows.add(Comment, **comment), "for_client": False, "preview_file_id": None}
        comment_events.emit_new(ctx, comment, self.project_id)
        changed = task["task_status_id"] != status["id"]
        columns = tasks.after_comment(task, comment, status, changed, now)
        self.rows.change(Task, task["id"], **columns)
        emit(ctx, "task:update", {"task_id": task["id"]}, self.project_id)
        if changed:
            tasks.emit_new_status(ctx, task, comment, status)
        news.emit_new(ctx, self.rows.add(News, **news.columns(task, comment, changed)), task, comment)
        self.unnotified.append((task["id"], comment["id"], changed))
        task.update(columns)

    def notify(self):
        """Notify the followers of the tasks of the comments, which must have been flushed."""
        ctx, notified = self.ctx, []
        params = {"tasks": dump([task_id for task_id, _, _ in self.unnotified]), "author": ctx.person_id}
        followers = ctx.db.execute(FOLLOWERS, params).fetchall() if self.unnotified else ()
        for position, person_id, wants_messages in followers:
            task_id, comment_id, changed = self.unnotified[position]
            about = {"author_id": ctx.person_id, "task_id": task_id, "comment_id": comment_id}
            columns = {"type": "comment", "person_id": person_id, "change": changed}
            notified.append((self.rows.add(Notification, **columns, **about), person_id))
            if wants_messages:
                notification_messages.send(ctx, "comment", person_id, **about)
        self.unnotified.clear()
        if notified:
            ctx.db.after_commit(functools.partial(publish, ctx.app.bus, notified, self.project_id))


def publish(bus, notified, project_id):
    """Broadcast notifications, given as (id, person)."""
    for notification_id, person_id in notified:
        payload = {"notification_id": notification_id, "person_id": person_id}
        bus.publish("notification:new", {**payload, "project_id": project_id})
