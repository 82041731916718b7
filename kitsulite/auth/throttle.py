"""Counters against guessing: how often something happened recently."""

import hashlib

from kitsulite import clock
from kitsulite.models.server import ExpiringValue

#: addresses of this machine: those of everyone behind a proxy that forwards none
LOOPBACK = ("127.0.0.1", "::1")


class Guesses:
    """The failed logins with one name and from one IP address, within an hour."""

    def __init__(self, ctx, name, address, is_known=False):
        """`is_known`: the person has signed in from the address before; guesses elsewhere do not lock them out."""
        self.db, self.is_known = ctx.db, is_known
        self.account = hashlib.sha256(name.lower().encode()).hexdigest()
        self.limits = [("logins-to", self.account, ctx.settings.login_tries_per_account)]
        if address not in LOOPBACK:
            self.limits.append(("logins-from", address, ctx.settings.login_tries_per_address))

    def are_many(self):
        limits = self.limits[1:] if self.is_known else self.limits
        return any(most and times(self.db, what, subject) >= most for what, subject, most in limits)

    def count(self):
        with self.db.write():
            for what, subject, _ in self.limits:
                count(self.db, what, subject, hours=1)

    def forget(self):
        """Reset the counters of an account once its owner has signed in."""
        forget(self.db, "logins-to", self.account)


def count(db, what, subject, **window):
    """Increase a counter, in the current transaction; returns its value.

    It expires a `timedelta(**window)` after it was started.
    """
    key = _key(what, subject)
    db.delete(ExpiringValue, "expires_at <= ? OR key = ? AND created_at > ?", [clock.now(), key, clock.now()])
    if not db.execute("UPDATE expiring_value SET value = value + 1 WHERE key = ?", [key]).rowcount:
        db.add(ExpiringValue, key=key, value="1", expires_at=clock.ahead(**window))
    return times(db, what, subject)


def times(db, what, subject):
    """The value of a counter; one from the future, before the clock was set back, has expired."""
    sql = "SELECT value FROM expiring_value WHERE key = ? AND created_at <= ? AND expires_at > ?"
    return int(db.value(sql, [_key(what, subject), clock.now(), clock.now()]) or 0)


def forget(db, what, subject):
    """Reset the counter."""
    db.delete(ExpiringValue, key=_key(what, subject))


def _key(what, subject):
    return f"times-{what}-{subject}"
