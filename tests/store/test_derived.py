"""What is derived from the rows of a studio follows them, whoever changes them and in whatever order."""

import random

import pytest

from kitsulite.domain.server import verification
from kitsulite.models.activity import News, Notification
from kitsulite.models.entities import Entity, EntityLink, EntityType
from kitsulite.models.previews import PreviewFile
from kitsulite.models.tasks import Comment, Task, TaskPersonLink, TimeSpent
from kitsulite.store import derived, search
from kitsulite.store.conditions import Condition, add_filter
from kitsulite.store.derived import COUNTS, GROUPS, PLACES, TIMES
from kitsulite.store.derived.table import Derived
from kitsulite.store.statements import equality

ROWS = {
    PLACES: "SELECT * FROM entity_place",
    GROUPS: "SELECT * FROM task_group WHERE amount",
    COUNTS: "SELECT * FROM row_count WHERE amount",
    TIMES: "SELECT * FROM time_sum WHERE minutes",
}


@pytest.fixture
def rows(studio):
    """A show with entities of all depths and their tasks."""
    project = studio.project()
    episode = studio.entity(project, "Episode", name="E1")
    sequence = studio.entity(project, "Sequence", name="SQ", parent_id=episode["id"])
    for number in range(3):
        shot = studio.entity(project, "Shot", parent_id=sequence["id"])
        studio.task(shot, "Animation", duration=number * 20.1, estimation=33.333333)
    studio.link(TaskPersonLink, task_id=studio.db.value("SELECT max(id) FROM task"), person_id=studio.admin["id"])
    prop = studio.entity(project, "Prop", source_id=episode["id"])
    task = studio.task(prop, "Modeling", duration=1e200)
    comment = studio.comment(task, studio.admin)
    studio.preview(task, comment)
    studio.link(EntityLink, entity_in_id=shot["id"], entity_out_id=prop["id"])
    studio.link(
        Notification, task_id=task["id"], person_id=studio.admin["id"], author_id=studio.admin["id"], type="comment"
    )
    for day in ("2026-01-01", "2026-02-01"):
        studio.link(TimeSpent, person_id=studio.admin["id"], task_id=task["id"], date=day, duration=60)
    return studio


def assert_follows(db, part):
    """What is kept is what would be made of the rows now."""
    kept = sorted(db.execute(ROWS[part]).fetchall(), key=str)
    assert_right(db, part)
    with db.write():
        part.create(db.peewee)
    assert kept == sorted(db.execute(ROWS[part]).fetchall(), key=str) != []


def assert_right(db, *parts):
    """Nothing is found that differs, which is seen sooner than by making it again."""
    for part in parts:
        assert part.lagging(db) == 0
        assert not db.value(f"SELECT {part.lags}")


