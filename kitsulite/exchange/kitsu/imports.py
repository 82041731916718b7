"""Bulk imports: rows of another server with their ids, many at a time, all or nothing.

A row that is sent again changes the stored one; columns that it does not name stay.
"""

import json

from kitsulite import clock
from kitsulite.domain import belonging
from kitsulite.errors import RowRejected
from kitsulite.events.bus import emit_many
from kitsulite.exchange.kitsu import refusals, storing
from kitsulite.exchange.kitsu.kinds import KINDS
from kitsulite.models.base import json_object
from kitsulite.models.entities import Entity
from kitsulite.models.fields import BadValue, clean_ids, dump, is_id


def run(ctx, name, entries, silent):
    """Import rows of a kind; returns them as JSON text. Outside of a transaction: others write while it is made."""
    kind = KINDS[name]
    with ctx.db.bulk_write():
        try:
            with ctx.db.savepoint():
                done = store(ctx, kind, entries)
        except refusals.REFUSALS as error:
            raise refusals.explained(ctx, kind, entries, error, store) from None
        if not silent:
            emit_all(ctx, kind, done)
    with ctx.db.read():
        return answer(ctx, kind, [row_id for row_id, _ in done])


def store(ctx, kind, entries):
    """Store rows of a kind; returns (id, whether it is new) of each."""
    for entry in entries:
        check(kind, entry)
    prepared = kind.prepare(ctx, entries)
    now = clock.now()
    rows = [columns(kind, row, now) for row in prepared]
    refuse_moves(ctx, kind, rows)
    done = storing.store(ctx.db, kind.model, rows, kind.match)
    refuse_forbidden(ctx, kind, done)
    refuse_cycles(ctx, rows, done)
    for relation in (*kind.replaced, *kind.added):
        ids_by_row = {
            row_id: ids_of(kind, relation, row)
            for row, (row_id, _) in zip(prepared, done, strict=True)
            if row.get(relation) is not None
        }
        if ids_by_row:
            storing.relate(ctx.db, kind.model, relation, ids_by_row, keeps=relation in kind.added)
    return done


def refuse_moves(ctx, kind, rows):
    """Refuse rows that would move existing ones into another production."""
    project_ids = {row["id"]: row["project_id"] for row in rows if "id" in row and row.get("project_id")}
    if not project_ids or "project_id" not in kind.model.columns():
        return
    sql = f"SELECT id, project_id FROM {kind.model.table()} WHERE id IN {storing.LISTED} AND project_id IS NOT NULL"
    for row_id, project_id in ctx.db.execute(sql, [dump(list(project_ids))]):
        if project_id != project_ids[row_id]:
            raise RowRejected(f"project_id: the row {row_id} belongs to another production.", "reference")


def refuse_forbidden(ctx, kind, done):
    """Refuse stored rows that a rule of their kind forbids, and name the first."""
    ids = dump([row_id for row_id, _ in done])
    for reason, sql in kind.forbidden.items():
        refused_id = ctx.db.value(f"{sql} AND made.id IN {storing.LISTED} LIMIT 1", [ids])
        if refused_id:
            raise RowRejected(f"{reason}: {refused_id}", "reference")


def refuse_cycles(ctx, rows, done):
    """Refuse entities whose parents lead back to them; new ones that no other row refers to are not checked."""
    ids = {row_id for row_id, _ in done}
    for name in ("parent_id", "source_id"):
        references = [(row_id, is_new, row.get(name)) for row, (row_id, is_new) in zip(rows, done, strict=True)]
        checked = {row_id: above for row_id, is_new, above in references if above and (not is_new or above in ids)}
        belonging.check_above(ctx.db, Entity, name, checked)


def check(kind, entry):
    if not isinstance(entry, dict):
        raise RowRejected("an object is expected.")
    for column in kind.match:
        if not is_id(entry.get(column)):
            raise RowRejected(f"{column} must be the id of a row.", "required")


def columns(kind, entry, now):
    """The stored columns of an entry; `updated_at` is now if it is missing."""
    fields = kind.model.columns()
    row = {key: cleaned(key, fields[key], value) for key, value in entry.items() if is_importable(fields, key)}
    for key in ("id", "created_at", "updated_at"):
        if row.get(key) is None:
            row.pop(key, None)
    return {"updated_at": now, **row}


def is_importable(fields, key):
    return key in fields and not fields[key].secret


def cleaned(name, column, value):
    try:
        return column.clean(value)
    except BadValue as error:
        raise BadValue(str(error) if name in str(error) else f"{name}: {error}") from None


def ids_of(kind, relation, row):
    """The ids of a relation in an entry; invalid ones are left out, or refused if links are only added."""
    value = row[relation]
    if not isinstance(value, list):
        raise RowRejected(f"{relation} must be a list of ids.")
    ids = [item.get("id") if isinstance(item, dict) else item for item in value]
    return clean_ids(*ids) if relation in kind.added else clean_ids(*filter(is_id, ids))


def emit_all(ctx, kind, done):
    """Emit the event of each row."""
    is_new = dict(done)
    ids = dump([row_id for row_id, _ in done])
    sql = (
        f"SELECT made.id, {kind.event_sql}, {kind.payload_sql}, {kind.project}"
        f" FROM json_each(?) j JOIN {kind.model.table()} made ON made.id = j.value ORDER BY j.key"
    )
    emit_many(
        ctx,
        [
            (f"{name}:{'new' if is_new[row_id] else 'update'}", json.loads(payload), project_id)
            for row_id, name, payload, project_id in ctx.db.execute(sql, [ids])
        ],
    )


def answer(ctx, kind, ids):
    """The rows with these ids, as the API shows them."""
    sql = (
        f"SELECT {json_object(kind.parts)} FROM json_each(?) j"
        f" JOIN {kind.model.table()} made ON made.id = j.value ORDER BY j.key"
    )
    return ctx.db.json_list(sql, [dump(ids)])
