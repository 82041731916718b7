"""Assets, shots and edits of a production from CSV files."""

import contextlib
import sqlite3

import pytest
from support import ROLES, UNKNOWN

from kitsulite.exchange.csv.shots_import import ShotsImport
from kitsulite.models.entities import Entity, EntityType, TaskTypeAssetTypeLink
from kitsulite.models.projects import (
    MetadataDescriptor,
    Project,
    ProjectAssetTypeLink,
    ProjectPersonLink,
    ProjectStatusAutomationLink,
    ProjectTaskTypeLink,
)
from kitsulite.models.tasks import Comment, StatusAutomation, Task, TaskStatus


class Production:
    """A production with a team, whose shots, assets and edits have two, two and one kinds of work."""

    def __init__(self, studio, production_type="short"):
        self.studio, self.db = studio, studio.db
        self.team = {role: studio.person(role) for role in ROLES}
        self.project = studio.project(team=list(self.team.values()), production_type=production_type)
        for name in ("Layout", "Animation", "Shading", "Modeling", "Edit"):
            self.use(studio.task_type(name))
        studio.forget_events()

    def use(self, task_type):
        self.studio.link(ProjectTaskTypeLink, project_id=self.project["id"], task_type_id=task_type["id"])

    def describe(self, kind, name, data_type="string"):
        columns = {"field_name": name.lower(), "data_type": data_type, "entity_type": kind}
        return self.studio.add(MetadataDescriptor, project_id=self.project["id"], name=name, **columns)

    def send(self, what, text, query="", role="manager"):
        content = text if isinstance(text, bytes) else text.encode()
        path = f"/import/csv/projects/{self.project['id']}/{what}{query}"
        return self.studio.api(self.team[role]).upload(path, [("file", "sheet.csv", content)])

    def entities(self, kind):
        """The entities of a kind or asset type by name."""
        sql = "entity_type_id IN (SELECT id FROM entity_type WHERE name = ?) AND project_id = ?"
        return {row["name"]: row for row in self.db.all(Entity, sql, [kind, self.project["id"]])}

    def tasks(self, entity):
        """Task type -> (status, assignees) of an entity."""
        names = {
            row["id"]: row for table in ("task_type", "task_status") for row in self.db.rows(f"SELECT * FROM {table}")
        }
        rows = self.db.all(Task, "entity_id = ?", [entity["id"]], relations=True)
        return {
            names[row["task_type_id"]]["name"]: (names[row["task_status_id"]]["short_name"], row["assignees"])
            for row in rows
        }

    def comments(self):
        return [comment["text"] for comment in self.db.all(Comment)]


@pytest.fixture
def production(studio):
    return Production(studio)


@pytest.fixture
def show(studio):
    return Production(studio, "tvshow")


# Shots


SHOTS = "Sequence;Name;Description;Nb Frames;In;Out;FPS\r\n"


def test_shots_lie_in_sequences_that_are_made_once(production):
    answer = production.send("shots", SHOTS + "SQ1;樹;Tree;;10;19;25\r\nSQ1;B,;;5;;;\r\n\r\n;;;;;;\r\nSQ2;樹;;;;;\r\n")
    assert answer.status_int == 201
    assert [row["name"] for row in answer.json] == ["樹", "B,", "樹"]
    tree, other, third = answer.json
    assert (tree["nb_frames"], tree["description"], tree["type"]) == (10, "Tree", "Entity")
    assert tree["data"] == {"frame_in": 10, "frame_out": 19, "fps": "25"}
    assert (other["nb_frames"], other["data"], third["nb_frames"]) == (5, {"fps": ""}, 0)
    assert tree["created_by"] == production.team["manager"]["id"]
    assert set(production.entities("Sequence")) == {"SQ1", "SQ2"}
    assert tree["parent_id"] == other["parent_id"] != third["parent_id"]
    assert production.studio.events() == [
        *("sequence:new", "shot:new", "shot:new", "sequence:new", "shot:new"),
        *["task:new"] * 6,
    ]
    assert production.tasks(tree) == {"Layout": ("todo", []), "Animation": ("todo", [])}


