"""Entities with their tasks inside, which the pages of the UI load first.

A single statement writes the whole listing: SQLite adds the tasks of an entity, with their assignees, to its JSON. So
it costs one query and, if it is streamed, the memory of one row.
"""

import dataclasses
import itertools
import json

from kitsulite.domain import visibility
from kitsulite.domain.entities import client_view, entities, vendor_view
from kitsulite.domain.visibility import has_role, if_role
from kitsulite.models.base import chosen, json_array, json_object
from kitsulite.models.entities import Entity
from kitsulite.models.task_texts import IN_ASSET, IN_SHOT, nested_values
from kitsulite.store.conditions import quoted
from kitsulite.store.database import Database
from kitsulite.store.derived.task_texts import are_kept
from kitsulite.store.json_stream import JsonStream
from kitsulite.store.statements import in_order

#: entities from which a listing is written while it is being sent, and entities per piece
LONG, PIECE = 2000, 50
#: the values of sequences, episodes and scenes, and of their tasks
PLAIN_FIELDS = (
    *("id", "name", "status", "episode_id", "description", "frame_in", "frame_out", "fps"),
    *("preview_file_id", "canceled", "data"),
)
PLAIN_TASK_FIELDS = (
    *("id", "estimation", "entity_id", "end_date", "due_date", "done_date", "duration", "last_comment_date"),
    *("last_preview_file_id", "priority", "real_start_date", "retake_count", "start_date", "difficulty"),
    *("task_status_id", "task_type_id", "data", "is_subscribed", "assignees"),
)


def entity_values(ctx, kind=None, relations=False):
    """All values that a row may have besides its tasks: name -> SQL. Metadata is never null."""
    data = entities.metadata(ctx, kind)
    more = {"data": f"json(COALESCE({data}, '{{}}'))", **frames(data), "project_name": "project.name"}
    return {**entities.shown(ctx, kind, relations), **more}


def frames(metadata):
    """The frames in metadata: name -> SQL."""
    return {name: f"json_extract({metadata}, '$.{name}')" for name in ("fps", "frame_in", "frame_out")}


def task_values(ctx):
    """All values that a nested task may have: name -> SQL."""
    return client_view.tasks(ctx, nested_values())


def subscriptions(ctx, project_id):
    """SQL of the tasks that the caller is subscribed to, or None; they are only looked up within a project."""
    subscribed = f"SELECT task_id FROM subscription WHERE person_id = {visibility.caller(ctx)} AND task_id IS NOT NULL"
    if project_id and ctx.person_id and ctx.db.value(f"{subscribed} LIMIT 1"):
        return subscribed
    return None


def nested(task):
    """SQL of the JSON list of the tasks of an entity."""
    return f"(SELECT json_group_array({json_object(task)}) FROM task t WHERE t.entity_id = e.id)"


def own_tasks(ctx):
    """Condition on a nested task `t`: a vendor sees only the tasks assigned to them."""
    return if_role(has_role(ctx, "vendor", "t.project_id"), f"t.id IN {visibility.assigned_tasks(ctx)}")


class Tasks:
    """The tasks inside each entity `e` of a listing, as the caller sees them.

    `names` are their values, `own` is the condition on a task `t`. Subscriptions are only looked up within a project.
    """

    def __init__(self, ctx, names, project_id=None, own=None):
        self.own = own or own_tasks(ctx)
        self.subscribed = subscriptions(ctx, project_id)
        everything = nested_values()
        if self.subscribed:
            is_subscribed = f"CASE WHEN t.id IN ({self.subscribed}) THEN json('true') ELSE json('false') END"
            everything["is_subscribed"] = is_subscribed
        visible = client_view.tasks(ctx, everything)
        self.values = chosen(visible, names)
        #: whether the kept texts have the same content, and are quicker
        self.are_kept = names in (IN_SHOT, IN_ASSET) and visible is everything and self.own == "1" and are_kept(ctx.db)

    def sql(self, compact):
        """SQL of their JSON, joined by commas; null if there are none."""
        task = json_array(self.values) if compact else json_object(self.values)
        if not self.are_kept:
            return f"(SELECT group_concat({task}) FROM task t WHERE t.entity_id = e.id AND {self.own})"
        kept_text = "k.list" if compact else "k.object"
        if self.subscribed:
            path = f"[{list(self.values).index('is_subscribed')}]" if compact else ".is_subscribed"
            subscribed = f"json_set({kept_text}, '${path}', json('true'))"
            kept_text = f"CASE WHEN k.task_id IN ({self.subscribed}) THEN {subscribed} ELSE {kept_text} END"
        text = f"COALESCE({kept_text}, (SELECT {task} FROM task t WHERE t.id = k.task_id))"
        return f"(SELECT group_concat({text}) FROM kept_nested_task k WHERE k.entity_id = e.id)"


