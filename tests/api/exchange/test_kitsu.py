"""Rows of another Kitsu server are imported with their ids, many at a time."""

import pytest
from scene import Scene, picture
from support import ROLES, UNKNOWN

from kitsulite.application import declared_routes
from kitsulite.domain.kinds import noun
from kitsulite.models.activity import News, Notification, Subscription
from kitsulite.models.entities import Entity, EntityLink, EntityType
from kitsulite.models.fields import new_id
from kitsulite.models.people import Department
from kitsulite.models.previews import AttachmentFile, BuildJob, Playlist, PreviewFile
from kitsulite.models.projects import MetadataDescriptor, Milestone, Project, ScheduleItem
from kitsulite.models.tasks import Comment, Task, TimeSpent

MOMENT = "2024-02-03T04:05:06"
PATHS = sorted(route.rule for route in declared_routes() if route.rule.startswith("/import/kitsu/"))


class Importing(Scene):
    """A production, and short ways to import into it."""

    def __init__(self, studio):
        super().__init__(studio)
        self.db = studio.db
        self.person = self.team["user"]
        self.preview = studio.preview(self.task, self.comment)
        self.playlist = studio.add(Playlist, name="Dailies", project_id=self.project["id"])
        self.asset = studio.entity(self.project, "Prop")
        studio.forget_events()

    def send(self, kind, *rows, query=""):
        return self.api().post(f"/import/kitsu/{kind}{query}", list(rows))

    def sent(self, kind, *rows, query=""):
        answer = self.send(kind, *rows, query=query)
        assert answer.status_int == 200, answer.text
        return answer.json

    def row(self, kind, **more):
        """A row of each kind as another server would send it."""
        task, project = self.task["id"], self.project["id"]
        given = {
            "projects": {"name": "Taken over"},
            "entities": {"name": "SH99", "type": "Shot", "project_id": project},
            "entity-links": {"entity_in_id": self.entity["id"], "entity_out_id": self.asset["id"], "nb_occurences": 4},
            "tasks": {
                **{"name": "second", "project_id": project, "entity_id": self.asset["id"]},
                **{"task_type_id": self.task["task_type_id"], "task_status_id": self.task["task_status_id"]},
            },
            "comments": {"object_id": task, "object_type": "Task", "text": "Hm", "person_id": self.person["id"]},
            "preview-files": {"task_id": task, "name": "v002", "revision": 2, "extension": "png"},
            "time-spents": {"task_id": task, "person_id": self.person["id"], "date": "2024-02-03", "duration": 60},
            "subscriptions": {"task_id": task, "person_id": self.person["id"]},
            "notifications": {
                **{"task_id": task, "person_id": self.person["id"], "author_id": self.team["admin"]["id"]},
                **{"notification_type": "comment", "comment_id": self.comment["id"], "type": "Notification"},
            },
            "news": {
                **{"task_id": task, "comment_id": self.comment["id"], "author_id": self.person["id"]},
                **{"change": True, "preview_file_id": None, "created_at": MOMENT},
            },
            "playlists": {"name": "Weeklies", "project_id": project, "build_jobs": []},
            "metadata-descriptors": {
                **{"project_id": project, "entity_type": "Shot", "name": "Mood", "field_name": "mood"},
            },
            "schedule-items": {"project_id": project, "task_type_id": self.task["task_type_id"]},
            "milestones": {"project_id": project, "name": "Pilot", "date": "2024-05-01"},
            "build-jobs": {"playlist_id": self.playlist["id"], "status": "succeeded"},
            "attachment-files": {"comment_id": self.comment["id"], "name": "note.txt", "comment": {}},
        }
        return {"id": new_id(), "created_at": MOMENT, **given[kind], **more}


@pytest.fixture
def importing(studio):
    return Importing(studio)


MODELS = {
    **{"projects": Project, "entities": Entity, "entity-links": EntityLink, "tasks": Task, "comments": Comment},
    **{"preview-files": PreviewFile, "time-spents": TimeSpent, "subscriptions": Subscription, "news": News},
    **{"notifications": Notification, "playlists": Playlist, "metadata-descriptors": MetadataDescriptor},
    **{"schedule-items": ScheduleItem, "milestones": Milestone, "build-jobs": BuildJob},
    "attachment-files": AttachmentFile,
}
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


def test_rows_before_a_refused_one_stay(importing):
    first, last = importing.row("milestones"), importing.row("milestones")
    bad = importing.row("milestones", project_id=UNKNOWN)
    answer = importing.send("milestones", first, bad, last)
    assert answer.status_int == 400
    assert answer.json["message"].startswith(f"Entry 2 ({bad['id']})")
    assert [row["id"] for row in importing.db.all(Milestone)] == [first["id"]]
    assert importing.studio.events() == ["milestone:new"]


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


@pytest.mark.parametrize(("kind", "row"), BAD.values(), ids=BAD)
def test_a_row_needs(importing, kind, row):
    assert importing.send(kind, row).status_int == 400
    assert not importing.db.exists(MODELS[kind], id=UNKNOWN)


def test_a_comment_needs_its_task(importing):
    assert importing.send("comments", importing.row("comments", object_id=UNKNOWN)).status_int == 404
    assert importing.send("entities", importing.row("entities", parent_id=UNKNOWN)).status_int == 400


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
    plain = importing.api().post(f"/data/projects/{importing.project['id']}/shots", {"name": "Zebra Stripes"})
    assert plain.status_int == 201

    def found(query):
        hits = importing.api().post("/data/search", {"query": query}).json["shots"]
        return {hit["name"] for hit in hits}

    assert found("zebra") == {"Zebra Crossing", "Zebra Stripes"}
    assert found("unicorn") == {"Unicorn"}
