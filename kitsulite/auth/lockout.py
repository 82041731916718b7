"""The lockout: after five wrong answers in a row from an IP address, an account is locked for that address.

Since the lock is per account and address, nobody can lock out anybody else. It grows: a minute after the first five
answers, two after the next, up to an hour. Names without an account are locked in the same way, so that the lock does
not reveal who is registered. The columns of the account count the wrong answers from anywhere, for administrators, who
lift the lock by resetting the moment of the last one.
"""

import hashlib
import json

from kitsulite import clock
from kitsulite.auth import accounts
from kitsulite.store import expiring

MOST_FAILURES = 5
#: seconds of the first and the longest lock
SECONDS, LONGEST = 60, 3600


def stand_in(name):
    """A stand-in for an account, for a name without one."""
    return {"id": None, "key": hashlib.sha256(name.lower().encode()).hexdigest(), "password": None}


def fresh(ctx, account):
    """The current state of an account or stand-in, after other attempts meanwhile."""
    return accounts.get(ctx, account["id"]) if account["id"] else account


class Lock:
    """The wrong answers for an account or stand-in, from an IP address or in a session."""

    def __init__(self, ctx, account, place):
        self.ctx, self.account_id = ctx, account["id"]
        self.key = f"{accounts.FAILURES}{account['id'] or account['key']}-{place}"

    def failures(self):
        """(number of wrong answers, moment of the last one)."""
        return json.loads(expiring.get(self.ctx.db, self.key) or "[0, null]")

    def is_on(self):
        """Whether the lock is on; attempts during it neither count nor extend it."""
        number, last = self.failures()
        if not number or number % MOST_FAILURES:
            return False
        seconds = min(LONGEST, SECONDS * 2 ** min(number // MOST_FAILURES - 1, 10))
        # if the clock was set back, do not wait for the difference
        return clock.ago(seconds=seconds) < last <= clock.now() and not self._is_lifted(last)

    def _is_lifted(self, last):
        """Whether an administrator has reset the moment of the last wrong answer in the account."""
        sql = "SELECT COALESCE(last_login_failed, '') < ? FROM person WHERE id = ?"
        return bool(self.ctx.db.value(sql, [last, self.account_id]))

    def count(self, account):
        """Count a wrong answer."""
        (number, _), now = self.failures(), clock.now()
        expiring.put(self.ctx.db, self.key, json.dumps([number + 1, now]), days=1)
        if account["id"]:
            shown = account["login_failed_attemps"] or 0
            columns = {"login_failed_attemps": 1 if shown >= MOST_FAILURES else shown + 1}
            accounts.change(self.ctx, account, **columns, last_login_failed=now)

    def clear(self, account):
        """Forget the wrong answers."""
        expiring.drop(self.ctx.db, self.key)
        if account["login_failed_attemps"]:
            accounts.change(self.ctx, account, login_failed_attemps=0)
