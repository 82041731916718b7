"""Releases deleted rows from their references, each of which says in the models what happens to its row."""

import functools

from kitsulite.models import TABLES
from kitsulite.models.fields import Ref


def release(db, model, ids, params):
    """Delete or detach all rows that refer to rows of a table, as declared by their references.

    `ids` is SQL that selects the ids of the referenced rows. References that refuse stay, and keep their row.
    """
    for statement in statements(model, ids):
        db.execute(statement, params)


@functools.cache
def statements(model, ids):
    """The statements of `release`, in an order that never leaves a reference to a missing row."""
    in_order = []
    for child, column in references_to(model):
        where = f'"{column}" IN ({ids})'
        gone = child.columns()[column].gone
        if gone == "clear":
            in_order.append(f'UPDATE "{child.table()}" SET "{column}" = NULL WHERE {where}')
        elif gone == "delete":
            if "id" in child.columns():
                in_order.extend(statements(child, f'SELECT id FROM "{child.table()}" WHERE {where}'))
            in_order.append(f'DELETE FROM "{child.table()}" WHERE {where}')
    return tuple(in_order)


@functools.cache
def references_to(model):
    """The (table, column) pairs that refer to a table."""
    return [
        (child, name)
        for child in TABLES.values()
        for name, field in child.columns().items()
        if isinstance(field, Ref) and field.table == model.table()
    ]
