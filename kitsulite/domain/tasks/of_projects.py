"""The work in a project as plain rows: tasks, comments, notifications, subscriptions, previews."""

from kitsulite.domain import visibility
from kitsulite.domain.access import IN_RELATED_PROJECT, effective_role
from kitsulite.domain.entities import client_view
from kitsulite.domain.tasks.tasks import IN_EPISODE
from kitsulite.models.activity import Notification, Subscription
from kitsulite.models.base import json_text, parts
from kitsulite.models.choices import SUPERVISORS
from kitsulite.models.previews import PreviewFile
from kitsulite.models.tasks import Comment, Task
from kitsulite.store.conditions import Condition

OF_PROJECT = "{task} IN (SELECT id FROM task WHERE project_id = ?)"
#: the same, to be looked up row by row
IS_OF_PROJECT = "(SELECT task.project_id FROM task WHERE task.id = {task}) = ?"
#: the same, so that the rows of the table are read only once, in the order of pages, and none is sorted
PLACED = (
    "+{table}.rowid IN"
    " (SELECT placed.rowid FROM task t CROSS JOIN {table} placed ON placed.{task} = t.id WHERE t.project_id = ?)"
)
#: the part of a table from which it costs less to go through the order of all its rows than to sort some
MANY = 1 / 8
#: the part of these rows from which a page costs less so than if the rows before it were looked up one by one
DEEP = 1 / 4


def tasks(ctx, project_id, page, task_type_id=None, episode_id=None):
    """The tasks of a project with their assignees.

    Of an episode, a vendor sees only their own tasks, everybody else but admins those of open projects.
    """
    condition = Condition("project_id = ?", [project_id], about="project_id")
    condition.add(visibility.sees(ctx, "task.entity_id", "task.project_id"))
    if task_type_id:
        condition.add("task_type_id = ?", [task_type_id], walked="+task_type_id = ?")
    if episode_id:
        condition.add(f"entity_id IN {IN_EPISODE}", [episode_id])
        if ctx.role == "vendor":
            condition.add("id IN (SELECT task_id FROM task_person_link WHERE person_id = ?)", [ctx.person_id])
        elif not ctx.is_admin:
            condition.add(f"project_id {IN_RELATED_PROJECT}", [ctx.person_id])
    return listing(ctx, Task, condition, condition.walked, page=page, relations=True)


def comments(ctx, project_id, page, limit=0):
    """The comments of a project with their relations; those of clients are for who leads it."""
    conditions = of_tasks("comment", project_id, "object_id")
    if ctx.role not in SUPERVISORS:
        role = effective_role("?", "author.id", "author.role")
        clients = f"SELECT author.id FROM person author WHERE {role} = 'client'"
        for condition in conditions:
            condition.add(f"person_id NOT IN ({clients})", [project_id])
    return listing(ctx, Comment, *conditions, page=page, limit=limit, relations=True)


def notifications(ctx, project_id, page):
    """The notifications about tasks of a project."""
    return listing(ctx, Notification, *of_tasks("notification", project_id), page=page)


def subscriptions(ctx, project_id):
    """The subscriptions to tasks of a project."""
    # a join, so that SQLite begins with the smaller of the two tables
    ids = "SELECT subscription.id FROM subscription JOIN task t ON t.id = subscription.task_id WHERE t.project_id = ?"
    return ctx.db.all_json(Subscription, f"id IN ({ids})", [project_id])


def previews(ctx, project_id, page):
    """The previews of a project."""
    return listing(ctx, PreviewFile, *of_tasks("preview_file", project_id), page=page)


def of_tasks(table, project_id, task="task_id"):
    """The conditions for rows of a project's tasks: to list all, to read a page, to list many, and to count them.

    `task` is the column that refers to the task.
    """
    sqls = (OF_PROJECT, IS_OF_PROJECT, PLACED, "project_id = ?")
    return [Condition(sql.format(table=table, task=task), [project_id]) for sql in sqls]


def listing(ctx, model, condition, walked=None, placed=None, counts=None, *, page=0, limit=0, relations=False):
    """Rows, those changed last first: all of them, or page 1, 2... with its totals."""
    values, table = parts(model, relations=relations), f'"{model.table()}"'
    if model is Task:
        values = client_view.tasks(ctx, values, "task")
    total = ctx.db.counted(model.table(), counts) if counts else None
    many = total if total and total > ctx.db.value(f"SELECT max(rowid) FROM {table}") * MANY else 0
    if not page or page < 1:
        return ctx.db.json_stream(values, table, placed if many else condition, model.page_order, total=total)
    limit = max(limit, 0) or ctx.settings.nb_records_per_page
    if many and page * limit > many * DEEP:
        condition, walked = placed, None
    return ctx.db.json_page(json_text(values), table, condition, model.page_order, page, limit, walked, total)
