"""The lockout of an account: after five wrong answers in a row nothing is tried for a minute.

Names without an account are locked in the same way, so that the lock does not show who is
registered.
"""

import hashlib
import json

from kitsulite import clock
from kitsulite.auth import accounts
from kitsulite.store import expiring

MOST_FAILURES = 5
SECONDS = 60


def stranger(ctx, name):
    """What stands for an account for a name without an account."""
    return _kept_stranger(ctx, "stranger-" + hashlib.sha256(name.lower().encode()).hexdigest())


def _kept_stranger(ctx, key):
    failures, last = json.loads(expiring.get(ctx.db, key) or "[0, null]")
    return {"id": None, "key": key, "password": None, "login_failed_attemps": failures, "last_login_failed": last}


def fresh(ctx, account):
    """An account, or what stands for one, as it is now, after other attempts in the meantime."""
    return accounts.get(ctx, account["id"]) if account["id"] else _kept_stranger(ctx, account["key"])


def is_locked(account):
    """Whether nothing may be tried now; attempts in that time neither count nor extend it."""
    return failures(account) >= MOST_FAILURES and (account["last_login_failed"] or "") > clock.ago(seconds=SECONDS)


def failures(account):
    return account["login_failed_attemps"] or 0


def count_failure(ctx, account):
    """Count a wrong answer; the first one after a lock starts over."""
    count = 1 if failures(account) >= MOST_FAILURES else failures(account) + 1
    if account["id"]:
        accounts.change(ctx, account, login_failed_attemps=count, last_login_failed=clock.now())
    else:
        expiring.put(ctx.db, account["key"], json.dumps([count, clock.now()]), days=1)


def clear(ctx, account):
    """Forget the wrong answers."""
    if failures(account):
        accounts.change(ctx, account, login_failed_attemps=0)
