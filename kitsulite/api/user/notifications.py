"""The caller's notifications."""

from kitsulite.api.policies import person
from kitsulite.domain.user import notifications as user_notifications
from kitsulite.web.fields import Bool, Moment, Str, Truth, Uuid
from kitsulite.web.route import get, post, put


@get(
    "/data/user/notifications",
    allow=person,
    args={
        "after": Moment(),
        "before": Moment(),
        "task_type_id": Uuid(),
        "task_status_id": Uuid(),
        "type": Str(),
        "read": Truth(),
        "watching": Truth(),
    },
)
def notifications(ctx, **filters):
    """List my newest notifications, at most a hundred.

    `before`, the time of the last one, asks for the next hundred. `watching` keeps those of tasks that
    I follow, or with `false` of the ones that I do not.
    """
    return user_notifications.newest(ctx, **filters)


@get("/data/user/notifications/<notification_id>", allow=person)
def notification(ctx, notification_id):
    """Get one of my notifications."""
    return user_notifications.single(ctx, notification_id)


@put("/data/user/notifications/<notification_id>", allow=person, body={"read": Bool(required=True)})
def mark(ctx, notification_id, read):
    """Mark one of my notifications as read or unread."""
    return user_notifications.mark(ctx, notification_id, read)


@post("/actions/user/notifications/mark-all-as-read", allow=person)
def mark_all(ctx):
    """Mark all my notifications as read."""
    user_notifications.mark_all(ctx)
    return {"success": True}
