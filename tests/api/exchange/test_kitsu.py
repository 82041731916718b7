"""Rows of another Kitsu server are imported with their ids, many at a time."""

import pytest
from api.exchange.importing import MODELS, MOMENT, Importing
from scene import picture
from support import ROLES, UNKNOWN

from kitsulite.application import declared_routes
from kitsulite.domain.kinds import noun
from kitsulite.exchange.kitsu import imports
from kitsulite.models.entities import Entity, EntityLink, EntityType
from kitsulite.models.people import Department
from kitsulite.models.previews import AttachmentFile, PreviewFile
from kitsulite.models.projects import MetadataDescriptor, Milestone, Project
from kitsulite.models.tasks import Comment, Task

PATHS = sorted(route.rule for route in declared_routes() if route.rule.startswith("/import/kitsu/"))


@pytest.fixture
def importing(studio):
    return Importing(studio)


EVENTS = {"entities": "shot", "news": "news"}


@pytest.mark.parametrize("kind", MODELS)
def test_rows_keep_their_ids_and_are_stored_once(importing, kind):
    rows = [importing.row(kind)]
    event = EVENTS.get(kind, kind.removesuffix("s"))
    before = importing.db.all(MODELS[kind])
    first = importing.sent(kind, *rows)
    stored = importing.db.get(MODELS[kind], rows[0]["id"])
    assert {key: first[0][key] for key in stored} == stored
    assert stored["created_at"] == MOMENT
    again = importing.sent(kind, *rows)
    assert len(importing.db.all(MODELS[kind])) == len(before) + 1
    assert again[0] | {"updated_at": None} == first[0] | {"updated_at": None}
    assert importing.studio.events() == [f"{event}:new", f"{event}:update"]


def test_others_may_write_while_the_answer_is_made(importing, monkeypatch):
    answer, are_kept_waiting = imports.answer, []

    def watched(ctx, *args):
        are_kept_waiting.append(ctx.db.in_transaction())
        return answer(ctx, *args)

    monkeypatch.setattr(imports, "answer", watched)
    importing.sent("tasks", importing.row("tasks"))
    assert are_kept_waiting == [False]


def test_every_kind_has_a_route():
    assert [f"/import/kitsu/{kind}" for kind in sorted(MODELS)] == PATHS


@pytest.mark.parametrize("path", PATHS)
def test_only_admins_import(importing, path):
    row = importing.row(path.rpartition("/")[2])
    for role in ROLES[1:]:
        assert importing.api(role).post(path, [row]).json == []
        assert importing.api(role).post(path, {}).status_int == 400
    assert importing.studio.nobody.post(path, [row]).status_int == 401
    assert not importing.db.exists(MODELS[path.rpartition("/")[2]], id=row["id"])


@pytest.mark.parametrize("kind", ["Asset", "Concept", "ConceptFolder", "Edit", "Episode", "Scene", "Sequence", "Shot"])
def test_entities_of_every_kind_come_with_their_event(importing, kind):
    prop = importing.db.find(EntityType, name="Prop")["id"]
    row = importing.row("entities", type=kind, **({"entity_type_id": prop} if kind == "Asset" else {}))
    importing.sent("entities", row)
    importing.sent("entities", row)
    event = noun(kind)
    assert importing.studio.events() == [f"{event}:new", f"{event}:update"]
    found = importing.db.get(EntityType, importing.db.get(Entity, row["id"])["entity_type_id"])
    assert found["name"] == {"Asset": "Prop"}.get(kind, kind)


def test_a_creator_who_is_unknown_here_is_left_out(importing):
    row = importing.row("entities", created_by=UNKNOWN)
    assert importing.sent("entities", row)[0]["created_by"] is None
    creator = importing.studio.admin["id"]
    assert importing.sent("entities", {**row, "created_by": creator.upper()})[0]["created_by"] == creator
    assert importing.sent("entities", row)[0]["created_by"] == creator
    assert importing.sent("entities", {**row, "created_by": None})[0]["created_by"] is None


def test_an_asset_stays_one_if_its_type_is_not_sent(importing):
    importing.sent("entities", {"id": importing.asset["id"], "description": "Red"})
    importing.sent("entities", {"id": importing.entity["id"], "entity_type_id": importing.asset["entity_type_id"]})
    asset = importing.db.get(Entity, importing.asset["id"])
    assert (asset["entity_type_id"], asset["description"]) == (importing.asset["entity_type_id"], "Red")
    kept = importing.db.get(Entity, importing.entity["id"])
    assert kept["entity_type_id"] == importing.entity["entity_type_id"]


