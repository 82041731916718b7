"""Entities with their tasks inside: what the pages of the UI load first.

One statement writes the whole listing: SQLite puts the tasks of a row, and their assignees,
into the row's JSON while it walks through the entities. So it costs one query and, if it
is streamed, the memory of one row.
"""

import dataclasses
import json

from kitsulite.domain import visibility
from kitsulite.domain.entities import client_view, entities, vendor_view
from kitsulite.domain.visibility import has_role, if_role
from kitsulite.models.base import json_object, parts
from kitsulite.models.entities import Entity
from kitsulite.models.tasks import Task
from kitsulite.store.conditions import quoted
from kitsulite.store.database import Database
from kitsulite.store.statements import in_order

#: what sequences, episodes and scenes show, and their tasks
PLAIN_FIELDS = (
    *("id", "name", "status", "episode_id", "description", "frame_in", "frame_out", "fps"),
    *("preview_file_id", "canceled", "data"),
)
PLAIN_TASK_FIELDS = (
    *("id", "estimation", "entity_id", "end_date", "due_date", "done_date", "duration", "last_comment_date"),
    *("last_preview_file_id", "priority", "real_start_date", "retake_count", "start_date", "difficulty"),
    *("task_status_id", "task_type_id", "data", "is_subscribed", "assignees"),
)
ASSIGNEES = "(SELECT json_group_array(person_id) FROM task_person_link WHERE task_id = t.id)"


def entity_values(ctx, kind=None, relations=False):
    """All that a row may show besides its tasks: name -> SQL. Metadata is never null."""
    data = entities.metadata(ctx, kind)
    whole = {"data": f"json(COALESCE({data}, '{{}}'))", **frames(data), "project_name": "project.name"}
    return {**entities.shown(ctx, kind, relations), **whole}


def frames(metadata):
    """What the metadata says of frames: name -> SQL."""
    return {name: f"json_extract({metadata}, '$.{name}')" for name in ("fps", "frame_in", "frame_out")}


def task_values(ctx, project_id=None):
    """All that a nested task may show. Subscriptions are only looked up within a project."""
    mine = f"FROM subscription WHERE person_id = {visibility.caller(ctx)} AND task_id IS NOT NULL"
    subscribed = "json('false')"
    if project_id and ctx.person_id and ctx.db.value(f"SELECT 1 {mine} LIMIT 1"):
        subscribed = f"CASE WHEN t.id IN (SELECT task_id {mine}) THEN json('true') ELSE json('false') END"
    values = {
        **parts(Task, "t"),
        "priority": "COALESCE(t.priority, 0)",
        "assignees": ASSIGNEES,
        "is_subscribed": subscribed,
    }
    return client_view.tasks(ctx, values)


def chosen(values, names):
    """These values, in this order."""
    return {name: values[name] for name in names}


def nested(task, condition="1", make=json_object):
    """SQL of the JSON list of an entity's tasks that fit a condition on `t`."""
    return f"(SELECT json_group_array({make(task)}) FROM task t WHERE t.entity_id = e.id AND {condition})"


def own_tasks(ctx):
    """Condition on a nested task `t`: a vendor sees only the tasks assigned to them."""
    return if_role(has_role(ctx, "vendor", "t.project_id"), f"t.id IN {visibility.assigned_tasks(ctx)}")


def json_array(values):
    """SQL expression of a JSON list of values."""
    return "json_array(" + ",".join(values.values()) + ")"


@dataclasses.dataclass
class Listing:
    """Entities with their tasks: the names of what each shows, the SQL of a row, and where rows come from.

    Rows are objects, or lists of values in the order of the names if they are compact.
    """

    fields: list
    task_fields: list
    db: Database
    row: str
    source: str
    params: list

    def header(self, noun):
        """The names of the values of compact rows."""
        return {"compact": True, f"{noun}_fields": self.fields, "task_fields": self.task_fields}

    def rows(self):
        """The rows as JSON in bytes, one by one."""
        return (row for (row,) in self.db.execute(f"SELECT CAST({self.row} AS BLOB) {self.source}", self.params))

    def json(self):
        """All rows as one JSON list, in bytes."""
        return self.db.json_array(self.row, self.source, self.params)

    def compact_json(self, noun):
        """All rows and their header as one JSON object, in bytes."""
        head = json.dumps(self.header(noun), separators=(",", ":")).encode()
        return b"".join((head[:-1], b',"rows":', self.json(), b"}"))


def requested(ctx, kind, id=None, project_id=None, assigned_to=None):
    """The condition of a listing: what its parameters ask for, of what the caller may see."""
    condition = entities.of(kind)
    if id:
        condition.add("e.id = ?", [id])
    if project_id:
        condition.add("e.project_id = ?", [project_id])
    if assigned_to is not None:
        condition.add(f"e.id IN {visibility.assigned_entities(ctx)}")
    vendor_view.narrow(ctx, condition)
    return condition


def listing(ctx, entity, task, condition, order=entities.BY_CREATION, own="1", joins="", compact=False):
    """The entities that fit a condition, each with its tasks that fit the condition `own`.

    `entity` and `task` are name -> SQL; `joins` add tables that they need, by LEFT JOIN, which
    leaves the entities in their order.
    """
    make = json_array if compact else json_object
    row = make({**entity, "tasks": nested(task, own, make)})
    source = in_order("entity e", condition.sql, order, f"{entities.PLACE} {joins}")
    return Listing([*entity, "tasks"], list(task), ctx.db, row, source, condition.params)


def plain_listing(ctx, kind, worked_on, project_id=None, episode_id=None, assigned_to=None):
    """Sequences, episodes or scenes with their tasks.

    `worked_on(ctx)` is the condition of those in which a vendor works; `assigned_to` keeps the
    tasks of one person, not the entities.
    """
    condition = entities.of(kind, {"project_id": project_id} if project_id else None)
    if episode_id == "main":
        condition.add("e.parent_id IS NULL")
    elif episode_id not in (None, "all"):
        condition.add("e.parent_id = ?", [episode_id])
    if ctx.role == "vendor":
        condition.add(worked_on(ctx))
    own = own_tasks(ctx)
    if assigned_to:
        own += f" AND t.id IN (SELECT task_id FROM task_person_link WHERE person_id = {quoted(assigned_to)})"
        own += f" AND {visibility.no_client(ctx, 't.project_id')}"
    shown = {
        **entity_values(ctx, kind),
        "episode_id": "COALESCE(e.parent_id, 'None')",
        "preview_file_id": "COALESCE(e.preview_file_id, '')",
    }
    task = chosen(task_values(ctx, project_id), PLAIN_TASK_FIELDS)
    return listing(ctx, chosen(shown, PLAIN_FIELDS), task, condition, own=own).json()


def single(ctx, entity, task, condition, joins=""):
    """One entity with all of its tasks, as far as the caller sees it; NotFound if none fits."""
    tasks = "json_array()" if ctx.membership.is_glimpse else nested(task)
    return entities.single(ctx, {**entity, "tasks": tasks}, condition, joins)


def with_id(kind, entity_id):
    """The condition that picks the entity of an id, which must be of this kind."""
    condition = entities.of(kind)
    condition.add("e.id = ?", [Entity.id.sought(entity_id)])
    return condition
