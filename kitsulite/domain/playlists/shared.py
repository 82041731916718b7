"""What guests see of a shared playlist: its entities, tasks, previews and comments.

The entries of a playlist are what clients sent: only those of the project, or of shared entities, are ever shown.
"""

import json

from kitsulite.domain.comments import views as comment_views
from kitsulite.domain.people.persons import short_parts
from kitsulite.domain.playlists import views
from kitsulite.errors import Forbidden
from kitsulite.models.base import json_object, parts
from kitsulite.models.fields import is_id
from kitsulite.models.people import Person
from kitsulite.models.previews import PreviewFile
from kitsulite.models.projects import Project
from kitsulite.models.tasks import Comment, TaskStatus, TaskType

#: columns of task types and task statuses that guests see
TASK_TYPE = ("id", "name", "color", "for_entity")
TASK_STATUS = ("id", "name", "short_name", "color", "is_client_allowed", "is_default", "for_concept")
#: whether clients may set a status `k`: by its link `l` to the project, else by the status itself
FOR_CLIENTS = {
    "is_client_allowed": TaskStatus.is_client_allowed.shown("COALESCE(l.is_client_allowed, k.is_client_allowed)")
}
#: SQL of the name of the parent of an entity `e` of type `et`
PARENT = (
    "CASE WHEN et.name IN ('Shot', 'Sequence', 'Episode', 'Edit', 'Concept') THEN COALESCE(parent.name, '')"
    " ELSE et.name END"
)


#: the same in a playlist for all episodes
PARENT_OF_ALL = (
    "CASE et.name WHEN 'Shot' THEN COALESCE((SELECT grand.name || ' / ' FROM entity grand WHERE grand.id ="
    f" parent.parent_id), '') || COALESCE(parent.name, '') ELSE {PARENT} END"
)


def picked(model, alias, names):
    """Some columns of a table: name -> SQL."""
    return {name: parts(model, alias)[name] for name in names}


def whole(ctx, playlist):
    """A playlist with everything that a review shows of its entities."""
    project = ctx.db.get(Project, playlist["project_id"])
    review = views.whole(ctx, playlist, annotations=True)
    parent = PARENT_OF_ALL if playlist["is_for_all"] else PARENT
    names = entities(ctx, playlist, {"name": "e.name", "parent_name": parent})
    facts = tasks(ctx, playlist, review["shots"])
    for entry in review["shots"]:
        only_shown(entry)
        entry |= names.get(entry["id"], {})
        entry |= facts.get(entry.get("preview_file_task_id"), {})
    return {**review, "project_name": project["name"], "project_fps": project["fps"]}


def only_shown(entry):
    """Limit an entry to the previews of the task that it shows, of one revision."""
    entry["preview_files"] = {}
    shown = entry.get("preview_file_task_id")
    if "preview_file_previews" in entry:
        entry["preview_file_previews"] = [
            preview for preview in entry["preview_file_previews"] if preview["task_id"] == shown
        ]


def context(ctx, playlist):
    """The project of a playlist with its task types and statuses."""
    project = ctx.db.get(Project, playlist["project_id"])
    shown = {name: project[name] for name in ("id", "name", "fps", "ratio", "resolution")}
    return {
        "project": {**shown, "team": []},
        "task_types": linked(ctx, project, picked(TaskType, "k", TASK_TYPE), TaskType),
        "task_statuses": linked(ctx, project, {**picked(TaskStatus, "k", TASK_STATUS), **FOR_CLIENTS}, TaskStatus),
    }


def linked(ctx, project, shown, model):
    """The task types or statuses that a project uses, by priority, then in the order of their links."""
    kind = model.table()
    return ctx.db.objects(
        f"SELECT {json_object(shown)} FROM project_{kind}_link l"
        f" JOIN {kind} k ON k.id = l.{kind}_id WHERE l.project_id = ? ORDER BY l.priority, l.rowid",
        [project["id"]],
    )


def entity_ids(playlist):
    """The ids of the entities in a playlist, in order, each once."""
    ids = map(views.entity_id, views.entries_of(playlist))
    return [*dict.fromkeys(entity_id for entity_id in ids if is_id(entity_id))]


