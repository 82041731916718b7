"""Tables of the server itself, besides those of the API."""

from kitsulite import clock
from kitsulite.models.base import Table
from kitsulite.models.fields import Choice, Id, Json, Moment, Number, Text, Whole, new_id


class RevokedToken(Table):
    """A token that no longer counts, kept until it would have expired anyway."""

    jti = Text(primary_key=True)
    expires_at = Moment()


class ExpiringValue(Table):
    """A value that is good for a while: reset tokens, one-time codes, challenges."""

    key = Text(primary_key=True)
    value = Text()
    expires_at = Moment()
    created_at = Moment(default=clock.now)


class Mail(Table):
    """A message that waits to be sent, ready as the text that goes out, by mail or to another channel."""

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
    """A piece of long work, and how far it is: `subject_id` is the row that it is done for."""

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