def test_shots_of_a_tv_show_lie_in_episodes(show):
    answer = show.send("shots", "Episode,Sequence,Name\nE1,S1,P1\nE2,S1,P1\n")
    episodes = show.entities("Episode")
    assert set(episodes) == {"E1", "E2"}
    assert episodes["E1"]["status"] == "running"
    parents = [show.db.get(Entity, shot["parent_id"])["parent_id"] for shot in answer.json]
    assert parents == [episodes["E1"]["id"], episodes["E2"]["id"]]
    missing = show.send("shots", "Sequence,Name\nS1,P1\n").json
    assert (missing["message"], missing["line_number"]) == ("A columns is missing: 'Episode'", 2)
    assert show.send("shots", "Episode,Sequence,Name\n ,S1,P1\n").json["message"] == "Episode cannot be empty"


def test_known_shots_are_changed_on_demand_alone(production):
    first = production.send("shots", SHOTS + "SQ1;P1;Old;7;;;24\r\n").json[0]
    production.studio.forget_events()
    kept = production.send("shots", SHOTS + "SQ1;P1;New;9;1;4;\r\n")
    assert kept.json[0] == first
    assert production.studio.events() == []
    changed = production.send("shots", SHOTS + "SQ1;P1;New;;1;4;\r\n", "?update=true").json[0]
    assert (changed["id"], changed["description"], changed["nb_frames"]) == (first["id"], "New", 4)
    assert changed["data"] == {"fps": "", "frame_in": 1, "frame_out": 4}
    assert production.studio.events() == ["shot:update"]
    again = production.send("shots", "Sequence;Name\r\nSQ1;P1\r\n", "?update=true").json[0]
    assert (again["description"], again["data"]) == ("New", changed["data"])


@pytest.mark.parametrize(
    ("what", "kind", "place"), [("assets", "Prop", "Type"), ("shots", "Shot", "Sequence"), ("edits", "Edit", "Version")]
)
def test_a_sheet_may_name_an_entity_twice_and_then_others(production, what, kind, place):
    """What the first row has changed is written before the second one; what later rows need is still known."""
    known = f"{place},Name\nProp,A\nProp,B\nProp,C\n"
    assert production.send(what, known).status_int == 201
    rows = "Prop,A,one\nProp,B,two\nProp,A,three\nProp,C,four\nProp,D,five\nProp,D,six\nProp,B,\n"
    answer = production.send(what, f"{place},Name,Description\n{rows}", "?update=true")
    assert (answer.status_int, len(answer.json)) == (201, 7)
    said = {name: entity["description"] for name, entity in production.entities(kind).items()}
    assert (said["A"], said["C"], said["D"]) == ("three", "four", "six")


def test_a_new_shot_costs_what_is_written_of_it(production):
    def reads(sequence, number):
        rows = "".join(f"{sequence},P{place}\n" for place in range(number))
        with production.studio.statements() as found:
            assert production.send("shots", "Sequence,Name\n" + rows).status_int == 201
        return sum(statement.startswith(("SELECT", "UPDATE")) for statement in found)

    assert reads("SQ1", 40) == reads("SQ2", 4)


# Tasks


def test_cells_of_tasks_set_status_comment_and_assignees(production):
    user, vendor = production.team["user"], production.team["vendor"]
    header = "Sequence,Name,Animation,Animation comment,Animation assignations,Layout\n"
    people = f'"{user["first_name"]} {user["last_name"]}, {vendor["email"].upper()}"'
    answer = production.send("shots", header + f"SQ1,P1,WIP,Begin,{people},\nSQ1,P2,,,,\n")
    assert answer.status_int == 201, answer.text
    first, second = answer.json
    work = production.tasks(first)
    assert work["Animation"][0] == "wip"
    assert set(work["Animation"][1]) == {user["id"], vendor["id"]}
    assert work["Layout"] == ("todo", [])
    assert production.tasks(second) == {"Animation": ("todo", []), "Layout": ("todo", [])}
    assert production.comments() == ["Begin"]
    names = ("task:assign", "comment:new", "task:status-changed", "news:new")
    assert production.studio.events(*names) == ["task:assign", "task:assign", *names[1:]]
    assigner = {row["assigner_id"] for row in production.db.all(Task, "entity_id = ?", [first["id"]])}
    assert assigner == {production.team["manager"]["id"]}


def test_assignees_are_added_and_the_same_status_is_no_comment(production):
    header = "Sequence,Name,Animation,Animation assignations\n"
    production.send("shots", header + f"SQ1,P1,wip,{production.team['user']['id']}\n")
    answer = production.send("shots", header + f"SQ1,P1,wip,{production.team['vendor']['id']}\n", "?update=true")
    assert set(production.tasks(answer.json[0])["Animation"][1]) == {
        production.team["user"]["id"],
        production.team["vendor"]["id"],
    }
    assert production.comments() == [""]