@dataclasses.dataclass
class Listing:
    """Entities with their tasks: the names of their values, the SQL of both, and the FROM clause with its parameters.

    Rows are objects, or lists of values in the order of the names if `is_compact`.
    """

    fields: list
    task_fields: list
    db: Database
    entity: str
    tasks: str
    source: str
    params: list
    is_compact: bool

    def header(self, noun):
        """The names of the values of compact rows."""
        return {"compact": True, f"{noun}_fields": self.fields, "task_fields": self.task_fields}

    def rows(self):
        """The rows as JSON in bytes, one by one."""
        return map(b"".join, self.parts(self.read()))

    def read(self):
        """The cursor of the statement: the JSON of each entity, and that of its tasks without brackets."""
        sql = f"SELECT CAST({self.entity} AS BLOB), CAST({self.tasks} AS BLOB) {self.source}"
        return self.db.execute(sql, self.params)

    def parts(self, entities):
        """The rows, each as the parts of its JSON."""
        begin, end = (b",[", b"]]") if self.is_compact else (b',"tasks":[', b"]}")
        for entity, tasks in entities:
            yield entity[:-1], begin, tasks or b"", end

    def json(self, begin=b"[", end=b"]"):
        """All rows as one JSON list between `begin` and `end`: in bytes, or written while it is being sent if long."""
        cursor = self.read()
        first = cursor.fetchmany(LONG)
        if len(first) == LONG:
            rows = map(b"".join, self.parts(itertools.chain(first, cursor)))
            return JsonStream(cursor, rows, PIECE, begin, end)
        # joined once: copying a large answer costs as much as reading it
        parts = [part for row in self.parts(first) for part in (b",", *row)]
        return b"".join((begin, *parts[1:], end))

    def compact_json(self, noun):
        """All rows and their header as one JSON object."""
        head = json.dumps(self.header(noun), separators=(",", ":")).encode()
        return self.json(head[:-1] + b',"rows":[', b"]}")


def requested(ctx, kind, id=None, project_id=None, assigned_to=None):
    """The condition of a listing: its parameters, within what the caller may see."""
    condition = entities.of(kind)
    if id:
        condition.add("e.id = ?", [id])
    if project_id:
        condition.add("e.project_id = ?", [project_id])
    if assigned_to is not None:
        condition.add(f"e.id IN {visibility.assigned_entities(ctx)}")
    vendor_view.narrow(ctx, condition)
    return condition


def listing(ctx, entity, tasks, condition, order=entities.BY_CREATION, joins="", compact=False):
    """The entities that meet a condition, each with its `Tasks`.

    `entity` is name -> SQL; `joins` add tables that it needs by LEFT JOIN, which does not change the order of rows.
    """
    row = json_array(entity) if compact else json_object(entity)
    source = in_order("entity e", condition.sql, order, f"{entities.PLACE} {joins}")
    names = [*entity, "tasks"], list(tasks.values)
    return Listing(*names, ctx.db, row, tasks.sql(compact), source, condition.params, compact)


def plain_listing(ctx, kind, worked_on, project_id=None, episode_id=None, assigned_to=None):
    """Sequences, episodes or scenes with their tasks.

    `worked_on(ctx)` is the condition for those in which a vendor works; `assigned_to` filters tasks, not entities.
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
    tasks = Tasks(ctx, PLAIN_TASK_FIELDS, project_id, own)
    return listing(ctx, chosen(shown, PLAIN_FIELDS), tasks, condition).json()


def single(ctx, entity, task, condition, joins=""):
    """One entity with all its tasks, as the caller sees it; raises NotFound if none meets the condition."""
    tasks = "json_array()" if ctx.membership.is_glimpse else nested(task)
    return entities.single(ctx, {**entity, "tasks": tasks}, condition, joins)


def with_id(kind, entity_id):
    """The condition for the entity with an id, which must be of this kind."""
    condition = entities.of(kind)
    condition.add("e.id = ?", [Entity.id.sought(entity_id)])
    return condition
