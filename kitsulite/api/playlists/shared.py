"""Shared playlists, for people who have a link but no account; a link may allow comments."""

import contextlib

from kitsulite.api.comments.attachments import sent
from kitsulite.api.policies import Policy
from kitsulite.api.previews import serving
from kitsulite.auth import tokens
from kitsulite.domain.comments import attachments
from kitsulite.domain.comments import changes as comment_changes
from kitsulite.domain.files import places
from kitsulite.domain.playlists import guest_comments, share_links, shared
from kitsulite.domain.previews import annotations, stored_previews, tiles
from kitsulite.errors import Answer, NotFound, TokenProblem
from kitsulite.models.people import Person
from kitsulite.models.previews import Playlist, PlaylistShareLink
from kitsulite.web import reply
from kitsulite.web.browser import address_of
from kitsulite.web.fields import Any, List, Object, Str, Uuid
from kitsulite.web.route import delete, get, post, put

SHARED = "/shared/playlists/<token>"
COMMENT = SHARED + "/comments/<comment_id>"
CHANGES = {"allow_first": True, "transaction": False}
GUEST = {"guest_id": Str()}


def open_link(ctx, path):
    share_links.open_link(ctx, path["token"], ctx.request.query.get("password"), address_of(ctx.request))
    with contextlib.suppress(TokenProblem, Answer):
        tokens.authenticate(ctx)


def may_comment(ctx, path):
    share_links.require_comments(link_of(ctx, path["token"]), "Comments are disabled for this link")


def may_draw(ctx, path):
    share_links.require_comments(link_of(ctx, path["token"]), "Annotations are disabled")


VISITOR = Policy("anybody who has the link", open_link, kind=None)
COMMENTER = Policy("anybody who has a link that allows comments", open_link, may_comment, kind=None)
DRAWER = Policy("anybody who has a link that allows annotations", open_link, may_draw, kind=None)


def link_of(ctx, token):
    return ctx.db.find(PlaylistShareLink, token=token)


def playlist_of(ctx, token):
    return ctx.db.get(Playlist, link_of(ctx, token)["playlist_id"])


def guest_of(ctx, token, guest_id):
    return share_links.guest(ctx, link_of(ctx, token), guest_id)


@get(SHARED, allow=VISITOR)
def shared_playlist(ctx, token):
    """Get a shared playlist with all previews of its entities."""
    return shared.whole(ctx, playlist_of(ctx, token))


@get(SHARED + "/context", allow=VISITOR)
def shared_context(ctx, token):
    """Get the production of a shared playlist, its task types, statuses and entities."""
    return shared.context(ctx, playlist_of(ctx, token))


@post(
    SHARED + "/guest",
    allow=VISITOR,
    status=201,
    body={
        "first_name": Str(default="Guest", optional=True, max=80),
        "last_name": Str(default="", optional=True, max=80),
        "guest_id": Uuid(blank=True),
    },
    **CHANGES,
)
def welcome_guest(ctx, token, guest_id, first_name, last_name):
    """Enter as a guest: the one with the id or names, or a new one."""
    with ctx.db.write():
        guest, is_known = share_links.welcome(ctx, link_of(ctx, token), guest_id, first_name, last_name)
    return reply.json_reply(guest, 200 if is_known else 201)


# Comments


@get(SHARED + "/comments", allow=VISITOR)
def shared_comments(ctx, token):
    """List the comments of a shared playlist that guests may see."""
    return shared.comments(ctx, playlist_of(ctx, token))


@post(
    SHARED + "/comments",
    allow=COMMENTER,
    status=201,
    body={
        "guest_id": Uuid(required=True),
        "task_id": Uuid(required=True),
        "task_status_id": Uuid(required=True),
        "text": Str(default=""),
        "checklist": List(Any(), default=list, optional=True),
    },
    **CHANGES,
)
def post_shared_comment(ctx, token, guest_id, checklist, **comment):
    """Comment on a task of a shared playlist as a guest."""
    with ctx.db.write():
        guest = guest_of(ctx, token, guest_id)
        share_links.count_change(ctx, link_of(ctx, token))
        return guest_comments.post(ctx, playlist_of(ctx, token), guest, checklist=checklist or [], **comment)


@put(
    COMMENT,
    allow=COMMENTER,
    body={"guest_id": Uuid(required=True), "text": Str(), "checklist": List(Any()), "task_status_id": Uuid()},
    **CHANGES,
)
def edit_shared_comment(ctx, token, comment_id, guest_id, **changes):
    """Edit one's own comment."""
    with ctx.db.write():
        guest = guest_of(ctx, token, guest_id)
        playlist = playlist_of(ctx, token)
        comment = guest_comments.own(ctx, playlist, guest, comment_id)
        return guest_comments.edit(ctx, playlist, comment, guest, changes)


@delete(COMMENT, allow=COMMENTER, args=GUEST, **CHANGES)
def remove_shared_comment(ctx, token, comment_id, guest_id):
    """Delete one's own comment."""
    with ctx.db.write():
        guest = guest_of(ctx, token, guest_id)
        comment_changes.remove(ctx, guest_comments.own(ctx, playlist_of(ctx, token), guest, comment_id))


