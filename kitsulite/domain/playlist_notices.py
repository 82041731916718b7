"""Who is told that a playlist is ready."""

from kitsulite.domain import notifications, playlist_mails
from kitsulite.models.people import Person

CHANNELS = ("enabled", "slack_enabled", "mattermost_enabled", "discord_enabled")


def tell_clients(ctx, playlist, studio_id=None, department_id=None):
    """Notify the clients of the production, of one studio or department or all of them, and mail those who want it."""
    for person in clients(ctx, playlist["project_id"], studio_id, department_id):
        about = {"playlist_id": playlist["id"]}
        notifications.tell(ctx, "playlist-ready", [person["id"]], ctx.person_id, playlist["project_id"], **about)
        if any(person[f"notifications_{channel}"] for channel in CHANNELS):
            playlist_mails.tell_ready(ctx, person, playlist)


def clients(ctx, project_id, studio_id, department_id):
    """The persons of the team whose role there is client, no bots."""
    where = (
        "NOT is_bot AND id IN (SELECT l.person_id FROM project_person_link l JOIN person p ON p.id = l.person_id"
        " WHERE l.project_id = :project AND COALESCE(NULLIF(l.role, 'admin'), p.role) = 'client')"
        " AND (:studio IS NULL OR studio_id = :studio)"
        " AND (:department IS NULL OR id IN"
        " (SELECT person_id FROM department_link WHERE department_id = :department))"
    )
    return ctx.db.all(Person, where, {"project": project_id, "studio": studio_id, "department": department_id})
