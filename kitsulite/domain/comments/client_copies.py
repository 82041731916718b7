"""Copies the last comments of clients, as comments of the caller."""

from kitsulite.domain.comments import comments
from kitsulite.models.fields import dump
from kitsulite.models.tasks import Task, TaskStatus

#: the newest comment by a client on a task `t`
_LAST = (
    "(SELECT c.text FROM comment c JOIN person author ON author.id = c.person_id LEFT JOIN project_person_link l"
    " ON l.project_id = t.project_id AND l.person_id = author.id WHERE c.object_id = t.id"
    " AND COALESCE(NULLIF(l.role, 'admin'), author.role) = 'client' ORDER BY c.created_at DESC, c.rowid DESC LIMIT 1)"
)


def copy(ctx, project_id, task_ids, prefix=""):
    """Post the last client comment of each task again as the caller, with a prefix; returns the new comments.

    Tasks of other projects, and those without such a comment or without a status, are left out.
    """
    sql = (
        f"SELECT t.id, {_LAST} AS text FROM task t WHERE t.project_id = ? AND t.task_status_id IS NOT NULL"
        " AND t.id IN (SELECT value FROM json_each(?)) ORDER BY t.id"
    )
    copies = []
    for task_id, text in ctx.db.execute(sql, [project_id, dump(task_ids)]).fetchall():
        if text is not None:
            task = ctx.db.get(Task, task_id)
            status = ctx.db.get(TaskStatus, task["task_status_id"])
            copies.append(comments.post(ctx, task, status, f"{prefix}\n\n{text}" if prefix else text))
    return copies
