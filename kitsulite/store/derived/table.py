"""Tables derived from others, kept up to date by triggers in the transaction of the change, in any program."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kitsulite.store.database import Database


@dataclasses.dataclass(frozen=True)
class Derived:
    """One or more tables with their views and triggers, whose names all begin with `prefix`."""

    #: what they contain, for messages
    name: str
    prefix: str
    #: the tables that they are derived from
    follows: frozenset[str]
    #: SQL that creates tables, indexes and views, SQL that fills them, and SQL that creates the triggers
    schema: tuple[str, ...]
    filling: tuple[str, ...]
    triggers: tuple[str, ...]
    #: SQL of a quick check whether rows are missing or left over, and SQL that counts all rows that differ
    lags: str
    differing: str

    def definitions(self) -> tuple[str, ...]:
        """SQL of everything but the rows."""
        return self.schema + self.triggers

    def create(self, database: Any) -> None:
        """Create and fill them, replacing older ones."""
        self.drop(database)
        for statement in (*self.schema, *self.filling, *self.triggers):
            database.execute_sql(statement)

    def drop(self, database: Any) -> None:
        """Drop those that exist."""
        ours = f"type IN ('table', 'view', 'trigger') AND name GLOB '{self.prefix}*'"
        for kind, name in database.execute_sql(f"SELECT type, name FROM sqlite_schema WHERE {ours}").fetchall():
            database.execute_sql(f"DROP {kind} {name}")

    def lagging(self, db: "Database") -> int:
        """The number of rows that are out of date."""
        return db.value(f"SELECT {self.differing}")


def trigger(name: str, event: str, body: str, condition: str = "1") -> str:
    return f"CREATE TRIGGER {name} {event} WHEN {condition} BEGIN {body} END"


def differ(*columns: str) -> str:
    """SQL condition in a trigger: the value of one of these columns has changed."""
    return "({}) IS NOT ({})".format(*[", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW")])


def counting(prefix: str, table: str, columns: Sequence[str], count: Callable[[str, str], str]) -> tuple[str, ...]:
    """SQL of triggers that count the rows of a table as they come, go and change in these columns.

    `count(row, times)` is the SQL that counts a row, or no longer if `times` is -1.
    """
    new, gone = count("NEW", "1"), count("OLD", "-1")
    changed = f"AFTER UPDATE OF {', '.join(columns)} ON {table}"
    return (
        trigger(f"{prefix}_new", f"AFTER INSERT ON {table}", new),
        trigger(f"{prefix}_gone", f"AFTER DELETE ON {table}", gone),
        trigger(f"{prefix}_changed", changed, gone + new, differ(*columns)),
    )


def unequal(now: str, table: str, key: str, sums: str) -> str:
    """SQL that counts the keys whose sums in a table are not those that `now` selects; both have these columns."""
    names = sums.split(", ")
    kept = f"SELECT {key}, {', '.join(f'-{name}' for name in names)} FROM {table}"
    differences = " OR ".join(f"sum({name}) <> 0" for name in names)
    return f"(SELECT count(*) FROM (SELECT 1 FROM ({now} UNION ALL {kept}) GROUP BY {key} HAVING {differences}))"
