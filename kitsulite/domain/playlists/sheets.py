"""Exports playlists as sheets, one entry per line, with the state of the task that it shows."""

import json

from kitsulite.domain import access, periods
from kitsulite.domain.comments import views as comment_views
from kitsulite.domain.entities.names import full_name
from kitsulite.domain.people.persons import full_name as name_of_person
from kitsulite.domain.playlists.views import entity_id, entries_of
from kitsulite.domain.slugs import slug
from kitsulite.errors import NotFound
from kitsulite.models.entities import Entity
from kitsulite.models.projects import Project

COLUMNS = (
    *("Entity name", "Nb Frames", "Task Type", "Retake count", "Revision", "Task Status"),
    *("Last comment author", "Last comment date", "Last comment"),
)
#: columns of the two lines above the header
HEAD = 7


def file_name(ctx, playlist):
    """The file name for the sheet of a playlist."""
    project = ctx.db.get(Project, playlist["project_id"])
    return f"kitsu_{slug(project['name'] + ' playlist ' + playlist['name'])}.csv"


def rows(ctx, playlist):
    """The lines of the sheet of a playlist; raises NotFound if a preview was deleted."""
    by_preview = facts(ctx, playlist)
    lines = [[*title(ctx, playlist), *[""] * (HEAD - 4)], [""] * HEAD, COLUMNS]
    for entry in entries_of(playlist):
        preview_id = entry.get("preview_file_id")
        if not preview_id:
            lines.append([entity_name(ctx, playlist, entity_id(entry))] + [""] * (len(COLUMNS) - 1))
        elif preview_id in by_preview:
            lines.append(by_preview[preview_id])
        else:
            raise NotFound("PreviewFile not found.")
    return lines


def title(ctx, playlist):
    """The lines above the sheet."""
    production = ctx.db.get(Project, playlist["project_id"])["name"]
    if playlist["episode_id"]:
        production += " - " + ctx.db.get(Entity, playlist["episode_id"])["name"]
    kind = "for assets" if playlist["for_entity"] == "asset" else "for shots"
    return "Playlist", f"{production} | {kind}", playlist["name"], local(ctx, playlist["created_at"])


def local(ctx, moment):
    """A moment in the caller's time zone, to the second; an empty text if there is none."""
    return periods.local(moment[:19], periods.zone_of(ctx, ctx.person)).isoformat() if moment else ""


def entity_name(ctx, playlist, entity_id):
    """The full name of an entity; empty if it is unknown, or in another project and not shared."""
    sql = f"SELECT {full_name()} FROM entity e WHERE e.id = ? AND (e.project_id = ? OR e.is_shared)"
    return ctx.db.value(sql, [entity_id if isinstance(entity_id, str) else None, playlist["project_id"]]) or ""


def facts(ctx, playlist):
    """`{preview id: line}` for the previews of a playlist, with the last comment of the studio.

    Clients see the last comment that is for them, and no retakes, as in lists of tasks; nobody sees the work of other
    projects on shared entities.
    """
    ids = [entry.get("preview_file_id") for entry in entries_of(playlist)]
    writer = access.effective_role("t.project_id", "writer.id", "writer.role")
    is_client = ctx.role == "client"
    shown = comment_views.meant_for_client("c", writer) if is_client else f"{writer} != 'client'"
    retakes = "0" if is_client else "t.retake_count"
    rows = ctx.db.execute(
        f"SELECT f.id, {full_name()}, e.nb_frames, tt.name, IIF(t.project_id = :project, {retakes}, ''),"
        " f.revision, IIF(t.project_id = :project, ts.name, ''),"
        f" {name_of_person('author')}, latest.created_at, latest.text"
        " FROM preview_file f JOIN task t ON t.id = f.task_id JOIN entity e ON e.id = t.entity_id"
        " JOIN task_type tt ON tt.id = t.task_type_id LEFT JOIN task_status ts ON ts.id = t.task_status_id"
        " LEFT JOIN comment latest ON latest.id ="
        " (SELECT c.id FROM comment c JOIN person writer ON writer.id = c.person_id"
        f" WHERE c.object_id = t.id AND t.project_id = :project AND {shown}"
        " ORDER BY c.created_at DESC, c.rowid DESC LIMIT 1)"
        " LEFT JOIN person author ON author.id = latest.person_id"
        " WHERE f.id IN (SELECT value FROM json_each(:ids)) AND (e.project_id = :project OR e.is_shared)",
        {"ids": json.dumps(ids), "project": playlist["project_id"], "caller": ctx.person_id},
    )
    return {preview_id: [*about, local(ctx, moment), comment] for preview_id, *about, moment, comment in rows}
