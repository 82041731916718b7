"""What goes with a row that is deleted, and what keeps it from being deleted."""

from kitsulite.models.base import Children


def remove_row(db, model, row_id):
    """Delete a row and the links of its own relations; children lose their reference.

    Every other row that refers to it blocks the deletion (RowRejected, kind `reference`).
    """
    remove_rows(db, model, "?", [row_id])


def remove_rows(db, model, ids, params):
    """The same for many rows; `ids` is SQL of the list of their ids."""
    for many in model.relations.values():
        if isinstance(many, Children):
            db.execute(f"UPDATE {many.link} SET {many.here} = NULL WHERE {many.here} IN ({ids})", params)
        else:
            db.execute(f"DELETE FROM {many.link} WHERE {many.here} IN ({ids})", params)
    db.delete(model, f"id IN ({ids})", params)
