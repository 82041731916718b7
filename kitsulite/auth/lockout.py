"""The lockout of an account: after five wrong answers in a row nothing is tried for a minute."""

from kitsulite import clock
from kitsulite.auth import accounts

MOST_FAILURES = 5
SECONDS = 60


def is_locked(account):
    """Whether nothing may be tried now; attempts in that time neither count nor extend it."""
    return failures(account) >= MOST_FAILURES and (account["last_login_failed"] or "") > clock.ago(seconds=SECONDS)


def failures(account):
    return account["login_failed_attemps"] or 0


def count_failure(ctx, account):
    """Count a wrong answer; the first one after a lock starts anew."""
    before = 0 if failures(account) >= MOST_FAILURES else failures(account)
    accounts.change(ctx, account, login_failed_attemps=before + 1, last_login_failed=clock.now())


def clear(ctx, account):
    """Forget the wrong answers."""
    if failures(account):
        accounts.change(ctx, account, login_failed_attemps=0)
