"""Tables of the server itself, beside those of the API."""

from kitsulite import clock
from kitsulite.models.base import Table
from kitsulite.models.fields import Id, Moment, Text, Whole, new_id


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
