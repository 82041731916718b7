"""What is derived from the rows of a studio, so that a page costs a page however many there are."""

from typing import TYPE_CHECKING

from kitsulite.store.derived.entity_places import PLACES
from kitsulite.store.derived.news_feed import NEWS
from kitsulite.store.derived.row_counts import COUNTS
from kitsulite.store.derived.setup import SETUP
from kitsulite.store.derived.task_groups import GROUPS
from kitsulite.store.derived.task_texts import TEXTS

if TYPE_CHECKING:
    from kitsulite.store.database import Database

ALL = (NEWS, PLACES, GROUPS, COUNTS, TEXTS, SETUP)
#: the schema and the SQLite with which all were looked at last
SEEN = "CREATE TABLE IF NOT EXISTS derived_seen (schema INTEGER, sqlite TEXT)"
NOW = "SELECT schema_version, sqlite_version() FROM pragma_schema_version"


def look(db: "Database") -> None:
    """Make again what lags, as after a tool that dropped the triggers: that changes the schema.

    Another SQLite may write numbers in another way.
    """
    if db.row("SELECT schema, sqlite FROM derived_seen") == db.row(NOW):
        return
    with db.write():
        for part in ALL:
            if db.value(f"SELECT {part.lags}"):
                part.create(db.peewee)
        db.execute("DELETE FROM derived_seen")
        db.execute(f"INSERT INTO derived_seen {NOW}")
