"""Password hashes: scrypt for new ones; bcrypt is accepted for accounts from Zou.

A stored scrypt hash reads `scrypt$<n>$<r>$<p>$<salt>$<hash>`, the last two in hex.
"""

import hashlib
import hmac
import logging
import os
import secrets
import string
import threading

from kitsulite.aside import aside
from kitsulite.extras import how_to_install

log = logging.getLogger("kitsulite.auth")
#: 16 MB and some hundred milliseconds, as recommended by OWASP
COST, BLOCK, PARALLEL = 1 << 14, 8, 5
MEMORY = 64 << 20
#: so that many people signing in at once take neither all memory nor all processors
_AT_ONCE = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))


def hash_password(password, cost=None):
    """The stored hash of a password; slow on purpose, except with the cost of a throw-away studio."""
    return hash_with(password, cost or COST, PARALLEL)


def new_password():
    """A random password of letters and digits: one that begins with a hyphen is not a value of a flag."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(16))


class PendingHash:
    """A given or new password that is hashed in a thread, while its server is being loaded and started."""

    def __init__(self, password=""):
        self.password, self._stored = password or new_password(), ""
        self._thread = threading.Thread(target=self._hash, name="kitsulite-hash", daemon=True)
        self._thread.start()

    def _hash(self):
        self._stored = hash_password(self.password)

    def stored(self):
        """The text to store; waits for it."""
        self._thread.join()
        return self._stored


def hash_with(text, cost, parallel):
    """The stored hash of a text with another cost, for texts that are harder to guess than passwords."""
    salt = os.urandom(16)
    return f"scrypt${cost}${BLOCK}${parallel}${salt.hex()}${derive(text, salt, cost, BLOCK, parallel).hex()}"


def current_kind(cost=None):
    """The beginning of hashes with the current parameters."""
    return f"scrypt${cost or COST}${BLOCK}${PARALLEL}"


def derive(password, salt, cost, block, parallel):
    with aside(), _AT_ONCE:
        return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=block, p=parallel, maxmem=MEMORY, dklen=32)


def matches(password, stored):
    """Whether a password matches a stored hash; takes as long without a hash."""
    if stored and stored.startswith("$2"):
        return matches_bcrypt(password, stored)
    if not (stored and stored.startswith("scrypt$")):
        stored = f"{current_kind()}${'00' * 16}${'x' * 64}"
    try:
        _, cost, block, parallel, salt, wanted = stored.split("$")
        found = derive(password, bytes.fromhex(salt), int(cost), int(block), int(parallel)).hex()
    except ValueError:
        return False
    return hmac.compare_digest(found, wanted)


def matches_bcrypt(password, stored):
    """Whether a password matches a hash from Zou; False without bcrypt (extra `zou`)."""
    try:
        import bcrypt
    except ImportError:
        log.warning(f"Passwords that come from Zou need bcrypt: {how_to_install('zou')}")
        return False
    try:
        with aside(), _AT_ONCE:
            return bcrypt.checkpw(password.encode()[:72], stored.encode())
    except ValueError:
        return False


def renewed(password, stored, cost=None):
    """A new hash for a password whose stored one has outdated parameters, else None."""
    return hash_password(password, cost) if stored and not stored.startswith(f"{current_kind(cost)}$") else None
