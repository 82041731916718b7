"""Throw-away accounts to look at a production as its clients do: open for an hour, and to read only.

Such an account is a person with a `preview_project_id`.
"""

import datetime as dt

from kitsulite import clock

HOURS = 1


def is_preview(account):
    return bool(account["preview_project_id"])


def is_open(account):
    """Whether an account may sign in now; only preview accounts are ever closed."""
    until = account["preview_open_until"]
    return not is_preview(account) or bool(until and clock.now()[:19] < until[:19])


def lets_in(account, issued_at):
    """Whether a token that was issued then, in seconds, counts: it is of the present opening."""
    if not is_preview(account):
        return True
    opened = account["preview_opened_at"]
    if not is_open(account) or not opened:
        return False
    begin = dt.datetime.fromisoformat(opened[:19]).replace(tzinfo=dt.timezone.utc)
    return issued_at >= begin.timestamp()