def changes(studio, chance):
    """Changes of what places and groups depend on."""
    db = studio.db
    entities, kinds, projects, types, statuses = (
        db.column(f"SELECT id FROM {table} ORDER BY rowid")
        for table in ("entity", "entity_type", "project", "task_type", "task_status")
    )
    projects.append(studio.project()["id"])
    entity, task = chance.choice(entities), chance.choice(db.column("SELECT id FROM task"))
    persons = [studio.admin["id"], studio.person("user")["id"]]
    comment, preview, spent = (
        db.value(f"SELECT id FROM {table}") for table in ("comment", "preview_file", "time_spent")
    )
    day = chance.choice(["2025-12-31", "2026-01-02", "2026-03-31"])
    return (
        lambda: db.update(Comment, comment, object_id=task),
        lambda: db.update(Comment, comment, person_id=studio.person("user")["id"]),
        lambda: db.update(PreviewFile, preview, extension=chance.choice([None, "png", "mp4"])),
        lambda: db.update(PreviewFile, preview, task_id=task, name=f"N{chance.random()}"),
        lambda: studio.comment(db.get(Task, task), studio.admin),
        lambda: db.execute("DELETE FROM time_spent WHERE date > '2026-01-01'"),
        lambda: db.update(TimeSpent, spent, duration=chance.choice([0.1, 33.333333, 1e15]), date=day),
        lambda: db.update(TimeSpent, spent, person_id=chance.choice([None, *persons])),
        lambda: db.update(TimeSpent, spent, task_id=chance.choice([None, task])),
        lambda: studio.add(
            TimeSpent, person_id=chance.choice(persons), task_id=task, date=day, duration=chance.random()
        ),
        lambda: db.update(Entity, entity, name=f"N{chance.random()}"),
        lambda: db.update(Entity, entity, entity_type_id=chance.choice(kinds)),
        lambda: db.update(Entity, entity, project_id=chance.choice(projects)),
        lambda: db.update(Entity, entities[-1], parent_id=chance.choice([None, *entities[:3]])),
        lambda: db.update(Entity, entities[-1], source_id=chance.choice([None, *entities[:3]])),
        lambda: db.update(EntityType, chance.choice(kinds), name=f"T{chance.random()}"),
        lambda: db.update(Task, task, project_id=chance.choice(projects), name=f"N{chance.random()}"),
        lambda: db.update(Task, task, task_type_id=chance.choice([None, *types]), name=f"N{chance.random()}"),
        lambda: db.update(Task, task, task_status_id=chance.choice([None, *statuses])),
        lambda: db.update(Task, task, duration=chance.random(), estimation=chance.choice([None, -5, 1e300])),
        lambda: db.update(Task, task, priority=chance.choice([None, 0, 3])),
        lambda: db.update(Task, task, entity_id=chance.choice([None, entity]), name=f"N{chance.random()}"),
        lambda: db.link(TaskPersonLink, task_id=task, person_id=chance.choice(persons)),
        lambda: db.execute("DELETE FROM task_person_link WHERE rowid = (SELECT min(rowid) FROM task_person_link)"),
        lambda: db.execute("UPDATE OR IGNORE task_person_link SET task_id = ?", [task]),
        lambda: db.execute("UPDATE task_person_link SET person_id = ?", [studio.person("user")["id"]]),
    )


@pytest.mark.parametrize("number", range(26))
def test_a_change_is_followed(rows, number):
    chance = random.Random(number)
    for _ in range(4):
        change = changes(rows, chance)[number]
        with rows.db.write():
            change()
        assert_right(rows.db, *ROWS)
    for part in ROWS:
        assert_follows(rows.db, part)


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4, 6), (6, 1, 2, 5, 0, 3), (3, 5, 2, 6, 1, 0), (4, 3, 2, 1, 0)])
def test_rows_come_and_go_in_any_order_without_foreign_keys(rows, order):
    order = [
        ("entity_type", "entity", "task", "comment", "project", "task_person_link", "time_spent")[number]
        for number in order
    ]
    connection = rows.db.connection()
    kept = {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in order}
    connection.execute("PRAGMA foreign_keys = OFF")
    for table in order:
        connection.execute(f"DELETE FROM {table}")
        assert sum(part.lagging(rows.db) for part in ROWS) == 0
    for part in ROWS:
        assert {row[1] for row in connection.execute(ROWS[part])} <= {""}
    for table in order:
        # children before their parents
        connection.executemany(
            f"INSERT INTO {table} VALUES ({', '.join('?' * len(kept[table][0]))})", reversed(kept[table])
        )
        assert sum(part.lagging(rows.db) for part in ROWS) == 0
    connection.execute("PRAGMA foreign_keys = ON")
    for part in ROWS:
        assert_follows(rows.db, part)


def test_the_time_of_a_task_that_gets_another_id_counts_again_once_it_names_this_one(rows):
    connection = rows.db.connection()
    connection.execute("PRAGMA foreign_keys = OFF")
    before = connection.execute(ROWS[TIMES]).fetchall()
    for sql, sums in (
        ("UPDATE task SET id = 'other-' || id", []),
        ("UPDATE time_spent SET task_id = 'other-' || task_id", before),
    ):
        connection.execute(sql)
        assert connection.execute(ROWS[TIMES]).fetchall() == sums
        assert_right(rows.db, TIMES)
    connection.execute("PRAGMA foreign_keys = ON")