def test_entities_are_read_as_listings_show_them(importing):
    """Names of parents and types are not columns, frames belong into the metadata."""
    sequence = importing.row("entities", type="Sequence", name="SQ01")
    shot = importing.row(
        "entities",
        **{"sequence_id": sequence["id"], "sequence_name": "SQ01", "project_name": "P", "episode_id": None},
        **{"frame_in": 5, "frame_out": 9, "data": None, "preview_file_id": UNKNOWN, "tasks": [], "entities_in": []},
    )
    asset = importing.row(
        "entities", type="Asset", name="Sword", asset_type_id=importing.asset["entity_type_id"], asset_type_name="Prop"
    )
    # the shot before its sequence
    answer = importing.sent("entities", shot, sequence, asset)
    assert [row["id"] for row in answer] == [shot["id"], sequence["id"], asset["id"]]
    assert (answer[0]["parent_id"], answer[0]["preview_file_id"]) == (sequence["id"], None)
    assert answer[0]["data"] == {"frame_in": 5, "frame_out": 9}
    assert answer[2]["entity_type_id"] == importing.asset["entity_type_id"]
    importing.sent("entities", {"id": shot["id"], "frame_out": 12, "preview_file_id": importing.preview["id"]})
    changed = importing.db.get(Entity, shot["id"])
    assert changed["data"] == {"frame_in": 5, "frame_out": 12}
    assert changed["preview_file_id"] == importing.preview["id"]


def test_the_casting_stays_unless_it_is_sent(importing):
    link = importing.row("entity-links", label="animate")
    importing.sent("entity-links", link)
    shot = {"id": importing.entity["id"], "name": "Renamed", "type": "Shot"}
    importing.sent("entities", shot)
    importing.sent("entities", {**shot, "entities_out": [importing.asset["id"], UNKNOWN]})
    kept = importing.db.get(EntityLink, link["id"])
    assert (kept["nb_occurences"], kept["label"]) == (4, "animate")
    importing.sent("entities", {**shot, "entities_out": []})
    assert not importing.db.exists(EntityLink, id=link["id"])


def test_links_without_ids_get_some_and_keep_them(importing):
    link = importing.row("entity-links") | {"id": None}
    made = importing.sent("entity-links", link)[0]
    again = importing.sent("entity-links", {**link, "nb_occurences": 4})[0]
    assert (again["id"], again["nb_occurences"]) == (made["id"], 4)


def test_a_link_is_known_by_its_ends(importing):
    importing.sent("entity-links", importing.row("entity-links"))
    other = importing.row("entity-links", nb_occurences=2)
    assert importing.sent("entity-links", other)[0]["id"] == other["id"]
    assert [(link["id"], link["nb_occurences"]) for link in importing.db.all(EntityLink)] == [(other["id"], 2)]


def test_assignees_are_replaced_where_they_are_sent(importing):
    task = importing.row("tasks", assignees=[importing.person["id"], "unassigned", UNKNOWN])
    importing.sent("tasks", task)
    importing.sent("tasks", {"id": task["id"], "priority": 2})
    assert importing.db.related(Task, task["id"], "assignees") == [importing.person["id"]]
    importing.sent("tasks", {"id": task["id"], "assignees": []})
    assert importing.db.related(Task, task["id"], "assignees") == []


def test_comments_keep_all_that_they_link(importing):
    department = importing.studio.department()
    attachment = importing.studio.add(AttachmentFile, name="a.txt")
    links = {
        "previews": [importing.preview["id"]],
        "mentions": [importing.person["id"]],
        "department_mentions": [department["id"]],
        "acknowledgements": [importing.team["client"]["id"]],
        "attachment_files": [attachment["id"]],
    }
    comment = importing.row("comments", **{name: [*ids, UNKNOWN] for name, ids in links.items()}, checklist=None)
    importing.sent("comments", comment)
    stored = importing.db.find(Comment, relations=True, id=comment["id"])
    assert {name: stored[name] for name in links} == links
    assert stored["checklist"] == []
    importing.sent("comments", {**comment, **{name: [] for name in links}})
    stored = importing.db.find(Comment, relations=True, id=comment["id"])
    assert [stored[name] for name in links] == [[]] * 5


