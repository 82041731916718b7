"""Lists with a row that cannot be stored are refused, with its place, its id and the column; nothing is imported."""

import pytest
from api.exchange.importing import MODELS, Importing
from support import UNKNOWN

from kitsulite.models.entities import Entity, EntityLink
from kitsulite.models.fields import new_id
from kitsulite.models.projects import Milestone
from kitsulite.models.tasks import Comment, Task

BAD = {
    "an object": ("milestones", "text"),
    "an id": ("milestones", {"name": "No id"}),
    "a well-formed id": ("milestones", {"id": "x"}),
    "both ends of a link": ("entity-links", {"id": UNKNOWN}),
    "a date": ("milestones", {"id": UNKNOWN, "date": "tomorrow"}),
    "a list of links": ("tasks", {"id": UNKNOWN, "assignees": "x"}),
    "all columns of news": ("news", {"id": UNKNOWN}),
    "what the database requires": ("milestones", {"id": UNKNOWN}),
    "ids in a list": ("projects", {"id": UNKNOWN, "name": "P", "team": [7]}),
}


@pytest.fixture
def importing(studio):
    return Importing(studio)


def refused(importing, kind, rows, *texts, status=400):
    """Whether a list is refused with these texts, and nothing has changed."""
    tables = ("project", "entity", "task", "comment", "milestone", "entity_link", "news", "api_event", "preview_file")
    before = [importing.db.rows(f"SELECT * FROM {table}") for table in tables]
    answer = importing.send(kind, *rows)
    assert answer.status_int == status, answer.text
    assert [text for text in texts if text not in answer.json["message"]] == []
    return before == [importing.db.rows(f"SELECT * FROM {table}") for table in tables]


def test_of_a_refused_list_nothing_is_imported(importing):
    first, last = importing.row("milestones"), importing.row("milestones")
    bad = importing.row("milestones", project_id=UNKNOWN)
    message = f"Entry 2 ({bad['id']}): project_id refers to a row that does not exist: {UNKNOWN}"
    assert refused(importing, "milestones", [first, bad, last], message)
    known = importing.sent("milestones", first)[0]
    assert refused(importing, "milestones", [{**first, "name": "Other"}, bad], message)
    assert importing.db.get(Milestone, first["id"])["name"] == known["name"]


@pytest.mark.parametrize(("kind", "row"), BAD.values(), ids=BAD)
def test_a_row_needs(importing, kind, row):
    rows = [importing.row(kind), row]
    assert refused(importing, kind, rows, "Entry 2 (")
    assert not importing.db.exists(MODELS[kind], id=UNKNOWN)


REFERENCES = {
    "entities": ("project_id", "parent_id", "source_id", "ready_for"),
    "entity-links": ("entity_in_id", "entity_out_id"),
    "tasks": ("project_id", "entity_id", "task_type_id", "task_status_id", "assigner_id"),
    "comments": ("task_status_id", "person_id", "editor_id", "preview_file_id"),
    "preview-files": ("task_id", "person_id", "source_file_id"),
    "time-spents": ("task_id", "person_id"),
    "subscriptions": ("task_id", "person_id", "entity_id"),
    "notifications": ("task_id", "person_id", "author_id", "comment_id"),
    "news": ("task_id", "author_id", "comment_id", "preview_file_id"),
    "playlists": ("project_id", "episode_id"),
    "metadata-descriptors": ("project_id",),
    "schedule-items": ("project_id", "task_type_id", "object_id"),
    "milestones": ("project_id", "task_type_id"),
    "build-jobs": ("playlist_id",),
    "attachment-files": ("comment_id",),
    "projects": ("project_status_id", "default_preview_background_file_id"),
}


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        (kind, column)
        for kind, columns in REFERENCES.items()
        for column in columns
        if (kind, column) != ("schedule-items", "object_id")
    ],
)
def test_a_reference_that_leads_nowhere_is_named(importing, kind, column):
    bad = importing.row(kind, **{column: UNKNOWN})
    texts = (f"Entry 2 ({bad['id']}): {column} refers to a row that does not exist: {UNKNOWN}",)
    assert refused(importing, kind, [importing.row(kind), bad], *texts)


@pytest.mark.parametrize(
    ("kind", "relation"), [("projects", "team"), ("projects", "task_types"), ("metadata-descriptors", "departments")]
)
def test_a_link_to_an_unknown_row_is_named(importing, kind, relation):
    bad = importing.row(kind, **{relation: [UNKNOWN]})
    texts = (f"Entry 2 ({bad['id']}): {relation} refers to a row that does not exist: {UNKNOWN}",)
    assert refused(importing, kind, [importing.row(kind), bad], *texts)


def test_a_reference_to_a_later_row_of_the_list_is_none_that_leads_nowhere(importing):
    sequence = importing.row("entities", type="Sequence", name="SQ7")
    shots = [importing.row("entities", name=f"N{number}", parent_id=sequence["id"]) for number in range(3)]
    shots[1]["parent_id"] = UNKNOWN
    assert refused(importing, "entities", [*shots, sequence], f"Entry 2 ({shots[1]['id']}): parent_id refers to a row")
    shots[1]["parent_id"] = sequence["id"]
    assert len(importing.sent("entities", *shots, sequence)) == 4


