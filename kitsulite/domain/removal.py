"""Deletes rows with the links of their own relations."""

from kitsulite.models.base import Children


def remove_row(db, model, row_id):
    """Delete a row and the links of its own relations; children lose their reference.

    Every other row that refers to it blocks the deletion (RowRejected, kind `reference`).
    """
    remove_rows(db, model, "?", [row_id])


def remove_rows(db, model, ids, params):
    """Delete many rows, see `remove_row`; `ids` is SQL of their ids."""
    for many in model.relations.values():
        if isinstance(many, Children):
            db.execute(f"UPDATE {many.link} SET {many.here} = NULL WHERE {many.here} IN ({ids})", params)
        else:
            db.execute(f"DELETE FROM {many.link} WHERE {many.here} IN ({ids})", params)
    db.delete(model, f"id IN ({ids})", params)
