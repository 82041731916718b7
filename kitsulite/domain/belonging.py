"""Rows refer only to rows of their own project or to shared ones, which is checked wherever clients send ids.

The models declare the references and their exceptions: `models/homes.py`, `Ref(shared=True)`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from kitsulite.context import Context
from kitsulite.errors import RowRejected
from kitsulite.models import TABLES, target
from kitsulite.models.base import Table
from kitsulite.models.fields import Pointer, Ref, dump
from kitsulite.models.homes import HOMES, is_owned, project_of, references
from kitsulite.store.database import Database

Columns = Mapping[str, Any]
IS_SHARED = "SELECT is_shared FROM entity WHERE id = ?"


def check(
    ctx: Context,
    model: type[Table],
    row: Columns,
    columns: Columns,
    relations: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Raise RowRejected if columns or relations would make a row refer to one of another project.

    `row` is the current row, empty for a new one. If it moves, everything that it refers to must be in the new
    project. Unknown ids pass if the database refuses them, or if nothing depends on them.
    """
    changed = {name for name in references(model) if columns.get(name) not in (None, row.get(name))}
    if not changed and not relations:
        return
    for name in changed:
        check_known(ctx.db, references(model)[name], name, columns[name])
    after = {**row, **columns}
    project_id = project_of_columns(ctx, model, after)
    if project_id is None:
        return
    moves = changed & set(HOMES.get(model.table(), ())) and project_of_columns(ctx, model, row) != project_id
    for name in references(model) if moves else changed:
        field = references(model)[name]
        if after.get(name) and not is_usable(ctx, field.table, after[name], project_id, field.shared):
            raise refusal(name)
        if field.table == model.table() and name in changed and row:
            check_above(ctx.db, model, name, {row["id"]: after[name]})
    for name, ids in (relations or {}).items():
        table, shared = reference_of(model, name)
        if is_owned(table) and any(not is_usable(ctx, table, i, project_id, shared) for i in ids):
            raise refusal(name)


def check_known(db: Database, field: Pointer, name: str, row_id: str) -> None:
    """Raise RowRejected if a row would be part of one that does not exist, which no foreign key refuses."""
    if not (isinstance(field, Ref) or field.null or db.value(f'SELECT 1 FROM "{field.table}" WHERE id = ?', [row_id])):
        raise RowRejected(f"{name} refers to a row that does not exist: {row_id}", "reference")


def check_above(db: Database, model: type[Table], name: str, above: Mapping[str, str]) -> None:
    """Raise RowRejected if rows contain themselves, directly or not, by a column that refers to their own table.

    `above`: ids of rows -> the rows that they will refer to.
    """
    further = (
        f"SELECT way.start, COALESCE(given.above, t.{name}) FROM way JOIN {model.table()} t ON t.id = way.id"
        " LEFT JOIN given ON given.id = way.id"
    )
    sql = (
        "WITH RECURSIVE given(id, above) AS (SELECT key, value FROM json_each(?)),"
        f" way(start, id) AS (SELECT id, above FROM given UNION {further}) SELECT 1 FROM way WHERE id = start LIMIT 1"
    )
    if above and db.value(sql, [dump(above)]):
        raise RowRejected(f"{name} leads back to the row itself.", "reference")


def refusal(name: str) -> RowRejected:
    return RowRejected(f"{name} names a row of another project.", "reference")


def reference_of(model: type[Table], relation: str) -> tuple[str, bool]:
    """(table of the ids in a relation, whether they may be shared rows of other projects)."""
    many = model.relations[relation]
    field = references(TABLES[many.link]).get(many.there)
    return target(many).table(), bool(field and field.shared)


def is_usable(ctx: Context, table: str, row_id: str, project_id: str, shared: bool) -> bool:
    """Whether a row belongs to a project or none, is unknown, or, if `shared`, is shared by another project."""
    owner_id = ctx.db.value(f"SELECT {project_of(table, '?')}", [row_id])
    return owner_id in (None, project_id) or (shared and bool(ctx.db.value(IS_SHARED, [row_id])))


def project_of_columns(ctx: Context, model: type[Table], columns: Columns) -> str | None:
    """The project of a row with these columns, None if it has none or it is unknown."""
    if model.table() == "project":
        # a new project has no rows yet
        return columns.get("id", "")
    if "project_id" in model.columns():
        return columns.get("project_id")
    for name in HOMES.get(model.table(), ()):
        if columns.get(name):
            table = model.columns()[name].table
            project_id = ctx.db.value(f"SELECT {project_of(table, '?')}", [columns[name]])
            if project_id:
                return project_id
    return None
