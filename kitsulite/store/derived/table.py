"""Tables that are derived from others, kept in step by triggers in the transaction of the change, whoever makes it."""

import dataclasses
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kitsulite.store.database import Database


@dataclasses.dataclass(frozen=True)
class Derived:
    """One or more tables, with the views and triggers that they need; the names of all begin with `prefix`."""

    #: what they are, for people
    name: str
    prefix: str
    #: the tables that they are derived from
    follows: frozenset[str]
    #: SQL that makes tables, indexes and views, SQL that fills them, and SQL that makes the triggers
    schema: tuple[str, ...]
    filling: tuple[str, ...]
    triggers: tuple[str, ...]
    #: SQL of whether they hold more or fewer rows than they must, found quickly, and of how many are not as they must
    lags: str
    differing: str

    def made(self) -> tuple[str, ...]:
        """SQL of all that there is of them."""
        return self.schema + self.triggers

    def create(self, database: Any) -> None:
        """Make them, filled, in place of older ones."""
        self.drop(database)
        for statement in (*self.schema, *self.filling, *self.triggers):
            database.execute_sql(statement)

    def drop(self, database: Any) -> None:
        """Remove those that are there."""
        ours = f"type IN ('table', 'view', 'trigger') AND name GLOB '{self.prefix}*'"
        for kind, name in database.execute_sql(f"SELECT type, name FROM sqlite_schema WHERE {ours}").fetchall():
            database.execute_sql(f"DROP {kind} {name}")

    def lagging(self, db: "Database") -> int:
        """How many rows are not as they must be."""
        return db.value(f"SELECT {self.differing}")


def trigger(name: str, event: str, body: str, condition: str = "1") -> str:
    return f"CREATE TRIGGER {name} {event} WHEN {condition} BEGIN {body} END"


def differ(*columns: str) -> str:
    """SQL condition in a trigger: one of these columns has another value than before."""
    return "({}) IS NOT ({})".format(*[", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW")])
