"""Notifications that a playlist is ready."""

from kitsulite.domain.comments import notifications


def notify_clients(ctx, playlist, studio_id=None, department_id=None):
    """Notify the clients of the project, optionally of one studio or department, through all their channels."""
    ids = clients(ctx, playlist["project_id"], studio_id, department_id)
    notifications.notify(ctx, "playlist-ready", ids, ctx.person_id, playlist["project_id"], playlist_id=playlist["id"])


def clients(ctx, project_id, studio_id, department_id):
    """Ids of the team members with the role client, without bots."""
    return ctx.db.column(
        "SELECT p.id FROM project_person_link l JOIN person p ON p.id = l.person_id"
        " WHERE l.project_id = :project AND COALESCE(NULLIF(l.role, 'admin'), p.role) = 'client' AND NOT p.is_bot"
        " AND p.preview_project_id IS NULL"
        " AND (:studio IS NULL OR p.studio_id = :studio)"
        " AND (:department IS NULL OR p.id IN"
        " (SELECT person_id FROM department_link WHERE department_id = :department)) ORDER BY l.rowid",
        {"project": project_id, "studio": studio_id, "department": department_id},
    )