def entities(ctx, playlist, shown):
    """The entities in a playlist by id; `shown` are their parts: name -> SQL on `e`, `et` and `parent`."""
    rows = ctx.db.execute(
        f"SELECT e.id, {json_object(shown)} FROM entity e JOIN entity_type et ON et.id = e.entity_type_id"
        " LEFT JOIN entity parent ON parent.id = e.parent_id"
        " WHERE e.id IN (SELECT value FROM json_each(?)) AND (e.project_id = ? OR e.is_shared)",
        [json.dumps(entity_ids(playlist)), playlist["project_id"]],
    )
    return {entity_id: json.loads(text) for entity_id, text in rows}


def tasks(ctx, playlist, entries):
    """The tasks of the project whose previews the entries show, by id, as guests see them."""
    ids = [entry["preview_file_task_id"] for entry in entries if is_id(entry.get("preview_file_task_id"))]
    shown = {
        "preview_file_task_type": json_object(picked(TaskType, "tt", TASK_TYPE)),
        "preview_file_task_type_name": "tt.name",
        "task_status_color": "ts.color",
    }
    rows = ctx.db.execute(
        f"SELECT t.id, {json_object(shown)} FROM task t JOIN task_type tt ON tt.id = t.task_type_id"
        " LEFT JOIN task_status ts ON ts.id = t.task_status_id"
        " WHERE t.id IN (SELECT value FROM json_each(?)) AND t.project_id = ?",
        [json.dumps(ids), playlist["project_id"]],
    )
    return {task_id: json.loads(text) for task_id, text in rows}


def task_ids(ctx, playlist):
    """The ids of the tasks whose previews a playlist shows."""
    return set(tasks(ctx, playlist, views.shots(ctx, playlist)))


def comments(ctx, playlist):
    """The comments for clients or by guests on the tasks of a playlist, newest first, as JSON."""
    author = {**short_parts("author"), "is_guest": parts(Person, "author")["is_guest"]}
    shown = {
        **parts(Comment),
        "attachment_files": comment_views.attachments("reply_id"),
        "replies": comment_views.replies(),
        "person": json_object(author),
        "task_status": json_object(picked(TaskStatus, "ts", ("name", "short_name", "color", "id"))),
    }
    return ctx.db.json_list(
        f"SELECT {comment_views.with_editor(json_object(shown))} FROM comment"
        " JOIN person author ON author.id = comment.person_id LEFT JOIN person editor ON editor.id = comment.editor_id"
        " LEFT JOIN task_status ts ON ts.id = comment.task_status_id"
        " WHERE comment.object_id IN (SELECT value FROM json_each(?)) AND (comment.for_client OR author.is_guest)"
        " ORDER BY comment.object_id, comment.created_at DESC, comment.rowid DESC",
        [json.dumps([*task_ids(ctx, playlist)])],
    )


def has_spoken(ctx, playlist, person_id):
    """Whether a person wrote a comment or reply that guests of a playlist see."""
    sql = (
        "SELECT 1 FROM comment c JOIN person author ON author.id = c.person_id"
        " WHERE c.object_id IN (SELECT value FROM json_each(:tasks)) AND (c.for_client OR author.is_guest)"
        " AND (c.person_id = :person OR EXISTS (SELECT 1 FROM json_each(COALESCE(c.replies, '[]')) r"
        " WHERE json_extract(r.value, '$.person_id') = :person)) LIMIT 1"
    )
    return bool(ctx.db.value(sql, {"tasks": json.dumps([*task_ids(ctx, playlist)]), "person": person_id}))


def preview(ctx, playlist, preview_id):
    """The preview with an id; raises Forbidden unless the playlist shows it or another one of its revision."""
    row = ctx.db.get(PreviewFile, preview_id)
    task = ctx.db.row(
        "SELECT t.entity_id FROM task t JOIN entity e ON e.id = t.entity_id"
        " WHERE t.id = ? AND (e.project_id = ? OR e.is_shared)",
        [row["task_id"], playlist["project_id"]],
    )
    shown = [
        entry.get("preview_file_id")
        for entry in views.entries_of(playlist)
        if task and views.entity_id(entry) == task[0]
    ]
    same_revision = "SELECT 1 FROM preview_file WHERE id IN (SELECT value FROM json_each(?)) AND task_id = ?"
    if not ctx.db.value(f"{same_revision} AND revision IS ?", [json.dumps(shown), row["task_id"], row["revision"]]):
        raise Forbidden
    return row
