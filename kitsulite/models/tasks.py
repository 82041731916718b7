"""Tasks with their types, statuses, comments and time spents."""

import peewee

from kitsulite.models.base import Children, Many, Row, Table, by_change
from kitsulite.models.fields import (
    Choice,
    Day,
    Flag,
    Json,
    Moment,
    Number,
    Objects,
    Pointer,
    Ref,
    ShotgunId,
    Text,
    Whole,
)
from kitsulite.models.text_fields import Link, Links


class TaskType(Row):
    name = Text(40)
    short_name = Text(20, null=True)
    description = Text(null=True)
    color = Text(7, null=True, default="#FFFFFF")
    priority = Whole(null=True, default=1)
    for_entity = Text(30, null=True, default="Asset")
    allow_timelog = Flag(null=True, default=True)
    archived = Flag(null=True, default=False)
    shotgun_id = ShotgunId(null=True)
    department_id = Ref("department", null=True)

    class Meta:
        indexes = (
            (("name", "for_entity", "department_id"), True),
            (("shotgun_id",), False),
        )


class TaskStatus(Row):
    name = Text(40)
    archived = Flag(null=True, default=False)
    short_name = Text(10, unique=True)
    description = Text(null=True)
    color = Text(7)
    priority = Whole(null=True, default=1)
    is_done = Flag(null=True, default=False)
    is_artist_allowed = Flag(null=True, default=True)
    is_client_allowed = Flag(null=True, default=True)
    is_retake = Flag(null=True, default=False)
    is_feedback_request = Flag(null=True, default=False)
    is_default = Flag(null=True, default=False)
    is_wip = Flag(null=True, default=False)
    shotgun_id = ShotgunId(null=True)
    for_concept = Flag(null=True, default=False)

    class Meta:
        indexes = (
            (("is_feedback_request",), False),
            (("is_wip",), False),
            (("is_default",), False),
            (("is_done",), False),
        )


class Task(Row):
    name = Text(80)
    description = Text(null=True)
    priority = Whole(null=True, default=0)
    difficulty = Whole(default=3, constraints=[peewee.Check("difficulty BETWEEN 1 AND 5")])
    duration = Number(null=True, default=0)
    estimation = Number(null=True, default=0)
    completion_rate = Whole(null=True, default=0)
    retake_count = Whole(null=True, default=0)
    sort_order = Whole(null=True, default=0)
    start_date = Moment(null=True)
    due_date = Moment(null=True)
    real_start_date = Moment(null=True)
    end_date = Moment(null=True)
    done_date = Moment(null=True)
    last_comment_date = Moment(null=True)
    nb_assets_ready = Whole(null=True, default=0)
    data = Json(null=True)
    nb_drawings = Whole(null=True, default=0)
    shotgun_id = ShotgunId(null=True)
    last_preview_file_id = Pointer("preview_file", null=True)
    project_id = Ref("project", null=True, index=False)
    task_type_id = Ref("task_type", null=True, filled=True)
    task_status_id = Ref("task_status", null=True, filled=True)
    entity_id = Ref("entity", null=True, filled=True)
    assigner_id = Ref("person", null=True, gone="clear")

    relations = {
        "assignees": Many("task_person_link", "task_id", "person_id"),
    }
    kept_texts = (
        """(SELECT substr(whole, 1, cut) || ',"type":"Task"}' FROM kept_task WHERE task_id = {id})""",
        "(SELECT whole FROM kept_task WHERE task_id = {id})",
    )

    class Meta:
        indexes = (
            (("name", "project_id", "task_type_id", "entity_id"), True),
            by_change("task", "project_id"),
            (("project_id", "task_type_id", "task_status_id"), False),
            by_change("task"),
            (("shotgun_id",), False),
        )


class TaskPersonLink(Table):
    task_id = Ref("task")
    person_id = Ref("person", gone="delete")

    class Meta:
        primary_key = peewee.CompositeKey("task_id", "person_id")


class Comment(Row):
    shotgun_id = ShotgunId(null=True)
    object_id = Pointer("task")
    object_type = Text(80)
    text = Text(null=True)
    data = Json(null=True)
    replies = Objects(null=True, default=list)
    checklist = Json(null=True, default=list)
    pinned = Flag(null=True)
    for_client = Flag(null=True, default=False)
    links = Links(null=True)
    task_status_id = Ref("task_status", null=True, index=False)
    person_id = Ref("person")
    editor_id = Ref("person", null=True)
    preview_file_id = Ref("preview_file", null=True)

    relations = {
        "previews": Many("comment_preview_link", "comment", "preview_file"),
        "mentions": Many("comment_mentions", "comment", "person"),
        "department_mentions": Many("comment_department_mentions", "comment", "department"),
        "acknowledgements": Many("comment_acknoledgments", "comment", "person"),
        "attachment_files": Children("attachment_file", "comment_id"),
    }

    class Meta:
        indexes = (
            (("object_id", "created_at"), False),
            by_change("comment"),
            (("shotgun_id",), False),
        )


class CommentPreviewLink(Table):
    comment = Ref("comment", gone="delete")
    preview_file = Ref("preview_file")

    class Meta:
        primary_key = peewee.CompositeKey("comment", "preview_file")


class CommentMentions(Table):
    comment = Ref("comment", gone="delete")
    person = Ref("person")

    class Meta:
        primary_key = peewee.CompositeKey("comment", "person")


class CommentDepartmentMentions(Table):
    comment = Ref("comment", gone="delete")
    department = Ref("department")

    class Meta:
        primary_key = peewee.CompositeKey("comment", "department")


class CommentAcknoledgments(Table):
    comment = Ref("comment", gone="delete")
    person = Ref("person", gone="delete")

    class Meta:
        primary_key = peewee.CompositeKey("comment", "person")


class TimeSpent(Row):
    duration = Number(constraints=[peewee.Check("duration > 0")])
    date = Day()
    task_id = Ref("task", null=True, gone="delete")
    person_id = Ref("person", null=True, gone="delete", index=False)

    class Meta:
        indexes = (
            (("person_id", "date", "task_id"), True),
            (("date",), False),
            by_change("time_spent"),
        )


class StatusAutomation(Row):
    entity_type = Text(40, null=True, default="asset")
    in_task_type_id = Ref("task_type", null=True)
    in_task_status_id = Ref("task_status", null=True)
    out_field_type = Choice(["status", "ready_for"], default="status")
    out_task_type_id = Ref("task_type", null=True)
    out_task_status_id = Ref("task_status", null=True)
    import_last_revision = Flag(null=True, default=False)
    archived = Flag(null=True, default=False)


class CustomAction(Row):
    name = Text(80)
    url = Link(400, null=True)
    entity_type = Text(40, null=True, default="all")
    is_ajax = Flag(null=True, default=False)
