"""Links that show a playlist to people without an account."""

from kitsulite.api.policies import manager, manager_of_playlist
from kitsulite.domain.playlists import notices, share_links
from kitsulite.web.fields import Bool, List, Str, Uuid
from kitsulite.web.route import delete, get, post

LINKS = "/data/playlists/<playlist_id>/share"
SHARER = manager & manager_of_playlist("playlist_id")


@post(
    LINKS,
    allow=SHARER,
    allow_first=True,
    status=201,
    transaction=False,
    body={"expiration_date": Str(), "can_comment": Bool(default=True), "password": Str()},
)
def share_playlist(ctx, playlist_id, **options):
    """Create a link to a playlist, optionally with an expiration, comments and a password."""
    return share_links.create(ctx, playlist_id, **options)


@get(LINKS, allow=SHARER)
def playlist_links(ctx, playlist_id):
    """List the unrevoked links of a playlist."""
    ctx.request.answers_secret()
    return share_links.active(ctx, playlist_id)


@delete(LINKS + "/<token>", allow=SHARER, status=200)
def revoke_link(ctx, playlist_id, token):
    """Revoke a link."""
    return share_links.revoke(ctx, playlist_id, token)


@post(
    LINKS + "/<token>/invite",
    allow=SHARER,
    allow_first=True,
    status=200,
    body={
        "emails": List(Str(), default=list, optional=True),
        "person_ids": List(Uuid(), default=list, optional=True),
        "message": Str(default="", optional=True),
    },
)
def invite(ctx, playlist_id, token, emails, person_ids, message):
    """Mail a link to email addresses and persons."""
    return {"sent": share_links.invite(ctx, playlist_id, token, emails or [], person_ids or [], message)}


@post(
    "/data/playlists/<playlist_id>/notify-clients",
    allow=manager_of_playlist("playlist_id"),
    allow_first=True,
    status=200,
    body={"studio_id": Uuid(blank=True), "department_id": Uuid(blank=True)},
)
def notify_clients(ctx, playlist_id, studio_id, department_id):
    """Notify the clients of the production, optionally of one studio or department, that a playlist is ready."""
    notices.notify_clients(ctx, ctx.row, studio_id, department_id)
    return {"status": "success"}
