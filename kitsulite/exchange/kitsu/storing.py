"""Stores many rows of a table with a few statements, and one per set of changed columns."""

import contextlib

from kitsulite.models import TABLES, target
from kitsulite.models.activity import News
from kitsulite.models.base import Children
from kitsulite.models.entities import Entity
from kitsulite.models.fields import Ref, dump, next_id
from kitsulite.store import search
from kitsulite.store.derived import news_feed
from kitsulite.store.statements import new_row

LISTED = "(SELECT value FROM json_each(?))"


def store(db, model, rows, match=("id",)):
    """Insert rows (column -> stored value), or update the existing ones with the same columns `match`.

    Returns (id, whether it is new) of each row, in order.
    """
    done = []
    for keyed in waves(rows, match):
        existing = known_ids(db, model, keyed, match)
        new = [row for key, row in keyed.items() if key not in existing]
        for row in new:
            if "id" not in row:
                row["id"] = next_id()
        # an update may give a row another id
        done += [(row.get("id") or existing[key], key not in existing) for key, row in keyed.items()]
        insert(db, model, new)
        update(db, model, [(existing[key], row) for key, row in keyed.items() if key in existing])
    return done


def waves(rows, match):
    """The rows by their columns `match`, split so that no part has a row twice: the second one changes the first."""
    wave = {}
    for row in rows:
        key = key_of(row, match)
        if key in wave:
            yield wave
            wave = {}
        wave[key] = row
    if wave:
        yield wave


def key_of(row, match):
    return tuple(row[column] for column in match)


def known_ids(db, model, keys, match):
    """The ids of existing rows, by their columns `match`."""
    values = ", ".join(f"json_extract(value, '$[{number}]')" for number in range(len(match)))
    sql = (
        f"SELECT id, {', '.join(match)} FROM {model.table()}"
        f" WHERE ({', '.join(match)}) IN (SELECT {values} FROM json_each(?))"
    )
    return {tuple(key): row_id for row_id, *key in db.execute(sql, [dump(list(keys))])}


def insert(db, model, rows):
    """Insert rows, with defaults for what is missing or null."""
    values = [list(new_row(model, row).values()) for row in parents_first(model, rows)]
    insert_stored(db, model, [row.get("id") for row in rows], values)


def insert_stored(db, model, ids, values):
    """Insert rows, given as their ids and the stored values of all columns."""
    if not values:
        return
    with contextlib.ExitStack() as stack:
        if model is Entity:
            stack.enter_context(search.at_once(db, "search_entity", ids))
        elif model is News:
            stack.enter_context(news_feed.at_once(db, ids))
        db.insert_many(model, values)


def parents_first(model, rows):
    """The rows, ordered so that none refers to a later one; those that refer to each other come last."""
    parents = [
        name for name, field in model.columns().items() if isinstance(field, Ref) and field.table == model.table()
    ]
    waiting = {row["id"]: row for row in rows} if parents else {}
    ordered = [] if parents else rows
    while waiting:
        ready = [row for row in waiting.values() if not any(row.get(name) in waiting for name in parents)]
        ready = ready or list(waiting.values())
        ordered += ready
        for row in ready:
            del waiting[row["id"]]
    return ordered


def update(db, model, changes):
    """Change rows, given as (id, row), in the columns that differ from what is stored."""
    by_columns = {}
    for row_id, row in changes:
        by_columns.setdefault(tuple(row), {})[row_id] = row
    for names, rows in by_columns.items():
        columns = ", ".join(f'"{name}"' for name in names)
        sql = f"SELECT id, {columns} FROM {model.table()} WHERE id IN {LISTED}"
        stored = {row_id: values for row_id, *values in db.execute(sql, [dump(list(rows))])}
        differing = {}
        for row_id, row in rows.items():
            changed = [name for name, before in zip(names, stored[row_id], strict=True) if row[name] != before]
            differing.setdefault(tuple(changed), []).append([row_id, *(row[name] for name in changed)])
        for changed, values in differing.items():
            if changed:
                db.update_many(model, changed, values)


def relate(db, model, relation, ids_by_row, keeps=False):
    """Make a to-many relation hold exactly the given ids: row id -> ids.

    Existing links keep their other columns. `keeps` leaves other links too, and refuses an unknown id instead of
    leaving it out.
    """
    many = model.relations[relation]
    ids = sorted({other for others in ids_by_row.values() for other in others})
    existing = set(ids) if keeps else known_rows(db, target(many), ids)
    links = [
        (row_id, other) for row_id, others in ids_by_row.items() for other in dict.fromkeys(others) if other in existing
    ]
    if isinstance(many, Children):
        db.execute(f"UPDATE {many.link} SET {many.here} = NULL WHERE {many.here} IN {LISTED}", [dump(list(ids_by_row))])
        db.execute_many(f"UPDATE {many.link} SET {many.here} = ? WHERE id = ?", links)
        return
    sql = f"SELECT {many.here}, {many.there} FROM {many.link} WHERE {many.here} IN {LISTED}"
    stored = set(db.execute(sql, [dump(list(ids_by_row))]).fetchall())
    if not keeps:
        obsolete = stored - set(links)
        db.execute_many(f"DELETE FROM {many.link} WHERE {many.here} = ? AND {many.there} = ?", list(obsolete))
    insert(
        db,
        TABLES[many.link],
        [{many.here: row_id, many.there: other} for row_id, other in links if (row_id, other) not in stored],
    )


def known_rows(db, model, ids):
    """The ids among these that exist in a table."""
    return set(db.column(f"SELECT id FROM {model.table()} WHERE id IN {LISTED}", [dump(list(ids))]))
