"""Productions and the studio as CSV."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import ROLES

from kitsulite.application import declared_routes
from kitsulite.exchange.csv import sheets
from kitsulite.models.entities import EntityLink
from kitsulite.models.projects import MetadataDescriptor
from kitsulite.models.tasks import TimeSpent


class Production:
    """A TV show with a person of each role, a shot with a task, and an asset that it casts."""

    def __init__(self, studio):
        self.studio = studio
        self.team = {role: studio.person(role) for role in ROLES}
        self.project = studio.project(team=list(self.team.values()), name="Big Buck", production_type="tvshow")
        self.episode = studio.entity(self.project, "Episode", name="E01")
        self.sequence = studio.entity(self.project, "Sequence", name="S01", parent_id=self.episode["id"])
        data = {"frame_in": 1, "frame_out": 24, "mood": "=danger()", "wet": True, "list": [1, "a"]}
        self.shot = studio.entity(
            self.project, "Shot", name="P01", parent_id=self.sequence["id"], nb_frames=24, data=data
        )
        self.asset = studio.entity(self.project, "Props", name="Tree; big", source_id=self.episode["id"])
        for position, (name, kind) in enumerate([("mood", "string"), ("wet", "boolean"), ("list", "list")]):
            described = {"name": name.title(), "field_name": name, "data_type": kind, "position": position}
            studio.add(MetadataDescriptor, project_id=self.project["id"], entity_type="Shot", **described)
        self.task = studio.task(self.shot, "Animation", [self.team["user"]], duration=120)
        studio.add(EntityLink, entity_in_id=self.shot["id"], entity_out_id=self.asset["id"], nb_occurences=2)
        studio.add(
            TimeSpent, task_id=self.task["id"], person_id=self.team["user"]["id"], date="2026-01-05", duration=60
        )

    def api(self, role="admin"):
        return self.studio.api(self.team[role])

    def path(self, what):
        return f"/export/csv/projects/{self.project['id']}/{what}.csv"

    def sheet(self, path, role="admin"):
        answer = self.api(role).get(path)
        assert answer.status_int == 200, answer.text
        return list(csv.reader(io.StringIO(answer.body.decode(), newline=""), delimiter=";"))


@pytest.fixture
def production(studio):
    return Production(studio)


def test_an_assignee_whom_a_tool_has_deleted_is_left_out(production):
    db = production.studio.db
    path = production.path("shots")
    before = production.sheet(path)
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("INSERT INTO task_person_link (task_id, person_id) VALUES (?, 'nobody')", [production.task["id"]])
    try:
        assert production.sheet(path) == before
    finally:
        db.execute("DELETE FROM task_person_link WHERE person_id = 'nobody'")
        db.execute("PRAGMA foreign_keys = ON")


def test_shots_come_with_their_metadata_and_tasks(production):
    header, row = production.sheet(production.path("shots"))
    assert header[:10] == [
        *("Project", "Episode", "Sequence", "Name", "Description", "Time Spent", "Frames", "Frame In", "Frame Out"),
        "FPS",
    ]
    assert header[10:] == ["Mood", "Wet", "List", "Animation", "Assignations"]
    worker = production.team["user"]
    assert row[:10] == ["Big Buck", "E01", "S01", "P01", "", "0.25", "24", "1", "24", ""]
    assert row[10:] == ["'=danger()", "true", "[1, 'a']", "todo", f"{worker['first_name']} {worker['last_name']}"]


def test_a_task_without_a_type_has_no_column(production):
    studio = production.studio
    shot = studio.db.value("SELECT entity_id FROM task WHERE project_id = ?", [production.project["id"]])
    studio.task({"id": shot, "project_id": production.project["id"]}, task_type_id=None, duration=480)
    header, row = production.sheet(production.path("shots"))
    assert (header[-1], row[5], len(row)) == ("Assignations", "1.25", len(header))


def test_a_sheet_is_a_download_of_its_production(production):
    answer = production.api().get(production.path("assets"))
    assert answer.headers["Content-Disposition"] == "attachment; filename=kitsu_big_buck_assets.csv"
    assert answer.body.decode().splitlines()[1].startswith('Big Buck;Props;"Tree; big";')


def test_filters_keep_what_they_ask(production):
    def names(query, role="admin", what="assets"):
        return [row[2] for row in production.sheet(f"{production.path(what)}?{query}", role)[1:]]

    assert names(f"episode_id={production.episode['id']}") == ["Tree; big"]
    assert names("episode_id=main") == []
    assert names("episode_id=main", what="shots") == []
    assert names("assigned_to=me", "user", "shots") == ["S01"]
    assert names("assigned_to=me", "supervisor", "shots") == []
    wrong = production.api().get(production.path("shots") + "?episode_id=x")
    assert (wrong.status_int, wrong.json["message"]) == (400, "Invalid UUID format for episode_id: x")


def test_a_complete_sheet_of_assets_says_where_they_belong(production):
    header, row = production.sheet(production.path("assets") + "?complete=true")
    place = header.index("Episode")
    assert (header[place : place + 2], row[place : place + 2]) == (["Episode", "Ready for"], ["E01", ""])
    assert "Episode" not in production.sheet(production.path("assets"))[0]


def test_clients_see_the_metadata_that_is_for_them(production):
    header = production.sheet(production.path("shots"), "client")[0]
    assert "Mood" not in header
    assert "Animation" in header


def test_the_casting_of_shots_and_of_the_main_pack(production):
    path = production.path("casting")
    assert production.sheet(path + "?is_shot_casting=true")[1:] == [
        ["E01", "S01", "P01", "Props", "Tree; big", "2", ""]
    ]
    assert production.sheet(path + "?episode_id=main") == [
        ["Episode", "Parent", "Name", "Asset Type", "Asset", "Occurences", "Label"]
    ]
    branch = production.studio.entity(production.project, "Props", name="Branch")
    link = {"entity_in_id": branch["id"], "entity_out_id": production.asset["id"]}
    production.studio.add(EntityLink, **link, label="old")
    assert production.sheet(path)[1:] == [["MP", "Props", "Branch", "Props", "Tree; big", "1", "old"]]
    assert production.sheet(path + "?episode_id=all")[0][0] == "Parent"


def test_the_sheets_of_the_studio(production):
    def rows(name):
        return production.sheet(f"/export/csv/{name}.csv")[1:]

    worker = f"{production.team['user']['first_name']} {production.team['user']['last_name']}"
    assert rows("time-spents") == [["Big Buck", worker, "Shot", "E01 / S01 / P01", "Animation", "2026-01-05", "60.0"]]
    (task,) = rows("tasks")
    assert task[:9] == ["Big Buck", "Animation", "E01", "S01", "Shot", "P01", "", worker, "120.0"]
    assert ["Big Buck", "Open"] in rows("projects")
    assert ["Animation", "Animation"] in rows("task-types")
    bot, _ = production.studio.bot()
    emails = [row[2] for row in rows("persons")]
    assert production.team["client"]["email"] in emails
    assert bot["email"] not in emails


@settings(max_examples=40)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_no_cell_is_run_and_every_text_comes_back(text):
    ((cell,),) = csv.reader(io.StringIO(sheets.text([[text + "."]]), newline=""), delimiter=";")
    assert sheets.unguarded(cell) == text + "."
    assert cell[0] not in "=@\t\r"


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1", "'=1"),
        ("'=1", "''=1"),
        ("-5", "-5"),
        ("+33 6 12", "+33 6 12"),
        ("-1+cmd()", "'-1+cmd()"),
        ("'90s", "'90s"),
    ],
)
def test_cells_that_a_spreadsheet_runs_are_guarded(text, cell):
    assert sheets.guarded(text) == cell
    assert sheets.unguarded(cell) == text


def test_a_sheet_begins_before_its_rows_are_read():
    def rows():
        raise AssertionError
        yield

    assert next(sheets.pieces(["Name"], rows())) == "Name\r\n"


STUDIO_SHEETS = ("persons", "projects", "task-types", "tasks", "time-spents")


@pytest.mark.parametrize("what", ["assets", "shots", "edits", "casting", *STUDIO_SHEETS])
def test_who_may_export(production, what):
    path = f"/export/csv/{what}.csv" if what in STUDIO_SHEETS else production.path(what)
    allowed = {"admin", "manager"} if what in STUDIO_SHEETS else set(ROLES) - {"vendor"}
    found = {role for role in ROLES if production.api(role).get(path).status_int == 200}
    assert found == allowed
    assert {production.api(role).get(path).status_int for role in set(ROLES) - allowed} == {403}
    outside = {"admin", "manager"} if what in STUDIO_SHEETS else {"admin"}
    outsiders = {role: production.studio.api(production.studio.person(role)) for role in ROLES}
    assert {role for role, api in outsiders.items() if api.get(path).status_int == 200} == outside
    assert production.studio.nobody.get(path).status_int == 401


def test_the_tests_of_permissions_know_every_export():
    rules = {route.rule.removeprefix("/api") for route in declared_routes() if route.module == "exchange.csv_exports"}
    known = {f"/export/csv/projects/<project_id>/{what}.csv" for what in ("assets", "shots", "edits", "casting")}
    assert rules == known | {f"/export/csv/{what}.csv" for what in STUDIO_SHEETS}


def test_sheets_of_one_episode_or_entity(production):
    casting, episode = production.path("casting"), production.episode["id"]
    cast = ["E01", "S01", "P01", "Props", "Tree; big", "2", ""]
    other = production.studio.entity(production.project, "Episode")["id"]
    for episode_id, rows in ((episode, [cast]), (episode.upper(), [cast]), (other, [])):
        assert production.sheet(f"{casting}?is_shot_casting=true&episode_id={episode_id}")[1:] == rows
        assert production.sheet(f"{casting}?episode_id={episode_id}")[1:] == []
    branch = production.studio.entity(production.project, "Props", name="Branch", source_id=episode)
    production.studio.add(EntityLink, entity_in_id=branch["id"], entity_out_id=production.asset["id"])
    row = ["E01", "Props", "Branch", "Props", "Tree; big", "1", ""]
    assert production.sheet(f"{casting}?episode_id={episode}")[1:] == [row]
    assert production.api().get(f"{casting}?episode_id=x").status_int == 400
    shots = production.path("shots")
    assert [len(production.sheet(f"{shots}?episode_id={found}")) for found in (episode, other)] == [2, 1]
    assert len(production.sheet(f"{shots}?id={production.shot['id']}")) == 2
    assert len(production.sheet(f"{shots}?id={production.asset['id']}")) == 1
    assert production.api().get(f"{shots}?id=x").status_int == 400