def test_a_refused_row_is_found_in_a_long_list(importing):
    rows = [importing.row("entities", name=f"N{number}") for number in range(500)]
    rows[430]["name"] = rows[7]["name"]
    rows[7]["parent_id"] = rows[430]["parent_id"] = importing.entity["parent_id"] or importing.entity["id"]
    text = f"Entry 431 ({rows[430]['id']}): A row with the same name, project_id, entity_type_id, parent_id exists"
    assert refused(importing, "entities", rows, text)


@pytest.mark.parametrize(
    ("kind", "column", "value"),
    [
        ("entities", "nb_frames", "many"),
        ("entities", "nb_frames", 2**40),
        ("entities", "project_id", 7),
        ("entities", "name", {"x": 1}),
        ("entities", "canceled", "perhaps"),
        ("tasks", "start_date", "tomorrow"),
        ("tasks", "duration", "long"),
        ("tasks", "difficulty", 9),
        ("time-spents", "duration", -1),
    ],
)
def test_a_value_of_another_type_is_named(importing, kind, column, value):
    bad = importing.row(kind, **{column: value})
    assert refused(importing, kind, [importing.row(kind), bad], f"Entry 2 ({bad['id']})", column)


def test_columns_that_there_are_not_are_left_out(importing):
    more = {"colour": "red", "drop table": 1, "": None, "__class__": {}, "password": "x", "rowid": 7}
    shot = importing.row("entities", **more)
    assert set(importing.sent("entities", shot)[0]) == set(importing.db.get(Entity, shot["id"]))
    assert importing.sent("entities", {**shot, "name": "Again"})[0]["name"] == "Again"


def test_rows_stay_in_their_production(importing):
    other = importing.studio.project()
    shot = importing.studio.entity(other, "Shot")
    task = importing.studio.task(shot, "Animation")
    moved = {"id": importing.entity["id"], "project_id": other["id"]}
    assert refused(importing, "entities", [moved], "project_id: the row", "belongs to another production")
    moved = {"id": task["id"], "project_id": importing.project["id"]}
    assert refused(importing, "tasks", [moved], "Entry 1", "belongs to another production")
    for kind, column in (("entities", "parent_id"), ("entities", "source_id"), ("tasks", "entity_id")):
        stray = importing.row(kind, **{column: shot["id"]})
        assert refused(importing, kind, [stray], f"{column} names a row of another production: {shot['id']}")
    assert importing.db.get(Task, task["id"])["project_id"] == other["id"]
    # assets are shared between productions
    link = importing.row("entity-links", entity_in_id=shot["id"])
    assert importing.sent("entity-links", link)[0]["id"] == link["id"]
    assert importing.db.exists(EntityLink, id=link["id"])


@pytest.mark.parametrize("column", ["parent_id", "source_id"])
@pytest.mark.parametrize("length", [1, 2, 5])
def test_no_entity_lies_in_itself(importing, length, column):
    rows = [importing.row("entities", type="Sequence", name=f"S{number}") for number in range(length)]
    importing.sent("entities", *rows)
    round_about = [{"id": row["id"], column: rows[number - 1]["id"]} for number, row in enumerate(rows)]
    assert refused(importing, "entities", round_about, f"{column} leads back to the row itself")
    assert len(importing.sent("entities", *round_about[1:])) == length - 1
    new = [importing.row("entities", type="Sequence", name=f"N{number}") for number in range(length)]
    new = [{**row, column: new[number - 1]["id"]} for number, row in enumerate(new)]
    assert refused(importing, "entities", new, "Entry 1", "leads back to the row itself")


def test_a_comment_needs_its_task(importing):
    bad = importing.row("comments", object_id=UNKNOWN)
    assert refused(importing, "comments", [importing.row("comments"), bad], f"Entry 2 ({bad['id']})", status=404)
    assert refused(importing, "entities", [importing.row("entities", parent_id=UNKNOWN)], "parent_id")


def test_the_same_list_again_changes_nothing_more(importing):
    rows = [importing.row("comments", id=new_id(), text=f"{number}") for number in range(3)]
    importing.sent("comments", *rows)
    before = importing.db.all(Comment)
    importing.sent("comments", *rows)
    importing.sent("comments", *reversed(rows))
    after = importing.db.all(Comment)
    assert [{**row, "updated_at": None} for row in after] == [{**row, "updated_at": None} for row in before]


def test_a_full_disk_is_reported_and_leaves_nothing(importing):
    rows = [importing.row("entities", name=f"N{number}", description="full " * 200) for number in range(200)]
    pages = importing.db.value("PRAGMA page_count")
    importing.db.execute(f"PRAGMA max_page_count = {pages + 10}")
    try:
        assert refused(importing, "entities", rows, "disk", status=507)
    finally:
        importing.db.execute("PRAGMA max_page_count = 1000000")
    assert len(importing.sent("entities", *rows)) == 200


def test_a_link_without_an_id_is_given_one(importing):
    link = importing.row("entity-links")
    link.pop("id", None)
    (made,) = importing.sent("entity-links", link)
    assert made["id"]
    assert importing.sent("entity-links", {**link, "nb_occurences": 7})[0]["id"] == made["id"]


def test_links_that_are_no_list_are_named(importing):
    text = "assignees must be a list of ids."
    assert refused(importing, "tasks", [importing.row("tasks", assignees="x")], text)
