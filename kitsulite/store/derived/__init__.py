"""Tables derived from the rows of a studio, so that the cost of a page does not grow with their number."""

from typing import TYPE_CHECKING

from kitsulite.store.derived.entity_places import PLACES
from kitsulite.store.derived.news_feed import NEWS
from kitsulite.store.derived.row_counts import COUNTS
from kitsulite.store.derived.setup import SETUP
from kitsulite.store.derived.task_groups import GROUPS
from kitsulite.store.derived.task_texts import TEXTS
from kitsulite.store.derived.time_sums import TIMES

if TYPE_CHECKING:
    from kitsulite.store.database import Database

ALL = (NEWS, PLACES, GROUPS, COUNTS, TEXTS, TIMES, SETUP)
#: the schema, and the version of SQLite, at the last check
SEEN = "CREATE TABLE IF NOT EXISTS derived_seen (schema INTEGER, sqlite TEXT)"
NOW = "SELECT schema_version, sqlite_version() FROM pragma_schema_version"


def look(db: "Database") -> None:
    """Rebuild what is out of date, if the schema has changed since the last check, or the version of SQLite.

    A tool that drops the triggers changes the schema; another version of SQLite may format numbers differently.
    """
    if is_checked(db):
        return
    with db.large_write():
        for part in ALL:
            if db.value(f"SELECT {part.lags}"):
                part.create(db.peewee)
        check_off(db)


def is_checked(db: "Database") -> bool:
    """Whether nothing suggests that the tables are out of date."""
    return db.has_table("derived_seen") and db.row("SELECT * FROM derived_seen") == db.row(NOW)


def check_off(db: "Database") -> None:
    """Note that the tables are up to date."""
    db.execute("DELETE FROM derived_seen")
    db.execute(f"INSERT INTO derived_seen {NOW}")
