"""Preview accounts: read-only accounts to see a production as clients do, open for an hour.

Such an account is a person with a `preview_project_id`.
"""

import datetime as dt

from kitsulite import clock

HOURS = 1


def is_preview(account):
    return bool(account["preview_project_id"])


def is_open(account):
    """Whether an account may sign in now; only preview accounts can be closed."""
    until = account["preview_open_until"]
    return not is_preview(account) or bool(until and clock.now()[:19] < until[:19])


def lets_in(account, issued_at):
    """Whether a token with this moment of issue, in seconds, is from the current opening."""
    if not is_preview(account):
        return True
    opened = account["preview_opened_at"]
    if not is_open(account) or not opened:
        return False
    begin = dt.datetime.fromisoformat(opened[:19]).replace(tzinfo=dt.timezone.utc)
    return issued_at >= begin.timestamp()
