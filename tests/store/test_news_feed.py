"""The feed of news: in order, and counted, whatever happens to the news and to what they are about."""

import random

import pytest

from kitsulite import create_app
from kitsulite.domain.server import verification
from kitsulite.models.activity import News
from kitsulite.models.tasks import Comment, Task
from kitsulite.store.derived import NEWS, news_feed


@pytest.fixture
def written(scene):
    """A production, and rows that news may be about."""
    studio, chance = scene.studio, random.Random(3)
    tasks = [scene.task, *(studio.task(studio.entity(scene.project, "Shot"), "Animation") for _ in range(2))]
    other = studio.project()
    comments = [studio.comment(task, studio.admin) for task in tasks for _ in range(2)]
    previews = [None, studio.preview(scene.task)["id"]]
    authors = [studio.admin["id"], studio.person("user")["id"]]

    def news():
        comment = chance.choice(comments)
        return studio.add(
            News,
            author_id=chance.choice(authors),
            comment_id=comment["id"],
            task_id=comment["object_id"],
            preview_file_id=chance.choice(previews),
            change=chance.random() < 0.5,
        )["id"]

    ids = [news() for _ in range(12)]
    statuses = studio.db.column("SELECT id FROM task_status")
    types = studio.db.column("SELECT id FROM task_type")

    def change(db, kind):
        at = f"2026-0{chance.randint(1, 9)}-01T00:00:00.000000"
        {
            "new": lambda: ids.append(news()),
            "gone": lambda: db.delete(News, id=ids.pop(chance.randrange(len(ids)))),
            "moved in time": lambda: db.update(News, chance.choice(ids), created_at=at),
            "shown": lambda: db.update(News, chance.choice(ids), preview_file_id=chance.choice(previews)),
            "changing": lambda: db.update(News, chance.choice(ids), change=chance.random() < 0.5),
            "of another author": lambda: db.update(News, chance.choice(ids), author_id=chance.choice(authors)),
            "of another comment": lambda: db.update(News, chance.choice(ids), comment_id=None),
            "of another status": lambda: db.update(
                Comment, chance.choice(comments)["id"], task_status_id=chance.choice(statuses)
            ),
            "of another type": lambda: db.update(Task, chance.choice(tasks)["id"], task_type_id=chance.choice(types)),
            "of another project": lambda: db.update(
                Task, chance.choice(tasks)["id"], project_id=chance.choice((other, scene.project))["id"]
            ),
        }[kind]()

    return studio.db, change


KINDS = (
    *("new", "gone", "moved in time", "shown", "changing", "of another comment"),
    *("of another author", "of another status", "of another type", "of another project"),
)


def by_hand(db):
    """(groups with their amounts, the same by author, the same by month, places) as they must be."""
    rows = db.execute(
        "SELECT t.project_id, n.created_at, n.id, c.task_status_id, t.task_type_id, n.preview_file_id, n.change,"
        " n.author_id"
        " FROM news n JOIN task t ON t.id = n.task_id LEFT JOIN comment c ON c.id = n.comment_id"
    ).fetchall()
    groups, by_author, by_month = {}, {}, {}
    for project_id, created_at, _, status_id, type_id, preview_id, change, author_id in rows:
        group = (project_id, status_id or "", type_id or "", int(preview_id is not None))
        of_author, of_month = (*group, author_id), (*group, created_at[:7])
        for counts, key in ((groups, group), (by_author, of_author), (by_month, of_month)):
            found = counts.setdefault(key, [0, 0])
            found[0] += 1
            found[1] += change
    return groups, by_author, by_month, sorted(row[:3] for row in rows)


def by_feed(db):
    group = "project_id, task_status_id, task_type_id, has_preview"
    groups = db.execute(f"SELECT {group}, amount, changes FROM news_group WHERE amount")
    by_author, by_month = (
        db.execute(
            f"SELECT {group}, {column}, counted.amount, counted.changes FROM {table} counted"
            " JOIN news_group ON number = group_number WHERE counted.amount"
        )
        for table, column in (("news_author", "author_id"), ("news_month", "month"))
    )
    places = db.execute("SELECT project_id, created_at, news_id FROM news_place").fetchall()
    counts = ({row[:-2]: list(row[-2:]) for row in rows} for rows in (groups, by_author, by_month))
    return *counts, sorted(places)


