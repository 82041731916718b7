"""Every reference says what becomes of its row when the row that it refers to is deleted."""

import pytest

from kitsulite.domain.deletion.references import references_to, release
from kitsulite.models import TABLES
from kitsulite.models.fields import new_id
from kitsulite.store.database import initial

REFERENCES = [
    pytest.param(model, child, column, id=f"{child.table()}.{column}")
    for model in TABLES.values()
    for child, column in references_to(model)
]


def value_of(field, name):
    """Some value that a column takes."""
    value = initial(field, name, {})
    if value is not None or field.null:
        return value
    if getattr(field, "codes", None):
        return field.codes[0]
    if field.json_format == "date":
        return "2026-03-02"
    return {"INTEGER": 1, "REAL": 1.0}.get(field.field_type, new_id())


@pytest.mark.parametrize(("model", "child", "column"), REFERENCES)
def test_a_row_is_deleted_detached_or_kept_as_its_reference_says(studio, model, child, column):
    gone, kept = new_id(), new_id()
    db, fields = studio.db, child.columns()
    connection = db.connection()
    connection.execute("PRAGMA foreign_keys = OFF")
    try:
        with db.write():
            for target in (gone, kept):
                values = {name: value_of(field, name) for name, field in fields.items()}
                db.add(child, **{**values, **({"id": new_id()} if "id" in fields else {}), column: target})
            release(db, model, "SELECT ?", [gone])
            count = f'SELECT count(*) FROM "{child.table()}" WHERE "{column}" = ?'
            left = {target: db.value(count, [target]) for target in (gone, kept)}
            cleared = db.value(f'SELECT count(*) FROM "{child.table()}" WHERE "{column}" IS NULL')
    finally:
        connection.execute("PRAGMA foreign_keys = ON")
    how = fields[column].gone
    assert left == {gone: 1 if how == "refuse" else 0, kept: 1}
    assert how != "clear" or cleared >= 1


@pytest.mark.parametrize(("model", "child", "column"), REFERENCES)
def test_only_what_may_be_empty_is_cleared(model, child, column):
    field = child.columns()[column]
    assert field.gone != "clear" or field.null
