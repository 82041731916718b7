"""What goes with a row that is deleted, and what keeps it from being deleted."""

from kitsulite.models.base import Children


def remove_row(db, model, row_id):
    """Delete a row and the links of its own relations; children lose their reference.

    Every other row that refers to it blocks the deletion (RowRejected, kind `reference`).
    """
    for many in model.relations.values():
        if isinstance(many, Children):
            db.execute(f"UPDATE {many.link} SET {many.here} = NULL WHERE {many.here} = ?", [row_id])
        else:
            db.execute(f"DELETE FROM {many.link} WHERE {many.here} = ?", [row_id])
    db.delete(model, id=row_id)
