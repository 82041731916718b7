"""Tasks in lists of work: with the names of their project, entity, task type and status.

The aliases in `FROM`, for conditions and orders of callers: t task, p project, tt task type, ts task status, e entity,
et its type, parent, grand (parent's parent), source.
"""

from kitsulite.domain.entities import vendor_view
from kitsulite.domain.kinds import kind
from kitsulite.models.base import json_object, parts
from kitsulite.models.fields import Flag
from kitsulite.models.tasks import Task

JOINS = (
    "JOIN project p ON p.id = t.project_id"
    " JOIN task_type tt ON tt.id = t.task_type_id JOIN task_status ts ON ts.id = t.task_status_id"
    " JOIN entity e ON e.id = t.entity_id JOIN entity_type et ON et.id = e.entity_type_id"
    " LEFT JOIN entity parent ON parent.id = e.parent_id LEFT JOIN entity grand ON grand.id = parent.parent_id"
    " LEFT JOIN entity source ON source.id = e.source_id"
)
FROM = f"FROM task t {JOINS}"
ASSIGNED_TO = "t.id IN (SELECT task_id FROM task_person_link WHERE person_id = ?)"
BY_CREATION = "t.created_at, t.rowid"
#: end date descending, tasks without one first
BY_END = "t.end_date DESC NULLS FIRST, tt.name, e.name"

_IS_EPISODE_CHILD = "et.name = 'Sequence' AND parent.id IS NOT NULL"
#: a task with the names of what it belongs to: name -> SQL
ROW = {
    **parts(Task, "t", relations=True),
    "project_name": "p.name",
    "project_has_avatar": Flag().shown("p.has_avatar"),
    "entity_name": "e.name",
    "entity_description": "e.description",
    "entity_data": "json(e.data)",
    "entity_preview_file_id": "COALESCE(e.preview_file_id, '')",
    "entity_source_id": "COALESCE(e.source_id, '')",
    "entity_type_name": "et.name",
    "entity_canceled": Flag().shown("e.canceled"),
    "sequence_name": "parent.name",
    "episode_id": f"CASE WHEN {_IS_EPISODE_CHILD} THEN parent.id ELSE COALESCE(grand.id, e.source_id, '') END",
    "episode_name": (
        f"CASE WHEN {_IS_EPISODE_CHILD} THEN parent.name WHEN grand.id IS NOT NULL THEN grand.name"
        " WHEN e.source_id IS NOT NULL THEN COALESCE(source.name, 'MP') END"
    ),
    "task_type_for_entity": "tt.for_entity",
}
#: the newest comment on a task that is not by a client
_LAST_COMMENT = (
    "(SELECT json_object('text', c.text, 'date', substr(c.created_at, 1, 19), 'person_id', c.person_id)"
    " FROM comment c JOIN person author ON author.id = c.person_id"
    " WHERE c.object_id = t.id AND author.role != 'client' ORDER BY c.created_at DESC LIMIT 1)"
)
#: a task in the list of a person's work, which has some values under other names too
WORK_ROW = {
    **ROW,
    "task_estimation": "t.estimation",
    "task_duration": "t.duration",
    "task_start_date": ROW["start_date"],
    "task_due_date": ROW["due_date"],
    "task_type_name": "tt.name",
    "task_status_name": "ts.name",
    "task_type_color": "tt.color",
    "task_status_color": "ts.color",
    "task_status_short_name": "ts.short_name",
    "last_comment": f"json(COALESCE({_LAST_COMMENT}, '{{}}'))",
}
_EPISODES_OF_ASSET = (
    # starts from the episodes: an asset may be cast in thousands of shots
    "FROM entity_type kind CROSS JOIN entity episode ON episode.entity_type_id = kind.id"
    " CROSS JOIN entity_link l ON l.entity_in_id = episode.id AND l.entity_out_id = e.id"
    " WHERE kind.name = 'Episode'"
)
_EPISODES = (
    "SELECT json_object('episode_ids', json_group_array(id), 'episode_names', json_group_array(name))"
    f" FROM (SELECT episode.id, episode.name {_EPISODES_OF_ASSET} ORDER BY episode.name)"
)


def assigned(ctx, person_id, in_projects, params=(), done=False):
    """The tasks of a person that are not done, or those that are, as JSON text.

    `in_projects` is an SQL condition on a project id (`access.IN_RELATED_PROJECT`), `params` are its parameters.
    """
    row = work_row(ctx)
    # Only tasks of assets that are cast in episodes have `episode_ids` and `episode_names`.
    row = f"CASE WHEN EXISTS (SELECT 1 {_EPISODES_OF_ASSET}) THEN json_patch({row}, ({_EPISODES})) ELSE {row} END"
    where = f"{ASSIGNED_TO} AND t.project_id {in_projects} AND COALESCE(ts.is_done, 0) = {int(done)}"
    sql = f"SELECT {row} {FROM} WHERE {where} ORDER BY {BY_END if done else BY_CREATION}"
    return ctx.db.json_list(sql, [person_id, *params])


def work_row(ctx):
    """SQL of a row in the list of a person's work."""
    return json_object(as_seen(ctx, WORK_ROW))


def as_seen(ctx, row):
    """A row as the caller sees it: for a vendor without the metadata of other departments."""
    return {**row, "entity_data": vendor_view.metadata_or_null(ctx, kind())}
