"""Counters that slow down guessing: how often something happened lately."""

from kitsulite import clock
from kitsulite.models.server import ExpiringValue


def count(db, what, whom, **window):
    """Count one more time, within the running transaction.

    The counter ends a `timedelta(**window)` after its first count. Returns how often it was.
    """
    key = _key(what, whom)
    db.delete(ExpiringValue, "expires_at <= ?", [clock.now()])
    if not db.execute("UPDATE expiring_value SET value = value + 1 WHERE key = ?", [key]).rowcount:
        db.add(ExpiringValue, key=key, value="1", expires_at=clock.ahead(**window))
    return times(db, what, whom)


def times(db, what, whom):
    """How often it was lately."""
    sql = "SELECT value FROM expiring_value WHERE key = ? AND expires_at > ?"
    return int(db.value(sql, [_key(what, whom), clock.now()]) or 0)


def forget(db, what, whom):
    """Start anew."""
    db.delete(ExpiringValue, key=_key(what, whom))


def _key(what, whom):
    return f"times-{what}-{whom}"
