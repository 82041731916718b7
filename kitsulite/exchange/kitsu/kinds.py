"""The kinds of bulk imports: table, preparation of the rows, and events."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kitsulite.domain.kinds import TEMPORAL, kind, temporal_id
from kitsulite.domain.previews.uploads import IMPORTED
from kitsulite.errors import NotFound, RowRejected
from kitsulite.exchange.kitsu import storing
from kitsulite.models import activity, entities, people, previews, projects, tasks
from kitsulite.models.base import nested, parts
from kitsulite.models.fields import as_object, dump

#: the columns of news that are read
NEWS = ("id", "created_at", "change", "author_id", "comment_id", "preview_file_id", "task_id")


def as_they_are(ctx, entries):
    return entries


@dataclass(frozen=True)
class Kind:
    """`prepare` turns entries into rows of the table; `project` and `payload` are SQL over a stored row `made`."""

    model: Any
    project: str = "made.project_id"
    payload: str | None = None
    event: str | None = None
    prepare: Callable = as_they_are
    #: relations that a row replaces, and those to which it adds
    replaced: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    match: tuple[str, ...] = ("id",)
    shown: dict[str, str] = field(default_factory=dict)
    #: what must not happen -> SQL of the ids for which the stored row `made` would do so
    forbidden: dict[str, str] = field(default_factory=dict)

    @property
    def event_sql(self):
        return self.event or f"'{self.model.table().replace('_', '-')}'"

    @property
    def payload_sql(self):
        return self.payload or f"json_object('{self.model.table()}_id', made.id)"

    @property
    def parts(self):
        """The parts of the answer for an imported row: name -> SQL."""
        return {**parts(self.model, "made"), **self.shown}


def entities_elsewhere(table, *columns):
    """What must not happen: columns of a table that refer to entities of other productions."""
    return {
        f"{column} names a row of another production": f"SELECT e.id FROM {table} made"
        f" JOIN entity e ON e.id = made.{column} WHERE e.project_id <> made.project_id"
        for column in columns
    }


def of_task(task_id):
    return f"(SELECT t.project_id FROM task t WHERE t.id = {task_id})"


# Entities


def entity_rows(ctx, entries):
    """Entities with their type, parent and metadata, which rows may give in several forms."""
    known_previews = storing.known_rows(ctx.db, previews.PreviewFile, ids_under(entries, "preview_file_id"))
    creators = set(ids_under(entries, "created_by"))
    unknown_creators = creators - storing.known_rows(ctx.db, people.Person, creators)
    sql = f"SELECT e.id, {kind()}, e.data FROM entity e WHERE e.id IN {storing.LISTED}"
    rows = ctx.db.execute(sql, [dump(ids_under(entries, "id"))])
    stored = {row_id: (kind_name, data) for row_id, kind_name, data in rows}
    return [entity_row(ctx, dict(entry), stored, known_previews, unknown_creators) for entry in entries]


def entity_row(ctx, row, stored, known_previews, unknown_creators):
    # without a type, a new row is a shot and an existing one keeps its type
    known_as, data = stored.get(lowered(row.get("id"))) or ("Shot", None)
    kind_name = row.pop("type", None) or known_as
    if "asset_type_id" in row:
        row["entity_type_id"] = row.pop("asset_type_id")
    if kind_name in TEMPORAL:
        row["entity_type_id"] = temporal_id(ctx, kind_name)
    if "sequence_id" in row:
        row["parent_id"] = row.pop("sequence_id")
    if lowered(row.get("preview_file_id")) not in known_previews:
        row.pop("preview_file_id", None)
    # gazu sends the creators' ids on its own server
    if lowered(row.get("created_by")) in unknown_creators:
        row.pop("created_by")
    frames = {key: row.pop(key) for key in ("frame_in", "frame_out", "fps") if key in row}
    if frames:
        before = row["data"] if "data" in row else json.loads(data or "null")
        row["data"] = {**as_object(before), **frames}
    return row


# Other tables


def comment_rows(ctx, entries):
    """Comments, each on an existing task."""
    needed = set(ids_under(entries, "object_id"))
    missing = needed - storing.known_rows(ctx.db, tasks.Task, needed)
    if missing:
        raise NotFound(f"Task {min(missing)} of a comment is not known here.")
    return [{**entry, "checklist": entry["checklist"] or []} if "checklist" in entry else entry for entry in entries]


def preview_rows(ctx, entries):
    """Previews without their files: new ones are marked as such, existing ones keep their status."""
    sql = f"SELECT id, json_extract(data, '$.{IMPORTED}') IS 1 FROM preview_file WHERE id IN {storing.LISTED}"
    marked = dict(ctx.db.execute(sql, [dump(ids_under(entries, "id"))]))
    rows = []
    for entry in entries:
        row = {key: value for key, value in entry.items() if key != "comments"}
        row["status"] = row.get("status") or "ready"
        data = {key: value for key, value in as_object(row.get("data")).items() if key != IMPORTED}
        if marked.get(lowered(row.get("id")), True):
            row["data"] = {**data, IMPORTED: True}
        elif "data" in row:
            row["data"] = data or None
        rows.append(row)
    return rows


def notification_rows(ctx, entries):
    """Notifications, whose type has another name in the table."""
    rows = [{key: value for key, value in entry.items() if key != "type"} for entry in entries]
    for row in rows:
        if "notification_type" in row:
            row["type"] = row["notification_type"]
    return rows


def news_rows(ctx, entries):
    """News, reduced to the columns that are read, all of which are required."""
    rows = []
    for entry in entries:
        missing = [key for key in NEWS if key not in entry]
        if missing:
            raise RowRejected(f"{missing[0]} is missing.", "required")
        rows.append({**{key: entry[key] for key in NEWS}, "updated_at": entry["created_at"]})
    return rows


def ids_under(entries, key):
    return [lowered(entry[key]) for entry in entries if isinstance(entry.get(key), str)]


def lowered(value):
    return value.lower() if isinstance(value, str) else None


#: name of an import -> Kind
KINDS = {
    "projects": Kind(
        projects.Project,
        "made.id",
        "json_object()",
        added=tuple(projects.Project.relations),
    ),
    "entities": Kind(
        entities.Entity,
        event=f"replace(lower({kind('made')}), 'conceptfolder', 'concept-folder')",
        payload=f"json_object({kind('made')} || '_id', made.id)",
        prepare=entity_rows,
        replaced=("entities_out",),
        forbidden=entities_elsewhere("entity", "parent_id", "source_id"),
    ),
    "entity-links": Kind(
        entities.EntityLink,
        "(SELECT e.project_id FROM entity e WHERE e.id = made.entity_in_id)",
        "json_object()",
        match=("entity_in_id", "entity_out_id"),
    ),
    "tasks": Kind(
        tasks.Task,
        payload="json_object()",
        replaced=("assignees",),
        forbidden=entities_elsewhere("task", "entity_id"),
    ),
    "comments": Kind(
        tasks.Comment,
        of_task("made.object_id"),
        "json_object('comment_id', made.id, 'task_id', made.object_id, 'person_id', made.person_id, 'for_client',"
        f" {tasks.Comment.for_client.shown('made.for_client')})",
        prepare=comment_rows,
        replaced=tuple(tasks.Comment.relations),
    ),
    "preview-files": Kind(previews.PreviewFile, of_task("made.task_id"), prepare=preview_rows),
    "time-spents": Kind(tasks.TimeSpent, of_task("made.task_id")),
    "subscriptions": Kind(activity.Subscription, of_task("made.task_id")),
    "notifications": Kind(activity.Notification, of_task("made.task_id"), prepare=notification_rows),
    "news": Kind(activity.News, of_task("made.task_id"), prepare=news_rows),
    "playlists": Kind(previews.Playlist),
    "metadata-descriptors": Kind(projects.MetadataDescriptor, added=("departments",)),
    "schedule-items": Kind(projects.ScheduleItem),
    "milestones": Kind(projects.Milestone),
    "build-jobs": Kind(previews.BuildJob, "(SELECT project_id FROM playlist WHERE id = made.playlist_id)"),
    "attachment-files": Kind(
        previews.AttachmentFile,
        of_task("(SELECT c.object_id FROM comment c WHERE c.id = made.comment_id)"),
        shown={
            "comment": nested(tasks.Comment, "made.comment_id"),
            "chat_message": nested(activity.ChatMessage, "made.chat_message_id"),
        },
    ),
}