def test_an_updated_shot_gets_the_tasks_that_its_row_names(production):
    shot = production.studio.entity(production.project, "Shot", name="P1", parent_id=None)
    sequence = production.studio.entity(production.project, "Sequence", name="SQ1")
    with production.db.write():
        production.db.update(Entity, shot["id"], parent_id=sequence["id"])
    production.send("shots", "Sequence,Name,Layout\nSQ1,P1,todo\n", "?update=true")
    assert set(production.tasks(shot)) == {"Layout"}
    assert production.comments() == []


def test_a_retake_too_much_is_left_out(production):
    with production.db.write():
        production.db.update(Project, production.project["id"], max_retakes=1)
    header = "Sequence,Name,Animation\n"
    for status in ("retake", "wip", "retake"):
        answer = production.send("shots", header + f"SQ1,P1,{status}\n", "?update=true")
    assert answer.status_int == 201
    assert production.tasks(answer.json[0])["Animation"][0] == "wip"


def test_what_a_comment_does_to_another_task_of_the_row_counts(production):
    layout, animation = production.studio.task_type("Layout"), production.studio.task_type("Animation")
    automation = production.studio.add(
        StatusAutomation,
        entity_type="shot",
        in_task_type_id=layout["id"],
        in_task_status_id=production.studio.task_status("done")["id"],
        out_task_type_id=animation["id"],
        out_task_status_id=production.studio.task_status("wip")["id"],
    )
    link = {"project_id": production.project["id"], "status_automation_id": automation["id"]}
    production.studio.link(ProjectStatusAutomationLink, **link)
    rows = "Sequence,Name,Layout,Animation\nSQ1,P1,done,wip\nSQ1,P2,done,todo\n"
    first, second = production.send("shots", rows).json
    assert production.tasks(first) == {"Layout": ("done", []), "Animation": ("wip", [])}
    assert production.tasks(second) == {"Layout": ("done", []), "Animation": ("todo", [])}
    count = "SELECT count(*) FROM comment c JOIN task t ON t.id = c.object_id WHERE t.entity_id = ?"
    assert [production.db.value(count, [shot["id"]]) for shot in (first, second)] == [2, 3]


def test_columns_of_exported_assignees_belong_to_the_task_type_before(production):
    user, vendor = production.team["user"], production.team["vendor"]
    names = [f"{person['first_name']} {person['last_name']}" for person in (user, vendor)]
    header = "Sequence;Name;Layout;Assignations;Animation;Assignations\r\n"
    shot = production.send("shots", header + f"SQ1;P1;;{names[0]};;{names[1]}\r\n").json[0]
    work = production.tasks(shot)
    assert (work["Layout"][1], work["Animation"][1]) == ([user["id"]], [vendor["id"]])


def test_names_with_commas_and_names_that_two_people_have(production):
    comma = production.studio.person(first_name="Ng, Zoé", last_name="Jr., Dr.")
    header = "Sequence;Name;Layout assignations\r\n"
    user = production.team["user"]
    text = f"{user['first_name']} {user['last_name']},Ng, Zoé Jr., Dr.,"
    answer = production.send("shots", header + f"SQ1;P1;{text}\r\n")
    assert answer.json["message"] == "Only people of the project's team work on its tasks."
    shot = production.send("shots", header + f"SQ1;P1;{text}\r\n", role="admin").json[0]
    assert production.tasks(shot)["Layout"][1] == [user["id"], comma["id"]]
    for _ in range(2):
        production.studio.person(first_name="Al", last_name="Bo")
    answer = production.send("shots", header + "SQ1;P2;al bo\r\n")
    assert answer.json["message"] == "Several persons are called al bo: give the e-mail address."
    member = production.studio.person(first_name="Al", last_name="Bo")
    production.studio.link(ProjectPersonLink, project_id=production.project["id"], person_id=member["id"])
    shot = production.send("shots", header + "SQ1;P2;al bo\r\n").json[0]
    assert production.tasks(shot)["Layout"][1] == [member["id"]]


# Assets