@post(COMMENT + "/attachments", allow=COMMENTER, args=GUEST, status=201, **CHANGES)
def attach_to_shared_comment(ctx, token, comment_id, guest_id):
    """Attach all files of the form to one's own comment."""
    comment = guest_comments.own(ctx, playlist_of(ctx, token), guest_of(ctx, token, guest_id), comment_id)
    with attachments.received(ctx, ctx.request.uploads) as received, ctx.db.write():
        for _ in received:
            share_links.count_change(ctx, link_of(ctx, token))
        return guest_comments.attach(ctx, comment, received)


@delete(COMMENT + "/attachments/<attachment_file_id>", allow=COMMENTER, args=GUEST, **CHANGES)
def detach_from_shared_comment(ctx, token, comment_id, attachment_file_id, guest_id):
    """Delete an attachment of one's own comment."""
    with ctx.db.write():
        comment = guest_comments.own(ctx, playlist_of(ctx, token), guest_of(ctx, token, guest_id), comment_id)
        guest_comments.detach(ctx, comment, attachment_file_id)


@get(SHARED + "/attachment-files/<attachment_file_id>/file/<file_name>", allow=VISITOR)
def shared_attachment(ctx, token, attachment_file_id, file_name):
    """Show an attached picture of a comment that guests may see, download any other file."""
    return sent(ctx, guest_comments.attachment(ctx, playlist_of(ctx, token), attachment_file_id))


# Previews


@put(
    SHARED + "/annotations",
    allow=DRAWER,
    body={
        "guest_id": Uuid(required=True),
        "preview_file_id": Uuid(required=True),
        "additions": List(Object(), default=list, optional=True),
        "updates": List(Object(), default=list, optional=True),
        "deletions": List(Object(), default=list, optional=True),
    },
    **CHANGES,
)
def annotate_shared_preview(ctx, token, guest_id, preview_file_id, additions, updates, deletions):
    """Draw on a preview of a shared playlist as a guest."""
    with ctx.db.write():
        guest = guest_of(ctx, token, guest_id)
        if guest is None:
            raise guest_comments.refusal(403, "Guest not part of this shared playlist")
        preview = shared.preview(ctx, playlist_of(ctx, token), preview_file_id)
        share_links.count_change(ctx, link_of(ctx, token))
        return annotations.update(ctx, preview, guest["id"], additions or [], updates or [], deletions or [])


def preview_of(ctx, token, preview_id):
    return shared.preview(ctx, playlist_of(ctx, token), preview_id)


@get(SHARED + "/preview-files/<preview_file_id>", allow=VISITOR)
def shared_preview(ctx, token, preview_file_id):
    """Get a preview of a shared playlist."""
    return preview_of(ctx, token, preview_file_id)


@get(SHARED + "/preview-files/<preview_file_id>/download", allow=VISITOR)
def download_shared_preview(ctx, token, preview_file_id):
    """Download the file of a preview of a shared playlist."""
    preview = preview_of(ctx, token, preview_file_id)
    path, kind = stored_previews.download(ctx, preview), stored_previews.content_type(preview["extension"])
    name = reply.attachment(stored_previews.download_name(ctx, preview))
    return serving.sent(ctx, preview, path, kind, name, dated=False)


@get(SHARED + "/movies/originals/preview-files/<preview_file_id>.mp4", allow=VISITOR)
def shared_movie(ctx, token, preview_file_id):
    """Show a movie of a shared playlist."""
    preview = preview_of(ctx, token, preview_file_id)
    return serving.sent(
        ctx, preview, stored_previews.movie(ctx, preview, stored_previews.HIGH), "video/mp4", dated=False
    )


@get(SHARED + "/movies/tiles/preview-files/<preview_file_id>.png", allow=VISITOR)
def shared_tiles(ctx, token, preview_file_id):
    """Show the tile sheet of a movie of a shared playlist."""
    preview = preview_of(ctx, token, preview_file_id)
    return serving.sent(ctx, preview, tiles.find(ctx, preview), "image/png", dated=False)


@get(SHARED + "/pictures/thumbnails/preview-files/<preview_file_id>.png", allow=VISITOR)
def shared_thumbnail(ctx, token, preview_file_id):
    """Show the thumbnail of a preview of a shared playlist."""
    preview = preview_of(ctx, token, preview_file_id)
    return serving.sent(ctx, preview, stored_previews.picture(ctx, preview, "thumbnails"), "image/png", dated=False)


@get(SHARED + "/pictures/thumbnails/persons/<person_id>.png", allow=VISITOR)
def shared_avatar(ctx, token, person_id):
    """Show the avatar of a person whose comments guests of a shared playlist may read."""
    person = ctx.db.get(Person, person_id)
    if not person["has_avatar"] or not shared.has_spoken(ctx, playlist_of(ctx, token), person["id"]):
        raise NotFound("There is no avatar.")
    return reply.stored(ctx, ctx.app.files.find(*places.AVATAR, person["id"]), "image/png", person)


@get(SHARED + "/pictures/originals/preview-files/<preview_file_id>.png", allow=VISITOR)
def shared_original_picture(ctx, token, preview_file_id):
    """Show the original picture of a preview of a shared playlist, even of a movie."""
    return shared_original(ctx, token, preview_file_id, "png")


@get(SHARED + "/pictures/originals/preview-files/<preview_file_id>.<extension>", allow=VISITOR)
def shared_original(ctx, token, preview_file_id, extension):
    """Show the uploaded file of a preview of a shared playlist, except a movie."""
    preview = preview_of(ctx, token, preview_file_id)
    path = stored_previews.original(ctx, preview, extension)
    return serving.sent(ctx, preview, path, stored_previews.content_type(extension.lower()), dated=False)
