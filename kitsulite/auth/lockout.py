"""The lockout: after five wrong answers in a row from one address nothing is tried there for a while.

It holds for an account as that address sees it, so that nobody can lock out anybody else, and grows: a
minute after the first five, two after the next, up to an hour. Names without an account are locked in the
same way, so that the lock does not show who is registered. The columns of the account count the wrong
answers from anywhere, for administrators to see; one who sets back the moment of the last one lifts the lock.
"""

import hashlib
import json

from kitsulite import clock
from kitsulite.auth import accounts
from kitsulite.store import expiring

MOST_FAILURES = 5
#: seconds of the first lock, and of the longest
SECONDS, LONGEST = 60, 3600


def stranger(name):
    """What stands for an account for a name without an account."""
    return {"id": None, "key": hashlib.sha256(name.lower().encode()).hexdigest(), "password": None}


def fresh(ctx, account):
    """An account, or what stands for one, as it is now, after other attempts in the meantime."""
    return accounts.get(ctx, account["id"]) if account["id"] else account


class Lock:
    """The wrong answers for an account, or what stands for one, from an address or in a session."""

    def __init__(self, ctx, account, place):
        self.ctx, self.account_id = ctx, account["id"]
        self.key = f"{accounts.FAILURES}{account['id'] or account['key']}-{place}"

    def failures(self):
        """(how many there were, when the last one was)"""
        return json.loads(expiring.get(self.ctx.db, self.key) or "[0, null]")

    def is_on(self):
        """Whether nothing may be tried now; attempts in that time neither count nor extend it."""
        number, last = self.failures()
        if not number or number % MOST_FAILURES:
            return False
        seconds = min(LONGEST, SECONDS * 2 ** min(number // MOST_FAILURES - 1, 10))
        # nobody is kept out for the hours by which the clock was set back
        return clock.ago(seconds=seconds) < last <= clock.now() and not self._is_lifted(last)

    def _is_lifted(self, last):
        """Whether the row of the account says that its last wrong answer is longer ago."""
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
