"""The caller's work: assigned tasks, and their entities."""

from kitsulite.domain import visibility
from kitsulite.domain.access import IN_RELATED_PROJECT
from kitsulite.domain.entities import entities
from kitsulite.domain.kinds import AS_ASSET_TYPE, IS_ASSET_TYPE, get_asset_type, get_of_kind, temporal_id
from kitsulite.domain.tasks import rows as task_rows
from kitsulite.models.base import json_object
from kitsulite.models.projects import Project
from kitsulite.models.tasks import Task, TaskType

#: condition with two parameters, both the person: a task is assigned to them, in an open project of theirs
MINE = (
    "EXISTS (SELECT 1 FROM task_person_link l WHERE l.task_id = task.id AND l.person_id = ?)"
    f" AND task.project_id {IN_RELATED_PROJECT}"
)
#: the entities `e` of these tasks, found from the links of the person
OF_MINE = (
    "FROM task_person_link l CROSS JOIN task t ON t.id = l.task_id CROSS JOIN entity e ON e.id = t.entity_id"
    f" WHERE l.person_id = ? AND t.project_id {IN_RELATED_PROJECT}"
)
#: SQL with three parameters, the last of which is the type of shots: the ids of the parents of their shots
PARENTS = f"SELECT e.parent_id {OF_MINE} AND e.entity_type_id = ?"


def tasks(ctx, done=False):
    """The caller's tasks in the open projects of their teams, as JSON text."""
    in_projects = f"{IN_RELATED_PROJECT} AND {visibility.sees(ctx, 't.entity_id', 't.project_id')}"
    return task_rows.assigned(ctx, ctx.person_id, in_projects, [ctx.person_id], done)


def tasks_of(ctx, kind, entity_id):
    """The caller's tasks of an entity of this kind."""
    entity = get_of_kind(ctx, kind, entity_id)
    return ctx.db.all_json(Task, f"entity_id = ? AND {MINE}", [entity["id"], *me(ctx)])


def task_types_of(ctx, kind, entity_id):
    """The types of the caller's tasks of an entity of this kind."""
    entity = get_of_kind(ctx, kind, entity_id)
    where = f"id IN (SELECT task.task_type_id FROM task WHERE task.entity_id = ? AND {MINE})"
    return ctx.db.all_json(TaskType, where, [entity["id"], *me(ctx)])


def asset_types(ctx, project_id):
    """The types of the caller's assets in a project."""
    project = ctx.db.get(Project, project_id)
    where = f"id IN (SELECT e.entity_type_id {OF_MINE} AND e.project_id = ?) AND {IS_ASSET_TYPE}"
    sql = f"SELECT {json_object(AS_ASSET_TYPE)} FROM entity_type WHERE {where} ORDER BY name"
    return ctx.db.json_list(sql, [*me(ctx), project["id"]])


def assets(ctx, project_id, asset_type_id):
    """The caller's assets of a type in a project."""
    project = ctx.db.get(Project, project_id)
    asset_type = get_asset_type(ctx, asset_type_id)
    where = f"project_id = ? AND entity_type_id = ? AND id IN (SELECT e.id {OF_MINE})"
    return listing(ctx, "Asset", where, [project["id"], asset_type["id"], *me(ctx)])


def sequences(ctx, project_id):
    """The sequences of a project in which the caller has a shot."""
    project = ctx.db.get(Project, project_id)
    return parents_of_shots(ctx, "Sequence", project["id"], PARENTS)


def episodes(ctx, project_id):
    """The episodes of a project in which the caller has a shot."""
    project = ctx.db.get(Project, project_id)
    return parents_of_shots(ctx, "Episode", project["id"], f"SELECT parent_id FROM entity WHERE id IN ({PARENTS})")


def parents_of_shots(ctx, kind, project_id, ids):
    where = f"project_id = ? AND entity_type_id = ? AND id IN ({ids})"
    return listing(ctx, kind, where, [project_id, temporal_id(ctx, kind), *me(ctx), temporal_id(ctx, "Shot")])


def children(ctx, kind, sequence_id):
    """The caller's shots or scenes below a sequence."""
    sequence = get_of_kind(ctx, "Sequence", sequence_id)
    where = f"parent_id = ? AND entity_type_id = ? AND EXISTS (SELECT 1 FROM task WHERE entity_id = e.id AND {MINE})"
    return listing(ctx, kind, where, [sequence["id"], temporal_id(ctx, kind), *me(ctx)])


def me(ctx):
    """The parameters of `MINE` and `OF_MINE`."""
    return [ctx.person_id, ctx.person_id]


def listing(ctx, kind, where, params):
    """Entities of a kind as JSON text, by name."""
    shown = json_object(entities.shown(ctx, kind))
    return ctx.db.json_list(f"SELECT {shown} FROM entity e WHERE {where} ORDER BY {entities.BY_NAME}", params)
