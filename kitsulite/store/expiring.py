"""Values that expire: reset tokens, codes, challenges, counters."""

from typing import Any

from kitsulite import clock
from kitsulite.models.server import ExpiringValue
from kitsulite.store.database import Database


def put(db: Database, key: str, value: Any, **duration: float) -> None:
    """Store a text under a key for a `timedelta(**duration)`, replacing a previous one."""
    db.delete(ExpiringValue, "expires_at <= ? OR key = ?", [clock.now(), key])
    db.add(ExpiringValue, key=key, value=value, expires_at=clock.ahead(**duration))


def get(db: Database, key: str) -> Any:
    """The text under a key, or None."""
    return db.value("SELECT value FROM expiring_value WHERE key = ? AND expires_at > ?", [key, clock.now()])


def drop(db: Database, key: str) -> bool:
    """Remove a key; returns whether it existed."""
    return db.delete(ExpiringValue, "key = ? AND expires_at > ?", [key, clock.now()]) > 0
