"""What is derived from the rows of a studio, so that a page costs a page however many there are."""

from typing import TYPE_CHECKING

from kitsulite.store.derived.entity_places import PLACES
from kitsulite.store.derived.news_feed import NEWS
from kitsulite.store.derived.task_groups import GROUPS

if TYPE_CHECKING:
    from kitsulite.store.database import Database

ALL = (NEWS, PLACES, GROUPS)
#: the schema with which all were looked at last
SEEN = "CREATE TABLE IF NOT EXISTS derived_seen (schema INTEGER PRIMARY KEY)"


def look(db: "Database") -> None:
    """Make again what lags, as after a tool that dropped the triggers: that changes the schema."""
    if db.value("SELECT schema FROM derived_seen") == db.value("PRAGMA schema_version"):
        return
    with db.write():
        for part in ALL:
            if db.value(f"SELECT {part.lags}"):
                part.create(db.peewee)
        db.execute("DELETE FROM derived_seen")
        db.execute("INSERT INTO derived_seen VALUES (?)", [db.value("PRAGMA schema_version")])
