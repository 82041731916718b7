"""Tables of the server itself, beside those of the API."""

from kitsulite import clock
from kitsulite.models.base import Table
from kitsulite.models.fields import Moment, Text


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