def test_assets_of_new_and_known_types(production):
    fx = production.studio.add(EntityType, name="Effects!")
    answer = production.send("assets", "Type,Name,Description\neffects!,Smoke,Grey\nNew Type,Thing,\n")
    assert answer.status_int == 201
    smoke, thing = answer.json
    assert (smoke["entity_type_id"], smoke["description"], smoke["type"]) == (fx["id"], "Grey", "Entity")
    assert production.db.get(EntityType, thing["entity_type_id"])["name"] == "New Type"
    assert set(production.tasks(smoke)) == {"Shading", "Modeling"}
    new = ["asset:new", "task:new", "task:new"]
    assert production.studio.events() == [*new, "asset-type:new", *new]


def test_the_workflow_of_a_type_says_which_tasks_its_assets_get(production):
    fx = production.studio.add(EntityType, name="Effects!")
    modeling = production.studio.task_type("Modeling")
    production.studio.link(TaskTypeAssetTypeLink, asset_type_id=fx["id"], task_type_id=modeling["id"])
    smoke, fire = production.send("assets", "Type,Name,Shading\nEffects!,Smoke,\nEffects!,Fire,wip\n").json
    assert set(production.tasks(smoke)) == {"Modeling"}
    assert set(production.tasks(fire)) == {"Modeling", "Shading"}


def test_a_production_with_types_of_its_own_takes_in_those_of_the_studio(production):
    ours, theirs = (production.studio.add(EntityType, name=name) for name in ("Ours", "Theirs"))
    production.studio.link(ProjectAssetTypeLink, project_id=production.project["id"], asset_type_id=ours["id"])
    assert production.send("assets", "Type,Name\nOURS,A\n").json[0]["entity_type_id"] == ours["id"]
    assert "project:update" not in production.studio.events()
    assert production.send("assets", "Type,Name\nTheirs,A\nTheirs,B\n").status_int == 201
    assert production.studio.events("project:update") == ["project:update"]
    assert set(production.db.related(Project, production.project["id"], "asset_types")) == {ours["id"], theirs["id"]}
    answer = production.send("assets", "Type,Name\nNobody's,A\nshot,B\n,C\n")
    assert [problem["reason"] for problem in answer.json["problems"]] == [
        "Asset type Nobody's is not configured for this project",
        "shot is not an asset type",
        "Type cannot be empty",
    ]


def test_known_assets_are_changed_on_demand_and_get_missing_tasks_in_any_case(production):
    tree = production.studio.entity(production.project, "Props", name="Tree", data={"a": 1})
    rows = "Type,Name,Resolution,Ready for\nProps,Tree,4K,Layout\n"
    production.studio.forget_events()
    kept = production.send("assets", rows).json[0]
    assert (kept["data"], kept["ready_for"]) == ({"a": 1}, None)
    assert production.studio.events() == ["task:new", "task:new"]
    changed = production.send("assets", rows, "?update=true").json[0]
    layout = production.studio.task_type("Layout")["id"]
    assert (changed["id"], changed["data"], changed["ready_for"]) == (tree["id"], {"a": 1, "resolution": "4K"}, layout)
    assert production.studio.events("asset:update") == ["asset:update"]
    cleared = production.send("assets", rows.replace("Layout", ""), "?update=true").json[0]
    assert cleared["ready_for"] is None
    wrong = production.send("assets", rows.replace("Layout", "Modeling"), "?update=true")
    assert wrong.json["message"] == "Task type not found for Modeling"


def test_assets_of_episodes_and_of_the_main_pack(show):
    rows = "Type,Name,Episode\nProps,A,E1\nProps,B,MP\nProps,C,\nProps,D, E1 \n"
    answer = show.send("assets", rows)
    episode = show.entities("Episode")["E1"]["id"]
    assert [asset["source_id"] for asset in answer.json] == [episode, None, None, episode]
    again = show.send("assets", "Type,Name\nProps,A\n", "?update=true").json[0]
    assert again["source_id"] == episode


def test_an_asset_lies_in_no_episode_that_lies_in_it(show):
    asset = show.send("assets", "Type,Name,Episode\nProps,A,E1\nProps,B,MP\n").json[1]
    with show.db.write():
        show.db.update(Entity, show.entities("Episode")["E1"]["id"], source_id=asset["id"])
    answer = show.send("assets", "Type,Name,Episode\nProps,A,MP\nProps,B,E1\n", "?update=true")
    assert (answer.status_int, answer.json["line_number"]) == (400, 3)
    assert answer.json["message"] == "source_id leads back to the row itself."
    assert show.entities("Props")["A"]["source_id"] == show.entities("Episode")["E1"]["id"]


