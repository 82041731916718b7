"""Composes the SQL that reads and writes rows, and the stored values of rows."""

import functools
from typing import Any

import peewee

from kitsulite.models.accents import composed
from kitsulite.models.base import Table, json_object, kept_text, shown


@functools.cache
def row_sql(model: type[Table], relations: bool) -> str:
    """The statement that reads the row with an id."""
    return f'SELECT {shown(model, relations=relations)} FROM "{model.table()}" WHERE id = ?'


@functools.cache
def related_sql(model: type[Table], relation: str) -> str:
    """The statement that reads the ids in a to-many relation of a row."""
    return f"SELECT {model.relations[relation].ids('?')}"


def new_row(model: type[Table], values: dict[str, Any]) -> dict[str, Any]:
    """The stored values of a new row; null means the default, unless it is a value of the column, as in JSON."""
    row = {}
    for name, default, make, keeps_null, stored in row_plan(model):
        value = values.get(name)
        if value is None and not (keeps_null and name in values):
            value = make() if make else default
        row[name] = stored(value) if stored else value
    return row


@functools.cache
def row_plan(model: type[Table]) -> list[tuple[Any, ...]]:
    """(name, default, function that makes the default, whether null is a value, converter) of each column."""
    plan: list[tuple[Any, ...]] = []
    for name, field in model.columns().items():
        make = field.default if callable(field.default) else None
        is_plain = type(field).db_value is peewee.Field.db_value and type(field).adapt is peewee.Field.adapt
        default = None if make else field.default
        plan.append((name, default, make, field.keeps_null, None if is_plain else field.db_value))
    return plan


def equality(model: type[Table], equal: Any) -> tuple[str, list[Any]]:
    """The condition and parameters for rows with these values; None stands for null."""
    columns = model.columns()
    parts = [f'"{name}" IS NULL' if value is None else f'"{name}" = ?' for name, value in equal.items()]
    params = [columns[name].db_value(value) for name, value in equal.items() if value is not None]
    return " AND ".join(parts) or "1", params


@functools.cache
def insert_sql(model: type[Table], rows: int = 1) -> str:
    """The statement that inserts a number of rows with all columns."""
    columns = ", ".join(f'"{name}"' for name in model.columns())
    values = ", ".join([f"({marks(model.columns())})"] * rows)
    return f'INSERT INTO "{model.table()}" ({columns}) VALUES {values}'


@functools.cache
def update_sql(model: type[Table], names: tuple[str, ...], rows: int = 1) -> str:
    """The statement that changes columns of a number of rows; its parameters are their ids and values."""
    if rows == 1:
        sets = ", ".join(f'"{name}" = ?{number + 2}' for number, name in enumerate(names))
        return f'UPDATE "{model.table()}" SET {sets} WHERE id = ?1'
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join([f"(?, {marks(names)})"] * rows)
    sets = ", ".join(f'"{name}" = changed."{name}"' for name in names)
    return (
        f'WITH changed (row_id, {columns}) AS (VALUES {values}) UPDATE "{model.table()}" SET {sets} FROM changed'
        f' WHERE "{model.table()}".id = changed.row_id'
    )


def in_order(table: str, where: str, order: str, joins: str = "", most: int | str = -1) -> str:
    """The FROM clause of rows in order; `joins` add tables by LEFT JOIN.

    Only rowids are sorted: the selected values are computed afterwards, row by row.
    """
    place = f"{table.split()[-1]}.rowid"
    # the LIMIT keeps SQLite from dropping the order of an inner query
    places = f"SELECT {place} AS place FROM {table} {joins} WHERE {where} ORDER BY {order} LIMIT {most}"
    return f"FROM ({places}) listed CROSS JOIN {table} ON {place} = listed.place {joins}"


def listed(values: dict[str, str], table: str, where: str, order: str, most: int = -1) -> tuple[str, str]:
    """The SQL of a row as JSON text, and the FROM clause of rows in order; `values`: name -> SQL.

    If the texts of rows are kept, only ids are read from the table: an index may be enough for that.
    """
    row, kept = json_object(values), kept_text(values, "listed.id")
    if not kept:
        return row, in_order(table, where, order, most=most)
    ids = f"SELECT {table}.id FROM {table} WHERE {where} ORDER BY {order} LIMIT {most}"
    return f"COALESCE({kept}, (SELECT {row} FROM {table} WHERE {table}.id = listed.id))", f"FROM ({ids}) listed"


def around_page(total: int, page: int, limit: int, more: str = "") -> tuple[bytes, bytes]:
    """What encloses the rows of a page, counted from 1, in the JSON of paged answers; `more`: further members."""
    counts = f'"total":{total},"nb_pages":{-(-total // limit)},"limit":{limit},"offset":{(page - 1) * limit}'
    return b'{"data":[', f'],{counts},"page":{page}{more}}}'.encode()


def marks(values: Any) -> str:
    """`?, ?, ?` for a list of parameters."""
    return ", ".join("?" * len(values))


def folded(text: Any) -> Any:
    """A text in the form for comparisons regardless of case."""
    return composed(text).casefold() if isinstance(text, str) else text
