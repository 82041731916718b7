"""The texts of tasks that are kept: what is made of the rows, byte for byte, whatever happens to these."""

import functools
import random

import pytest

from kitsulite.domain.server import verification
from kitsulite.models.activity import Subscription
from kitsulite.models.base import chosen, json_array, json_object, kept_text, parts
from kitsulite.models.entities import Entity, EntityType
from kitsulite.models.fields import Json, Moment, Number, Text, Whole, new_id
from kitsulite.models.task_texts import IN_ASSET, IN_SHOT, nested_values
from kitsulite.models.tasks import Task, TaskPersonLink
from kitsulite.store import derived
from kitsulite.store.derived import TEXTS, task_texts

ODD = {
    Text: ["", 'a "quote" \\ back', "日本 \U0001f3ac é", "line\nbreak\ttab", "</script>\x7f"],
    Whole: [0, -1, 2**31 - 1],
    Number: [0.0, 0.1, 1 / 3, 1e15, 123456789.123456, 5e-324, -2.5],
    Moment: ["2026-02-28T23:59:59.999999"],
    Json: ["{}", "[]", '{"a": {"b": [1, 2.50, null, true, "\\u00e9 é"]}}', '"text"', "null", "1e3"],
}
FIXED = ("id", "project_id", "task_type_id", "task_status_id", "entity_id", "assigner_id", "difficulty")


@pytest.fixture
def work(scene):
    return Work(scene)


class Work:
    """Tasks of shots, assets and an edit, whose texts are kept."""

    def __init__(self, scene):
        self.studio, self.db, self.project = scene.studio, scene.studio.db, scene.project
        self.team, self.people = scene.team, [person["id"] for person in scene.team.values()]
        sequence = self.studio.entity(self.project, "Sequence")
        self.shots = [self.studio.entity(self.project, "Shot", parent_id=sequence["id"]) for _ in range(2)]
        self.assets = [self.studio.entity(self.project, "Prop") for _ in range(2)]
        self.others = [sequence, self.studio.entity(self.project, "Edit")]
        self.tasks = [
            self.studio.task(entity, name, [scene.team["user"]])["id"]
            for entity in (*self.shots, *self.assets, *self.others)
            for name in ("Animation", "Modeling")
        ]
        self.fill()

    def fill(self):
        with self.db.write():
            for sql in task_texts.filling():
                self.db.execute(sql)

    def forget(self):
        with self.db.write():
            self.db.execute("UPDATE kept_task SET whole = NULL")
            self.db.execute("UPDATE kept_nested_task SET object = NULL, list = NULL")

    def made(self):
        """Task -> the texts that its row gives: without and with assignees, object, list."""
        nested = nested_values()
        columns = [json_object(parts(Task, "t", relations=relations)) for relations in (False, True)]
        columns += [make(chosen(nested, names)) for names in (IN_SHOT, IN_ASSET) for make in (json_object, json_array)]
        rows = self.db.execute(
            f"SELECT t.id, et.name, {', '.join(columns)} FROM task t JOIN entity e ON e.id = t.entity_id"
            " JOIN entity_type et ON et.id = e.entity_type_id"
        )
        return {
            task: (plain, whole, *(in_shot if kind == "Shot" else in_asset))
            for task, kind, plain, whole, *texts in rows
            for in_shot, in_asset in [(texts[:2], texts[2:])]
        }

    def kept(self):
        """The same as it is kept."""
        plain, whole = (kept_text(parts(Task, relations=relations), "n.task_id") for relations in (False, True))
        sql = f"SELECT n.task_id, {plain}, {whole}, n.object, n.list FROM kept_nested_task n"
        return {task: texts for task, *texts in self.db.execute(sql)}

    def check(self):
        """What is kept is what would be made; the rest is made when it is missing."""
        kept, made = self.kept(), self.made()
        assert kept.keys() == made.keys()
        assert self.places() == dict(self.db.execute("SELECT id, entity_id FROM task"))
        for task, texts in kept.items():
            for text, expected in zip(texts, made[task], strict=True):
                assert text in (None, expected)
        assert TEXTS.lagging(self.db) == 0
        self.fill()
        assert self.kept() == {task: list(texts) for task, texts in self.made().items()}

    def places(self):
        return dict(self.db.execute("SELECT task_id, entity_id FROM kept_nested_task"))


def test_every_column_and_value_is_kept_as_it_is_made(work):
    columns = {name: field for name, field in Task.columns().items() if name not in FIXED}
    for name, field in columns.items():
        kind = next((kind for kind in ODD if isinstance(field, kind)), Text)
        for value in [*ODD[kind], *([None] if field.null else [])]:
            with work.db.write():
                work.db.execute(f'UPDATE task SET "{name}" = ? WHERE id = ?', [value, work.tasks[0]])
            assert work.kept()[work.tasks[0]] == [None] * 4, name
            work.check()