def test_only_tv_shows_have_assets_in_episodes(production):
    answer = production.send("assets", "Type,Name,Episode\nProps,A,\nProps,B,\n")
    assert answer.status_int == 400
    assert answer.json["message"] == "An episode column is present for a production that isn't a TV Show"
    assert answer.json["nb_problems"] == 1


# Edits


def test_edits_lie_in_episodes_or_in_none(show):
    rows = "Name,Episode,Description,Edit\nCut,E1,First,wip\nTrailer,,,\n"
    cut, trailer = show.send("edits", rows).json
    assert (cut["parent_id"], cut["description"]) == (show.entities("Episode")["E1"]["id"], "First")
    assert (trailer["parent_id"], trailer["description"]) == (None, "")
    assert show.tasks(cut)["Edit"][0] == "wip"
    assert show.tasks(trailer) == {"Edit": ("todo", [])}
    changed = show.send("edits", "Name,Episode,Description\nCut,E1,Second\n", "?update=true").json[0]
    assert (changed["id"], changed["description"]) == (cut["id"], "Second")
    assert show.studio.events("edit:new", "edit:update") == ["edit:new", "edit:new", "edit:update"]


def test_edits_of_other_productions_have_no_episodes(production):
    assert production.send("edits", "Name,Episode\nCut,\n").status_int == 201
    answer = production.send("edits", "Name,Episode\nCut,E1\n")
    assert answer.json["message"] == "An episode column is present for a production that isn't a TV Show"


# Metadata


def test_metadata_is_read_as_its_type_says(production):
    for name, kind in (("Mood", "string"), ("Wet", "boolean"), ("Lead", "person"), ("Size", "number")):
        production.describe("Shot", name, kind)
    production.describe("Asset", "Other")
    user = production.team["user"]
    rows = f"Sequence;Name;Mood;Wet;Lead;Size;Other\r\nSQ1;P1;'=1+1;Yes;{user['email']};7;x\r\nSQ1;P2;;;;;\r\n"
    first, second = production.send("shots", rows).json
    assert first["data"] == {"mood": "=1+1", "wet": "true", "lead": user["id"], "size": "7"}
    assert second["data"] == {"mood": "", "wet": "", "lead": "", "size": ""}
    bad = production.send("shots", "Sequence;Name;Wet;Lead\r\nSQ1;P1;maybe;Nobody\r\n").json
    assert {(problem["column"], problem["reason"]) for problem in bad["problems"]} == {
        ("Lead", "Person not found for Nobody"),
        ("Wet", "It must be true or false."),
    }


def test_an_exported_sheet_leaves_values_that_are_no_texts_as_they_are(production):
    kinds = (("Wet", "boolean"), ("Dry", "boolean"), ("Size", "number"), ("Steps", "checklist"), ("Tags", "taglist"))
    for name, kind in kinds:
        production.describe("Shot", name, kind)
    (shot,) = production.send("shots", "Sequence,Name\nSQ1,P1\n").json
    steps = [{"text": "it's", "checked": True}]
    data = {"wet": True, "dry": False, "size": 4.5, "steps": steps, "tags": ["x", "y"], "fps": 24, "frame_in": 1}
    api = production.studio.api(production.team["manager"])
    assert api.put(f"/data/entities/{shot['id']}", {"data": data}).json["data"] == data
    sheet = api.get(f"/export/csv/projects/{production.project['id']}/shots.csv").body.decode()
    (after,) = production.send("shots", sheet, "?update=true").json
    assert after["data"] == data
    changed = sheet.replace(";4.5;", ";5;").replace(";true;", ";no;")
    (after,) = production.send("shots", changed, "?update=true").json
    assert after["data"] == {**data, "size": "5", "wet": "false"}


# What is refused


def test_a_column_that_is_written_otherwise_is_named(production):
    answer = production.send("shots", "sequence,Name\nSQ1,P1\n")
    assert (answer.status_int, answer.json["message"]) == (400, "A columns is missing: 'Sequence'")
    assert answer.json["problems"][0]["reason"] == "The column is missing: 'sequence' is written otherwise."


