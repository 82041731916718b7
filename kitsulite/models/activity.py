"""Events, news, notifications, chats, filters; plugins."""

import peewee

from kitsulite.models.base import Children, Many, Row, Table, by_change
from kitsulite.models.choices import NOTIFICATION_TYPES
from kitsulite.models.fields import Choice, Flag, Id, Json, Moment, Pointer, Ref, Text


class ApiEvent(Row):
    name = Text(80)
    user_id = Ref("person", null=True, gone="delete", index=False)
    project_id = Ref("project", null=True, gone="delete", index=False)
    data = Json(null=True)

    # never changed
    page_order = "created_at DESC, id"

    class Meta:
        # the newest events of one name, person or project
        indexes = (
            (("name", "created_at", "project_id"), False),
            (("user_id", "created_at"), False),
            (("project_id", "created_at"), False),
            (("created_at",), False),
        )


class News(Row):
    change = Flag(default=False)
    author_id = Ref("person", index=False)
    comment_id = Ref("comment", null=True, gone="delete")
    task_id = Ref("task", gone="delete")
    preview_file_id = Ref("preview_file", null=True)

    class Meta:
        indexes = ((("author_id", "created_at"), False), by_change("news"))


class Notification(Row):
    read = Flag(default=False)
    change = Flag(default=False)
    type = Choice(NOTIFICATION_TYPES)
    person_id = Ref("person", gone="delete", index=False)
    author_id = Ref("person", gone="delete", index=False)
    comment_id = Ref("comment", null=True, gone="delete")
    task_id = Ref("task", null=True, gone="delete")
    playlist_id = Ref("playlist", null=True)
    reply_id = Id(null=True)

    shown_names = {"type": "notification_type"}

    class Meta:
        indexes = (
            (("person_id", "author_id", "comment_id", "reply_id", "playlist_id", "type"), True),
            # their number is asked for with every page
            peewee.SQL("CREATE INDEX notification_unread ON notification (person_id, read) WHERE read = 0"),
            (("person_id", "created_at"), False),
            by_change("notification"),
            (("reply_id",), False),
        )


class Subscription(Row):
    person_id = Ref("person", gone="delete")
    task_id = Ref("task", null=True, gone="delete")
    entity_id = Ref("entity", null=True, gone="delete")
    task_type_id = Ref("task_type", null=True)

    class Meta:
        indexes = (
            (("person_id", "task_id"), True),
            (("person_id", "task_type_id", "entity_id"), True),
            by_change("subscription"),
        )


class Chat(Row):
    object_id = Pointer("entity")
    object_type = Text(80, default="entity")
    last_message = Moment(null=True)

    relations = {
        "participants": Many("chat_participant", "chat_id", "person_id"),
    }

    class Meta:
        indexes = (
            (("object_type",), False),
            (("object_id",), False),
        )


class ChatMessage(Row):
    chat_id = Ref("chat")
    person_id = Ref("person")
    text = Text(null=True)

    relations = {
        "attachment_files": Children("attachment_file", "chat_message_id"),
    }

    class Meta:
        indexes = (by_change("chat_message"),)


class ChatParticipant(Table):
    chat_id = Ref("chat")
    person_id = Ref("person")

    class Meta:
        primary_key = peewee.CompositeKey("chat_id", "person_id")


class SearchFilter(Row):
    list_type = Text(80)
    entity_type = Text(80, null=True)
    name = Text(200, default="")
    search_query = Text(500, default="")
    is_shared = Flag(default=False)
    department_id = Ref("department", null=True)
    search_filter_group_id = Ref("search_filter_group", null=True, gone="delete")
    person_id = Ref("person", null=True, gone="delete")
    project_id = Ref("project", null=True, gone="delete")

    class Meta:
        indexes = ((("list_type",), False),)


class SearchFilterGroup(Row):
    list_type = Text(80)
    entity_type = Text(80, null=True)
    name = Text(200, default="")
    color = Text(8, default="")
    is_shared = Flag(default=False)
    person_id = Ref("person", null=True, gone="delete")
    project_id = Ref("project", null=True, gone="delete")
    department_id = Ref("department", null=True)

    class Meta:
        indexes = ((("list_type",), False),)


class Plugin(Row):
    plugin_id = Text(80, unique=True)
    name = Text(80)
    description = Text(null=True)
    version = Text(50)
    maintainer_name = Text(200)
    maintainer_email = Text(255, null=True)
    website = Text(null=True)
    license = Text(80)
    revision = Text(12, null=True)
    frontend_project_enabled = Flag(null=True, default=False)
    frontend_studio_enabled = Flag(null=True, default=False)
    icon = Text(255, null=True)

    class Meta:
        indexes = ((("name",), False),)