CHANGES = {
    "new": lambda work, task, chance: work.studio.task(
        chance.choice(work.shots + work.assets), "Animation", [work.team["user"]], name=str(chance.random())
    ),
    "gone": lambda work, task, chance: remove(work.db, task),
    "of another entity": lambda work, task, chance: work.db.update(
        Task, task, entity_id=chance.choice(work.shots + work.assets)["id"], name=str(chance.random())
    ),
    "of another id": lambda work, task, chance: rename(work.db, task),
    "assigned": lambda work, task, chance: work.db.relate(Task, task, "assignees", chance.sample(work.people, 3)),
    "unassigned": lambda work, task, chance: work.db.relate(Task, task, "assignees", []),
    "link of another task": lambda work, task, chance: work.db.execute(
        "UPDATE OR REPLACE task_person_link SET task_id = ? WHERE task_id = ?", [work.tasks[-1], task]
    ),
    "replaced": lambda work, task, chance: replace(work.db, task, chance.choice(work.shots + work.assets)["id"]),
    "entity of another kind": lambda work, task, chance: work.db.update(
        Entity, chance.choice(work.shots)["id"], entity_type_id=chance.choice(work.assets)["entity_type_id"]
    ),
    "kind of another name": lambda work, task, chance: work.db.update(
        EntityType, work.shots[0]["entity_type_id"], name=chance.choice(["Shot", "Planet", "Moon"])
    ),
    "many": lambda work, task, chance: work.db.execute("UPDATE task SET priority = ?", [chance.randint(0, 9)]),
}


def remove(db, task):
    db.delete(TaskPersonLink, task_id=task)
    db.delete(Task, id=task)


def rename(db, task):
    db.delete(TaskPersonLink, task_id=task)
    db.execute("UPDATE task SET id = ? WHERE id = ?", [new_id(), task])


def replace(db, task, entity_id):
    names = ", ".join(Task.columns())
    db.delete(TaskPersonLink, task_id=task)
    values = names.replace("entity_id", f"'{entity_id}'").replace("name", "name || ' again'")
    db.execute(f"INSERT OR REPLACE INTO task ({names}) SELECT {values} FROM task WHERE id = ?", [task])


@pytest.mark.parametrize("kind", CHANGES)
def test_what_is_kept_follows(work, kind):
    chance = random.Random(kind)
    for task in work.tasks[:4]:
        before = work.made()
        with work.db.write():
            CHANGES[kind](work, task, chance)
        assert work.made() != before or "kind" in kind
        work.check()


