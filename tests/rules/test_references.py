"""Every reference declares what happens to its row when the row that it refers to is deleted."""

import pytest

from kitsulite.domain.deletion.references import references_to, release
from kitsulite.models import TABLES
from kitsulite.models.fields import new_id

#: (table that is referred to, the table that refers, its column)
REFERENCES = [(model, child, column) for model in TABLES.values() for child, column in references_to(model)]


def value_of(field):
    """Some value that a column takes."""
    value = field.default() if callable(field.default) else field.default
    if value is not None or field.null:
        return value
    if getattr(field, "codes", None):
        return field.codes[0]
    if field.json_format == "date":
        return "2026-03-02"
    return {"INTEGER": 1, "REAL": 1.0}.get(field.field_type, new_id())


@pytest.mark.parametrize("model", {model: None for model, *_ in REFERENCES}, ids=lambda model: model.table())
def test_a_row_is_deleted_detached_or_kept_as_its_reference_says(studio, model):
    studio.db.connection().execute("PRAGMA foreign_keys = OFF")
    try:
        wrong = [
            f"{child.table()}.{column}"
            for child, column in references_to(model)
            if not does_as_it_says(studio.db, model, child, column)
        ]
    finally:
        studio.db.connection().execute("PRAGMA foreign_keys = ON")
    assert wrong == []


def does_as_it_says(db, model, child, column):
    """Whether a row that refers to a deleted one goes, is cleared or stays, and that of another stays as it is."""
    gone, kept = new_id(), new_id()
    fields = child.columns()
    with db.write():
        for target in (gone, kept):
            values = {name: value_of(field) for name, field in fields.items()}
            db.add(child, **{**values, **({"id": new_id()} if "id" in fields else {}), column: target})
        cleared = f'SELECT count(*) FROM "{child.table()}" WHERE "{column}" IS NULL'
        before = db.value(cleared)
        release(db, model, "SELECT ?", [gone])
        count = f'SELECT count(*) FROM "{child.table()}" WHERE "{column}" = ?'
        left = {target: db.value(count, [target]) for target in (gone, kept)}
        more = db.value(cleared) - before
    how = fields[column].gone
    return (left, more) == ({gone: int(how == "refuse"), kept: 1}, int(how == "clear"))


def test_only_what_may_be_empty_is_cleared():
    fields = {f"{child.table()}.{column}": child.columns()[column] for _, child, column in REFERENCES}
    assert [name for name, field in fields.items() if field.gone == "clear" and not field.null] == []


def test_rows_that_refer_to_another_are_found_by_an_index(studio):
    sought = {
        f"{child.table()}.{column}": f'EXPLAIN QUERY PLAN SELECT 1 FROM "{child.table()}" WHERE "{column}" = ?'
        for _, child, column in REFERENCES
    }
    scanned = [name for name, sql in sought.items() if not studio.db.row(sql, ["x"])[3].startswith("SEARCH")]
    # persons and statuses are hardly ever deleted, and every comment and notification would be in these
    assert sorted(scanned) == ["comment.task_status_id", "notification.author_id"]


def test_the_index_of_a_reference_that_may_be_null_leaves_nulls_out(studio):
    null = {
        f"{child.table()}_{column}"
        for _, child, column in REFERENCES
        if child.columns()[column].null and child.columns()[column].index
    }
    sql = "SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE INDEX%' AND sql NOT LIKE '%IS NOT NULL%'"
    assert null.intersection(studio.db.column(sql)) == {"task_task_type_id", "task_task_status_id", "task_entity_id"}