def test_links_of_projects_and_descriptors_are_added(importing):
    project = importing.project["id"]
    team = importing.db.related(Project, project, "team")
    person, status = importing.studio.person(), importing.studio.task_status("done")["id"]
    importing.sent("projects", {"id": project, "team": [person["id"], team[0]], "task_statuses": [status]})
    assert importing.db.related(Project, project, "team") == [*team, person["id"]]
    assert importing.db.related(Project, project, "task_statuses") == [status]
    assert importing.send("projects", {"id": project, "team": [UNKNOWN]}).status_int == 400
    first, second = importing.studio.department(), importing.studio.department()
    descriptor = importing.row("metadata-descriptors", departments=[first["id"]])
    importing.sent("metadata-descriptors", descriptor)
    importing.sent("metadata-descriptors", {"id": descriptor["id"], "departments": [second["id"]]})
    found = importing.db.related(MetadataDescriptor, descriptor["id"], "departments")
    assert found == [first["id"], second["id"]]
    assert importing.db.exists(Department, id=first["id"])


def test_imported_previews_are_marked_until_they_have_their_file(importing):
    row = importing.row("preview-files", status=None, comments=[UNKNOWN], data={"x": 1})
    answer = importing.sent("preview-files", row)[0]
    assert (answer["status"], answer["data"]) == ("ready", {"x": 1, "imported_only": True})
    assert importing.upload("v002.png", b"no picture", {"id": row["id"]}).status_int == 400
    assert importing.upload("v002.png", picture(), {"id": row["id"]}).status_int == 201
    assert importing.upload("v002.png", picture(), {"id": row["id"]}).status_int == 400
    importing.sent("preview-files", {**row, "description": "Again"})
    stored = importing.db.get(PreviewFile, row["id"])
    assert (stored["description"], stored["data"]) == ("Again", {"x": 1})


def test_attachments_are_answered_with_their_comment(importing):
    answer = importing.sent("attachment-files", importing.row("attachment-files"))[0]
    assert (answer["comment"]["id"], answer["chat_message"]) == (importing.comment["id"], None)


def test_moments_of_a_change_are_kept(importing):
    task = importing.row("tasks", updated_at="2024-03-03T00:00:00", assignees=[])
    assert importing.sent("tasks", task)[0]["updated_at"] == "2024-03-03T00:00:00"
    assert importing.sent("tasks", {"id": task["id"], "name": "x"})[0]["updated_at"] > "2024-03-04"


def test_a_row_that_comes_twice_is_changed_by_the_second(importing):
    row = importing.row("milestones")
    answer = importing.sent("milestones", row, {**row, "name": "Final"})
    assert [found["name"] for found in answer] == ["Final", "Final"]
    assert [found["name"] for found in importing.db.all(Milestone)] == ["Final"]


@pytest.mark.parametrize("word", ["1", "true", "YES"])
def test_a_silent_import_emits_nothing(importing, word):
    importing.sent("milestones", importing.row("milestones"), query=f"?silent={word}")
    assert importing.studio.events() == []


def test_a_list_is_expected(importing):
    answer = importing.api().post("/import/kitsu/tasks", {})
    assert (answer.status_int, answer.json["message"]) == (400, "A list of entities is expected.")
    assert importing.sent("tasks") == []
    assert importing.api().send("POST", "/import/kitsu/tasks", "[]", "text/plain").status_int == 415


def test_statements_do_not_grow_with_the_rows(importing):
    def count(rows):
        with importing.studio.statements() as found:
            importing.sent("comments", *rows)
        return len({text.partition("(")[0] for text in found})

    few = [importing.row("comments", mentions=[importing.person["id"]]) for _ in range(3)]
    many = [importing.row("comments", mentions=[importing.person["id"]]) for _ in range(30)]
    assert count(few) == count(many)


def test_imported_entities_are_found(importing):
    importing.sent("entities", importing.row("entities", name="Zebra Crossing"))
    importing.send("entities", importing.row("entities", name="Unicorn"), importing.row("entities", parent_id=UNKNOWN))
    importing.sent("entities", importing.row("entities", name="Unicycle"))
    plain = importing.api().post(f"/data/projects/{importing.project['id']}/shots", {"name": "Zebra Stripes"})
    assert plain.status_int == 201

    def found(query):
        hits = importing.api().post("/data/search", {"query": query}).json["shots"]
        return {hit["name"] for hit in hits}

    assert found("zebra") == {"Zebra Crossing", "Zebra Stripes"}
    assert found("uni") == {"Unicycle"}
