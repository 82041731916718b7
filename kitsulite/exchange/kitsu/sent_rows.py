"""The rows of a production that bulk imports of another Kitsu server accept, in the necessary order."""

from dataclasses import dataclass
from typing import Any

from kitsulite.domain.kinds import kind
from kitsulite.exchange.kitsu.kinds import KINDS
from kitsulite.exchange.kitsu.storing import parents_first
from kitsulite.models import target
from kitsulite.models.base import Children, json_object, parts
from kitsulite.models.fields import Ref

OF_PROJECT = "project_id = :project"
IN_PROJECT = "SELECT id FROM entity WHERE project_id = :project"
TASKS = "SELECT id FROM task WHERE project_id = :project"
COMMENTS = f"SELECT id FROM comment WHERE object_id IN ({TASKS})"
#: name of an import -> condition on its rows
ROWS = {
    "projects": "id = :project",
    "metadata-descriptors": OF_PROJECT,
    "milestones": OF_PROJECT,
    "entities": OF_PROJECT,
    "schedule-items": OF_PROJECT,
    "tasks": OF_PROJECT,
    "subscriptions": f"task_id IN ({TASKS})",
    "time-spents": f"task_id IN ({TASKS})",
    "preview-files": f"task_id IN ({TASKS})",
    "comments": f"object_id IN ({TASKS})",
    "playlists": OF_PROJECT,
    "build-jobs": f"playlist_id IN (SELECT id FROM playlist WHERE {OF_PROJECT})",
    "notifications": f"task_id IN ({TASKS})",
    "news": f"task_id IN ({TASKS})",
    # after the previews of entities are set: a server may empty the casting of an entity that it receives again
    "entity-links": f"entity_in_id IN ({IN_PROJECT})",
}
#: columns that refer to rows that cannot be sent
NOT_SENT = {"preview-files": ("source_file_id",)}
#: columns that are sent once the rows they refer to exist
LATER = {"entities": "preview_file_id", "projects": "from_schedule_version_id"}


@dataclass(frozen=True)
class Sent:
    """The rows of one import, as the API shows them."""

    name: str
    rows: list[dict[str, Any]]
    model: Any
    #: relations sent with the rows
    relations: list[str]


def of_project(db, project_id):
    """All rows of a project to send: a list of Sent."""
    return [rows_of(db, name, project_id) for name in ROWS]


def rows_of(db, name, project_id):
    model, table = KINDS[name].model, KINDS[name].model.table()
    relations = carried(name)
    shown = {key: sql for key, sql in parts(model, table, relations=True).items() if is_shown(model, key, relations)}
    if name == "entities":
        shown["type"] = kind(table)
    sql = f"SELECT {json_object(shown)} FROM {table} WHERE {ROWS[name]} ORDER BY created_at, rowid"
    rows = db.objects(sql, {"project": project_id})
    for column in NOT_SENT.get(name, ()):
        for row in rows:
            del row[column]
    return Sent(name, parents_first(model, rows), model, relations)


def is_shown(model, key, relations):
    return key not in model.relations or key in relations


def carried(name):
    """The relations sent with a row."""
    declared = KINDS[name]
    many = declared.model.relations
    return [
        relation
        for relation in (*declared.replaced, *declared.added)
        if relation != "entities_out" and not isinstance(many[relation], Children)
    ]


def references(sent):
    """(model, id) of everything that rows refer to."""
    many = {relation: target(sent.model.relations[relation]) for relation in sent.relations}
    columns = {name: field.table for name, field in sent.model.columns().items() if isinstance(field, Ref)}
    for row in sent.rows:
        for name, table in columns.items():
            if row.get(name):
                yield table, row[name]
        for name, model in many.items():
            for other in row.get(name) or ():
                yield model.table(), other