def test_every_bad_cell_is_named_and_nothing_is_imported(production):
    good = "SQ1;P1;Fine;1;1;2;wip\r\n"
    bad = f"SQ1;P2;;x;1.5;99999999999;\r\nSQ1; ;;;;;\r\nSQ1;{'n' * 161};;;;;nothing\r\n"
    production.studio.forget_events()
    answer = production.send("shots", "Sequence;Name;Description;Frames;In;Out;Layout\r\n" + good + bad + good)
    assert answer.status_int == 400
    assert {key: answer.json[key] for key in ("error", "message", "line_number", "imported_rows", "nb_problems")} == {
        "error": True,
        "message": "nb_frames must be an integer, got 'x'",
        "line_number": 3,
        "imported_rows": 0,
        "nb_problems": 6,
    }
    found = [(problem["line"], problem["column"]) for problem in answer.json["problems"]]
    assert found == [(3, "Frames"), (3, "In"), (3, "Out"), (4, "Name"), (5, "Name"), (5, "Layout")]
    assert production.entities("Shot") == production.entities("Sequence") == {}
    assert production.studio.events() == []


def test_what_changes_while_a_sheet_is_checked_counts(production, monkeypatch):
    db, check = production.db, ShotsImport.check

    def changed(importer):
        check(importer)
        with contextlib.closing(sqlite3.connect(db.path)) as other, other:
            other.execute("UPDATE task_status SET name = 'Off', short_name = 'off' WHERE short_name = 'wip'")
            other.execute("UPDATE entity SET name = 'SQ2' WHERE name = 'SQ1'")
        return importer

    production.studio.task_status("wip")
    production.send("shots", "Sequence,Name\r\nSQ1,SH1\r\n")
    monkeypatch.setattr(ShotsImport, "check", changed)
    rows = "Sequence,Name,Layout\r\nSQ2,SH1,{}\r\n"
    answer = production.send("shots", rows.format("wip"))
    assert (answer.status_int, answer.json["message"]) == (400, "Task status not found for wip")
    assert production.send("shots", rows.format("off")).status_int == 201
    assert set(production.entities("Shot")) == {"SH1"}


def test_a_dry_run_says_what_would_be_done_and_changes_nothing(production):
    production.send("shots", "Sequence,Name\nSQ1,P1\n")
    production.studio.forget_events()
    rows = "Sequence,Name,Layout,Bogus\nSQ1,P1,,\nSQ2,P2,wip,\nSQ2,,,\n"
    answer = production.send("shots", rows, "?dry_run=true")
    assert answer.status_int == 200
    assert answer.json == {
        **{"dry_run": True, "created": 1, "changed": 0, "skipped": [2], "nb_refused": 1, "unknown_columns": ["Bogus"]},
        "made": {"sequences": 1, "tasks": 2, "comments": 1, "assignations": 0},
        "alike": [],
        "refused": [{"line": 4, "column": "Name", "value": "", "reason": "Name cannot be empty"}],
    }
    assert set(production.entities("Shot")) == {"P1"}
    assert production.studio.events() == []


@pytest.mark.parametrize("what", ["assets", "shots", "edits"])
def test_managers_of_the_production_import(production, what):
    found = {role: production.send(what, "Name,Type\n", role=role).status_int for role in ROLES}
    assert found == {role: 201 if role in ("admin", "manager") else 403 for role in ROLES}
    path = f"/import/csv/projects/{production.project['id']}/{what}"
    outside = production.studio.api(production.studio.person("manager"))
    assert outside.upload(path, [("file", "a.csv", b"Name,Type\n")]).status_int == 403
    assert production.studio.nobody.upload(path, [("file", "a.csv", b"")]).status_int == 401
    admin = production.studio.api(production.studio.admin)
    assert admin.upload(path, []).status_int == 400
    for project_id in (UNKNOWN, "x"):
        unknown = admin.upload(f"/import/csv/projects/{project_id}/{what}", [("file", "a.csv", b"Name,Type\n")])
        assert unknown.status_int == 404


def test_a_status_is_named_as_it_is_written_first(production):
    with production.db.write():
        production.db.add(TaskStatus, name="Done", short_name="WIP", color="#000000")
    shot = production.send("shots", "Sequence,Name,Layout,Animation\nSQ1,P1,wip,WIP\n").json[0]
    assert production.tasks(shot) == {"Layout": ("wip", []), "Animation": ("WIP", [])}