def test_what_comes_and_goes_leaves_nothing_behind(rows):
    db = rows.db
    before = db.execute(ROWS[GROUPS]).fetchall()
    task = db.first(Task)
    for duration in (0.1, 0.7, 1e300, 123456.789):
        with db.write():
            db.update(Task, task["id"], duration=duration)
    with db.write():
        db.update(Task, task["id"], duration=task["duration"])
    assert db.execute(ROWS[GROUPS]).fetchall() == before


@pytest.mark.parametrize(
    ("model", "columns"),
    [(Task, ["project_id"]), (Task, ["task_status_id"]), (Task, ["project_id", "task_status_id"]), (News, [])],
)
def test_totals_of_pages_are_kept(rows, model, columns):
    db = rows.db
    rows.add(Task, name="Nothing else")
    task = db.first(Task)
    rows.add(News, task_id=task["id"], author_id=rows.admin["id"])
    condition, equal = Condition(), {column: task[column] for column in columns}
    for name, value in equal.items():
        add_filter(model, condition, name, value)
    found = len(db.all(model, *equality(model, equal)))
    asked = []
    db.connection().set_trace_callback(asked.append)
    assert db.count(f'"{model.table()}"', condition) == found > 0
    db.connection().set_trace_callback(None)
    assert not [sql for sql in asked if f'FROM "{model.table()}"' in sql]


@pytest.mark.parametrize(
    ("part", "damage"),
    [
        (PLACES, "UPDATE entity_place SET entity_name = 'other'"),
        (GROUPS, "UPDATE task_group SET duration = 7"),
        (COUNTS, "UPDATE row_count SET kind = 'other' WHERE table_name = 'comment'"),
        (TIMES, "UPDATE time_sum SET minutes = 7 WHERE unit = 'day'"),
    ],
)
def test_what_differs_is_reported_and_made_again(rows, application, part, damage):
    with rows.db.write():
        rows.db.execute(damage)
    assert any(part.name in text for _, text in verification.problems(application))
    assert f"Made again: {part.name}." in list(verification.repair(application))
    assert_follows(rows.db, part)


@pytest.mark.parametrize("table", ["entity_place", "task_group", "row_count", "time_sum"])
def test_a_start_makes_again_what_a_tool_left_out_and_nothing_else(rows, table):
    """One that drops the triggers while it writes, and makes them again."""
    db = rows.db
    with db.write():
        db.execute("UPDATE task_group SET duration = 7")
        db.execute(f"DELETE FROM {table}")
        db.execute("CREATE TABLE other (id)")
        db.execute("DROP TABLE other")
    derived.look(db)
    assert db.value(f"SELECT count(*) FROM {table}")
    assert (db.value("SELECT max(duration) FROM task_group") == 7) is (table != "task_group")


def test_whole_tables_are_rebuilt_without_keeping_them_in_memory(rows, application, monkeypatch):
    """With its `temp_store` in memory, SQLite keeps there what it may undo: all of a dropped table."""
    db, places = rows.db, []
    for rebuilt in (Derived, search):
        create = rebuilt.create
        monkeypatch.setattr(rebuilt, "create", lambda *args, of=create: places.append(temporary(db)) or of(*args))
    with db.write():
        db.execute("DELETE FROM row_count")
        db.execute("CREATE TABLE other (id)")
        db.execute("DROP TABLE other")
    derived.look(db)
    search.rebuild(db)
    with db.write():
        db.execute("DELETE FROM row_count")
    list(verification.repair(application))
    assert len(places) >= 3
    assert set(places) == {"file"}
    assert temporary(db) == "memory"


def temporary(db):
    return ("default", "file", "memory")[db.value("PRAGMA temp_store")]
