"""Preview files, playlists, attachments."""

import peewee

from kitsulite.models.base import Children, Many, Row, by_change
from kitsulite.models.choices import PREVIEW_STATUSES, VALIDATION_STATUSES
from kitsulite.models.fields import Choice, Flag, Id, Json, Moment, Number, Ref, ShotgunId, Text, Whole
from kitsulite.models.text_fields import Link


class PreviewFile(Row):
    name = Text(250, null=True)
    original_name = Text(250, null=True)
    revision = Whole(null=True, default=1)
    position = Whole(null=True, default=1)
    extension = Text(6, null=True)
    description = Text(null=True)
    path = Text(400, null=True)
    source = Text(40, null=True)
    file_size = Whole(null=True, default=0)
    status = Choice(PREVIEW_STATUSES, default="processing")
    validation_status = Choice(VALIDATION_STATUSES, default="neutral")
    annotations = Json(null=True)
    width = Whole(null=True, default=0)
    height = Whole(null=True, default=0)
    duration = Number(null=True, default=0)
    data = Json(null=True)
    token_in = Whole(null=True)
    token_out = Whole(null=True)
    task_id = Ref("task", null=True)
    person_id = Ref("person", null=True, gone="clear")
    source_file_id = Ref("output_file", null=True, gone="clear")
    shotgun_id = ShotgunId(null=True, unique=True)
    is_movie = Flag(null=True, default=False)
    url = Link(600, null=True)
    uploaded_movie_url = Link(600, null=True)
    uploaded_movie_name = Text(150, null=True)

    relations = {
        "comments": Many("comment_preview_link", "preview_file", "comment"),
    }

    class Meta:
        indexes = (
            (("name", "task_id", "revision"), True),
            # for the sum of all sizes
            (("file_size",), False),
            # few are not, and unfinished movies are looked up at each start
            peewee.SQL("CREATE INDEX preview_file_unready ON preview_file (created_at) WHERE status <> 'ready'"),
            by_change("preview_file"),
        )


class PreviewBackgroundFile(Row):
    name = Text(40)
    archived = Flag(null=True, default=False)
    is_default = Flag(null=True, default=False)
    original_name = Text(250, null=True)
    extension = Text(6, null=True)
    file_size = Whole(null=True, default=0)

    class Meta:
        indexes = ((("is_default",), False),)


class AttachmentFile(Row):
    name = Text(250, null=True)
    size = Whole(null=True, default=1)
    extension = Text(null=True)
    mimetype = Text(255, null=True)
    comment_id = Ref("comment", null=True, gone="clear")
    reply_id = Id(null=True)
    chat_message_id = Ref("chat_message", null=True)

    class Meta:
        indexes = ((("reply_id",), False), by_change("attachment_file"))


class Playlist(Row):
    name = Text(80)
    shots = Json(null=True)
    project_id = Ref("project", null=True)
    episode_id = Ref("entity", null=True)
    task_type_id = Ref("task_type", null=True)
    for_client = Flag(null=True, default=False)
    for_entity = Text(10, null=True, default="shot")
    is_for_all = Flag(null=True, default=False)
    created_by = Ref("person", null=True)

    relations = {
        "build_jobs": Children("build_job", "playlist_id"),
    }

    class Meta:
        indexes = (
            (("name", "project_id", "episode_id"), True),
            by_change("playlist"),
        )


class PlaylistShareLink(Row):
    token = Text(64, unique=True)
    playlist_id = Ref("playlist")
    created_by = Ref("person")
    expiration_date = Moment(null=True)
    is_active = Flag(default=True)
    can_comment = Flag(default=True)
    password = Text(255, null=True, secret=True)

    class Meta:
        indexes = ((("playlist_id", "is_active"), False),)


class BuildJob(Row):
    status = Choice(["running", "failed", "succeeded"], default="running")
    job_type = Choice(["archive", "movie"], default="movie")
    ended_at = Moment(null=True)
    playlist_id = Ref("playlist")
    message = Text(null=True)
