"""Tables of the server itself, in addition to those of Zou."""

from kitsulite import clock
from kitsulite.models.base import Table
from kitsulite.models.fields import Choice, Id, Json, Moment, Number, Text, Whole, new_id


class RevokedToken(Table):
    """A token that was revoked, kept until it would have expired."""

    jti = Text(primary_key=True)
    expires_at = Moment()


class ExpiringValue(Table):
    """A value that expires: reset tokens, one-time codes, challenges."""

    key = Text(primary_key=True)
    value = Text()
    expires_at = Moment()
    created_at = Moment(default=clock.now)


class Mail(Table):
    """A waiting message, complete, for mail or another channel."""

    id = Id(primary_key=True, default=new_id)
    channel = Text(default="mail")
    recipient = Text()
    message = Text()
    tries = Whole(default=0)
    due_at = Moment(default=clock.now)
    created_at = Moment(default=clock.now)

    class Meta:
        indexes = ((("due_at",), False),)


class Job(Table):
    """A job of the queue and its progress, for the row `subject_id`."""

    id = Id(primary_key=True, default=new_id)
    kind = Text()
    state = Choice(["queued", "running", "done", "failed", "cancelled"], default="queued")
    subject_id = Id()
    project_id = Id(null=True)
    person_id = Id(null=True)
    options = Json(null=True)
    progress = Number(default=0)
    tries = Whole(default=0)
    message = Text(null=True)
    output = Text(null=True)
    created_at = Moment(default=clock.now)
    started_at = Moment(null=True)
    ended_at = Moment(null=True)

    class Meta:
        indexes = (
            (("state",), False),
            (("subject_id",), False),
            (("project_id", "started_at"), False),
        )