def test_what_is_rolled_back_stays_as_it_was(work):
    before = work.kept()

    def fail():
        with work.db.write():
            for kind in ("new", "assigned", "of another entity", "many", "gone"):
                CHANGES[kind](work, work.tasks[-1], random.Random(1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert work.kept() == before
    work.check()


LISTINGS = (
    *("projects/{}/tasks", "projects/{}/tasks?page=1", "tasks?project_id={}&relations=true", "tasks?relations=true"),
    *("tasks?project_id={}&relations=true&page=1", "shots/with-tasks", "tasks?project_id={}&fields=name,assignees"),
    *(f"{noun}/with-tasks?project_id={{}}" for noun in ("shots", "assets", "sequences", "edits")),
    *(f"{noun}/with-tasks?project_id={{}}&compact=true&stream={stream}" for noun in ("shots", "assets")
      for stream in ("true", "false")),
    "assets/with-tasks?project_id={}&assigned_to=me",
)  # fmt: skip


@pytest.mark.parametrize("role", ["admin", "manager", "supervisor", "user", "vendor", "client"])
def test_everybody_sees_the_same_as_if_nothing_was_kept(work, role):
    person = work.team[role]
    for task in work.tasks[::3]:
        work.studio.add(Subscription, person_id=person["id"], task_id=task)
        work.studio.db.link(TaskPersonLink, task_id=task, person_id=person["id"])
    work.fill()
    kept, made = {}, {}
    for found, prepare in ((kept, work.fill), (made, work.forget)):
        prepare()
        for path in LISTINGS:
            answer = work.studio.api(person).get("/data/" + path.format(work.project["id"]), status="*")
            found[path] = answer.status_int, answer.body
    assert kept == made
    assert any(status == 200 and b"assignees" in body for status, body in kept.values())


KEPT = (
    *("projects/{}/tasks", "tasks?project_id={}", "tasks?project_id={}&relations=true"),
    "shots/with-tasks?project_id={}",
)


def test_listings_take_what_is_kept_for_those_who_see_all_of_a_task(work):
    get = functools.partial(shown_texts, work)
    with work.db.write():
        work.db.execute("UPDATE kept_task SET whole = json_insert('{}', '$.mark', 'kept') || whole, cut = cut + 15")
        work.db.execute("UPDATE kept_nested_task SET object = json_set(object, '$.mark', 'kept')")
    for path in KEPT:
        assert '"mark":"kept"' in get(path, "manager"), path
        assert '"mark":"kept"' not in get(path, "client"), path
    assert '"mark":"kept"' not in get("shots/with-tasks?project_id={}", "vendor")


def shown_texts(work, path, role):
    return work.studio.api(work.team[role]).get("/data/" + path.format(work.project["id"])).text


def test_without_many_texts_those_of_the_others_are_not_read(work, monkeypatch):
    made = [shown_texts(work, path, "manager") for path in KEPT]
    with work.db.write():
        work.db.execute("UPDATE kept_task SET whole = json_insert('{}', '$.mark', 'kept') || whole, cut = cut + 15")
        work.db.execute("UPDATE kept_nested_task SET object = json_set(object, '$.mark', 'kept')")
        work.db.execute("UPDATE task SET priority = priority WHERE id IN (?, ?)", work.tasks[:2])
    monkeypatch.setattr(task_texts, "MANY", 3)
    assert all('"mark":"kept"' in shown_texts(work, path, "manager") for path in KEPT)
    monkeypatch.setattr(task_texts, "MANY", 2)
    assert [shown_texts(work, path, "manager") for path in KEPT] == made


def test_texts_are_made_a_portion_at_a_time_while_nobody_writes(work, monkeypatch):
    monkeypatch.setattr(task_texts, "PORTION", 2)
    monkeypatch.setattr(task_texts, "PORTIONS", 3)
    upkeep = task_texts.TaskTexts(work.db)
    made = []
    for _ in range(len(work.tasks)):
        if len(made) < 2:
            work.forget()
        upkeep.look()
        made.append(sum(texts[0] is not None for texts in work.kept().values()))
    total = len(work.kept())
    assert made[:5] == [0, 0, *(min(made, total) for made in (6, 12, 18))]
    assert made[-1] == total
    changes = work.db.connection().total_changes
    upkeep.look()
    assert work.db.connection().total_changes == changes
    work.check()


def test_they_lie_in_the_order_of_changes_in_which_tasks_are_listed(work):
    def check():
        work.fill()
        lying = work.db.column("SELECT task_id FROM kept_task ORDER BY rowid")
        assert lying == work.db.column("SELECT id FROM task ORDER BY updated_at")

    check()
    for task in work.tasks[3], work.tasks[0]:
        work.db.update(Task, task, priority=2)
        check()
    work.db.update(Task, work.tasks[5], priority=1)
    TEXTS.create(work.db.peewee)
    check()


def test_a_task_whose_metadata_a_tool_has_spoilt_is_left_out_of_what_is_kept(work):
    with work.db.write():
        work.db.execute("UPDATE task SET data = '{broken' WHERE id = ?", [work.tasks[0]])
    work.fill()
    kept = work.kept()
    assert kept.pop(work.tasks[0]) == [None] * 4
    assert all(None not in texts for texts in kept.values())
    assert TEXTS.lagging(work.db) == 0


def test_texts_that_differ_are_reported_and_made_again(work, application):
    with work.db.write():
        work.db.execute("UPDATE kept_task SET whole = '{}' WHERE task_id = ?", [work.tasks[0]])
        work.db.execute("DELETE FROM kept_nested_task WHERE task_id = ?", [work.tasks[1]])
    (problem,) = [text for _, text in verification.problems(application) if TEXTS.name in text]
    assert "2 rows" in problem
    assert f"Made again: {TEXTS.name}." in list(verification.repair(application))
    work.check()


def test_rows_may_come_in_any_order_without_foreign_keys(work):
    """As a tool other than this server writes them."""
    order = ("task_person_link", "task", "entity", "entity_type")
    rows = {table: work.db.execute(f"SELECT * FROM {table}").fetchall() for table in order}
    connection = work.db.connection()
    connection.execute("PRAGMA foreign_keys = OFF")
    for table in order:
        connection.execute(f"DELETE FROM {table}")
    assert work.kept() == {}
    for table in order:
        marks = ", ".join("?" * len(rows[table][0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows[table])
        work.fill()
    connection.execute("PRAGMA foreign_keys = ON")
    work.check()


@pytest.mark.parametrize("sign", ["schema", "sqlite"])
def test_a_start_makes_them_again_after_another_tool_or_sqlite(work, sign):
    def damage():
        with work.db.write():
            work.db.execute("UPDATE kept_task SET whole = 'old'")

    derived.look(work.db)
    damage()
    derived.look(work.db)
    assert {texts[0] for texts in work.kept().values()} == {'old,"type":"Task"}'}
    with work.db.write():
        work.db.execute(f"UPDATE derived_seen SET {sign} = 0")
    derived.look(work.db)
    work.check()


def test_bytes_in_a_text_keep_no_server_from_starting_and_are_reported(work, application):
    with work.db.write():
        work.db.execute("UPDATE task SET description = x'6162' WHERE id = ?", [work.tasks[0]])
    work.fill()
    with work.db.write():
        TEXTS.create(work.db.peewee)
    lacking = [task for task, texts in work.kept().items() if None in texts]
    assert lacking == [work.tasks[0]]
    (problem,) = [text for _, text in verification.problems(application) if "bytes" in text]
    assert problem.endswith("of task holds bytes, which no answer can show")