@pytest.mark.parametrize("kind", KINDS)
def test_the_feed_follows(written, kind):
    db, change = written
    assert by_feed(db) == by_hand(db)
    for _ in range(8):
        with db.write():
            change(db, kind)
        assert by_feed(db) == by_hand(db)
    assert NEWS.lagging(db) == 0


def test_news_that_come_and_go_at_once_are_counted_the_same(written):
    db, change = written
    columns = ", ".join(News.columns())
    kept = db.execute(f"SELECT {columns} FROM news ORDER BY rowid").fetchall()
    with db.write():
        with news_feed.without(db, [row[0] for row in kept]):
            assert by_feed(db) == ({}, {}, {}, [])
            db.execute("DELETE FROM news")
        assert NEWS.lagging(db) == 0
        with news_feed.at_once(db, [row[0] for row in kept]):
            db.insert_many(News, kept)
            assert by_feed(db) == ({}, {}, {}, [])
    assert by_feed(db) == by_hand(db)
    with db.write():
        change(db, "new")
    assert by_feed(db) == by_hand(db)
    assert NEWS.lagging(db) == 0


def test_what_is_rolled_back_is_not_counted(written):
    db, change = written
    before = by_feed(db)

    def fail():
        with db.write():
            for kind in KINDS:
                change(db, kind)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert by_feed(db) == before == by_hand(db)


@pytest.mark.parametrize(
    ("rows", "damage"),
    [
        (1, "UPDATE news_group SET changes = changes + 1 WHERE number = (SELECT min(number) FROM news_group)"),
        (1, "UPDATE news_month SET amount = 9 WHERE group_number = (SELECT min(group_number) FROM news_month)"),
        # the place, and the author and month in two groups
        (
            5,
            "UPDATE news_place SET group_number ="
            " (SELECT number FROM news_group WHERE amount AND number <> group_number)"
            " WHERE news_id = (SELECT min(news_id) FROM news_place)",
        ),
    ],
)
def test_a_feed_that_lags_is_reported_and_made_again(written, application, rows, damage):
    db, _ = written
    with db.write():
        db.execute(damage)
    assert not db.value(f"SELECT {NEWS.lags}")
    (problem,) = [text for _, text in verification.problems(application) if "news" in text]
    assert f"{rows} rows" in problem
    assert "Made again: the feed of news." in list(verification.repair(application))
    assert by_feed(db) == by_hand(db)


@pytest.mark.parametrize(
    "order", [("news", "task", "comment"), ("comment", "news", "task"), ("task", "news", "comment")]
)
def test_rows_may_come_and_go_in_any_order_without_foreign_keys(written, order):
    """As a tool other than this server writes them."""
    db, _ = written
    expected = by_hand(db)
    kept = {table: db.execute(f"SELECT * FROM {table}").fetchall() for table in order}
    connection = db.connection()
    connection.execute("PRAGMA foreign_keys = OFF")
    for table in order:
        connection.execute(f"DELETE FROM {table}")
        assert by_feed(db) == by_hand(db), table
    for table in order:
        marks = ", ".join("?" * len(kept[table][0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", kept[table])
        assert by_feed(db) == by_hand(db), table
    connection.execute("PRAGMA foreign_keys = ON")
    assert by_feed(db) == expected


@pytest.mark.parametrize("table", ["task", "comment", "news"])
def test_rows_may_be_replaced_by_the_same(written, table):
    """INSERT OR REPLACE calls no trigger for the row that goes."""
    db, _ = written
    expected = by_feed(db)
    rows = db.execute(f"SELECT * FROM {table}").fetchall()
    connection = db.connection()
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.executemany(f"REPLACE INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    connection.execute("PRAGMA foreign_keys = ON")
    assert by_feed(db) == expected


def test_a_start_counts_news_that_came_without_the_triggers_and_not_each_time(tmp_path):
    settings = {"data_dir": str(tmp_path), "secret_key": "a-secret-key-for-tests-0123456789", "synchronous": "OFF"}
    app = create_app(**settings)
    sql = app.db.value("SELECT sql FROM sqlite_schema WHERE name = 'news_feed_new'")
    with app.db.write():
        app.db.execute("DROP TRIGGER news_feed_new")
        app.db.execute(sql)
    found = []
    for _ in range(2):
        with app.db.write():
            app.db.execute("INSERT INTO news_group VALUES (1, 'p', 's', 't', 0, 5, 5)")
        app.close()
        app = create_app(**settings)
        found.append(app.db.value("SELECT count(*) FROM news_group"))
    app.close()
    assert found == [0, 1]
