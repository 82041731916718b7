"""Recovery codes, each of which replaces a lost second factor once.

They are random, so that a fast hash protects them as well as a slow one protects a password.
"""

import json

from kitsulite.auth import accounts, passwords
from kitsulite.auth.codes import random_code

COUNT, LENGTH = 16, 10
#: a millisecond each
COST = 1 << 10


def make():
    """(new codes, hashes to store)."""
    codes = [random_code(LENGTH) for _ in range(COUNT)]
    return codes, [passwords.hash_with(code, COST, 1) for code in codes]


def examine(account, code):
    """A function that uses up a right code, None for a wrong one."""
    stored = next((stored for stored in kept(account) if passwords.matches(code, plain(stored))), None)
    return stored and (lambda ctx: use_up(ctx, account, stored))


def use_up(ctx, account, stored):
    """Remove a code; returns whether it was still there."""
    left = kept(accounts.get(ctx, account["id"]))
    if stored not in left:
        return False
    left.remove(stored)
    accounts.change(ctx, account, otp_recovery_codes=left)
    return True


def kept(account):
    return json.loads(account["otp_recovery_codes"] or "[]")


def plain(stored):
    """The hash of a stored code; accounts from Zou have its bytes in hex."""
    return bytes.fromhex(stored[2:]).decode("latin-1") if stored.startswith("\\x") else stored
