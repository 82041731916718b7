"""The bulk way in: rows of another server, with their ids, many at a time.

Rows that are sent again change what they have stored; what they do not name stays.
"""

import json

from kitsulite import clock
from kitsulite.errors import BadParameter, NotFound, RowRejected
from kitsulite.events.bus import emit_many
from kitsulite.exchange.kitsu import storing
from kitsulite.exchange.kitsu.kinds import KINDS
from kitsulite.models.base import json_object
from kitsulite.models.fields import BadValue, clean_ids, dump, is_id

REFUSALS = (RowRejected, BadValue, BadParameter, NotFound)


def run(ctx, name, entries, silent):
    """Import rows of a kind; returns them as JSON text. Of a refused list the rows before the refused one stay."""
    kind = KINDS[name]
    try:
        with ctx.db.savepoint():
            done = store(ctx, kind, entries)
    except REFUSALS:
        done = one_by_one(ctx, kind, entries, silent)
    if not silent:
        emit_all(ctx, kind, done)
    return answer(ctx, kind, [row_id for row_id, _ in done])


def one_by_one(ctx, kind, entries, silent):
    """Import the rows singly, up to the one that is refused, which the error names."""
    done = []
    for number, entry in enumerate(entries, 1):
        try:
            with ctx.db.savepoint():
                done += store(ctx, kind, [entry])
        except REFUSALS as error:
            if not silent:
                emit_all(ctx, kind, done)
            raise refusal(error, number, entry) from None
    return done


def refusal(error, number, entry):
    """The error of one entry; what was stored before it stays."""
    row_id = entry.get("id") if isinstance(entry, dict) else None
    message = f"Entry {number} ({str(row_id)[:36]}): {error}"
    if isinstance(error, NotFound):
        return NotFound(message, keeps_changes=True)
    return BadParameter(message, keeps_changes=True)


def store(ctx, kind, entries):
    """Store rows of a kind; returns (id, whether it is new) of each."""
    for entry in entries:
        check(kind, entry)
    prepared = kind.prepare(ctx, entries)
    rows = [columns(kind, row) for row in prepared]
    done = storing.store(ctx.db, kind.model, rows, kind.match)
    for relation in (*kind.replaced, *kind.added):
        wanted = {
            row_id: ids_of(kind, relation, row)
            for row, (row_id, _) in zip(prepared, done, strict=True)
            if row.get(relation) is not None
        }
        if wanted:
            storing.relate(ctx.db, kind.model, relation, wanted, keeps=relation in kind.added)
    return done


def check(kind, entry):
    if not isinstance(entry, dict):
        raise RowRejected("an object is expected.")
    for column in kind.match:
        if not is_id(entry.get(column)):
            raise RowRejected(f"{column} must be the id of a row.", "required")


def columns(kind, entry):
    """The columns that an entry gives, as they are stored; `updated_at` is now if it is not given."""
    fields = kind.model.columns()
    row = {key: fields[key].clean(value) for key, value in entry.items() if key in fields and not fields[key].secret}
    for moment in ("created_at", "updated_at"):
        if row.get(moment) is None:
            row.pop(moment, None)
    return {"updated_at": clock.now(), **row}


def ids_of(kind, relation, row):
    """The ids that an entry gives for a relation; what is none is left out, or refused where links are only added."""
    given = row[relation]
    if not isinstance(given, list):
        raise RowRejected(f"{relation} must be a list of ids.")
    ids = [item.get("id") if isinstance(item, dict) else item for item in given]
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
    """The rows of some ids as they are shown."""
    sql = (
        f"SELECT {json_object(kind.parts)} FROM json_each(?) j"
        f" JOIN {kind.model.table()} made ON made.id = j.value ORDER BY j.key"
    )
    return ctx.db.json_list(sql, [dump(ids)])
