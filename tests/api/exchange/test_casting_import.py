"""The casting of a production from a CSV file."""

import pytest
from support import ROLES

from kitsulite.models.entities import EntityLink

HEADER = "Episode;Parent;Name;Asset Type;Asset;Occurences;Label\r\n"


class Production:
    """A TV show with a shot, an episode and two assets."""

    def __init__(self, studio):
        self.studio = studio
        self.team = {role: studio.person(role) for role in ROLES}
        self.project = studio.project(team=list(self.team.values()), production_type="tvshow")
        self.episode = studio.entity(self.project, "Episode", name="E01")
        sequence = studio.entity(self.project, "Sequence", name="S01", parent_id=self.episode["id"])
        self.shot = studio.entity(self.project, "Shot", name="P01", parent_id=sequence["id"])
        self.tree = studio.entity(self.project, "Props", name="=Tree; 樹")
        self.lake = studio.entity(self.project, "Environment", name="Lake")
        self.path = f"/import/csv/projects/{self.project['id']}/casting"

    def send(self, text, query="", role="admin"):
        content = text if isinstance(text, bytes) else text.encode()
        return self.studio.api(self.team[role]).upload(self.path + query, [("file", "casting.csv", content)])

    def links(self):
        links = self.studio.db.all(EntityLink)
        return {(li["entity_in_id"], li["entity_out_id"]): (li["nb_occurences"], li["label"]) for li in links}


@pytest.fixture
def production(studio):
    return Production(studio)


ROWS = 'E01;S01;P01;Props;"\'=Tree; 樹";3;animate\r\nMP;Environment;Lake;Props;"\'=Tree; 樹";;\r\n'


@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_links_are_created_once_and_changed_after(production, start):
    production.studio.forget_events()
    answer = production.send(start + HEADER + ROWS + ";;\r\n")
    assert (answer.status_int, answer.json) == (201, [None, None])
    shot, lake, episode, tree = (
        row["id"] for row in (production.shot, production.lake, production.episode, production.tree)
    )
    links = {(shot, tree): (3, "animate"), (lake, tree): (1, ""), (episode, tree): (1, "animate")}
    assert production.links() == links
    assert production.studio.events("shot:casting-update", "asset:casting-update") == [
        "shot:casting-update",
        "asset:casting-update",
    ]
    production.send(HEADER + ROWS.replace(";3;", ";4;"))
    assert production.links() == {**links, (shot, tree): (4, "animate")}


def test_an_exported_casting_comes_back(production):
    api = production.studio.api(production.team["admin"])
    production.send(HEADER + ROWS)
    before = production.links()
    export = f"/export/csv/projects/{production.project['id']}/casting.csv"
    sheets = [api.get(export + query).text for query in ("?is_shot_casting=true", "", "?episode_id=all")]
    with production.studio.db.write():
        production.studio.db.execute("DELETE FROM entity_link")
    for sheet in sheets:
        assert production.send(sheet).status_int == 201
    assert production.links() == before


@pytest.mark.parametrize("kind", ["Sequence", "Edit", "Scene", "Concept"])
def test_every_kind_of_entity_casts(production, kind):
    caster = production.studio.entity(production.project, kind, name="X")
    production.studio.forget_events()
    assert production.send(f"{HEADER};{kind};X;Environment;Lake;2;\r\n").status_int == 201
    assert production.links() == {(caster["id"], production.lake["id"]): (2, "")}
    assert production.studio.events() == ["entity-link:new", "asset:casting-update"]


def test_assets_of_an_episode_cast_and_names_that_are_several_are_refused(production):
    branch = production.studio.entity(production.project, "Props", name="Branch", source_id=production.episode["id"])
    twin = production.studio.entity(production.project, "Props", name="Branch")
    row = "{};Props;Branch;Environment;Lake;2;old\r\n"
    production.send(HEADER + row.format("E01"))
    assert set(production.links()) == {(branch["id"], production.lake["id"])}
    production.send(HEADER + row.format("MP"))
    assert set(production.links()) == {(asset["id"], production.lake["id"]) for asset in (branch, twin)}
    answer = production.send(HEADER + row.format("E09"))
    assert (answer.status_int, answer.json["message"]) == (400, "Several entities are called Props / Branch.")


def test_every_bad_row_is_named_and_nothing_is_imported(production):
    production.studio.forget_events()
    bad = "E01;S01;P01;Environment;Lake;many;\r\nE01;S01;P01;Environment;Lake;-1;\r\n"
    answer = production.send(HEADER + ROWS + bad)
    assert answer.status_int == 400
    assert answer.json["line_number"] == 4
    assert answer.json["imported_rows"] == 0
    assert answer.json["message"] == "A value is invalid: invalid literal for int() with base 10: 'many'"
    found = [(problem["line"], problem["column"], problem["value"]) for problem in answer.json["problems"]]
    assert found == [(4, "Occurences", "many"), (5, "Occurences", "-1")]
    assert production.links() == {}
    assert production.studio.events() == []


def test_a_dry_run_says_what_would_be_done(production):
    answer = production.send(HEADER + ROWS + "E01;S01;P99;Props;Stone;1;\r\n", "?dry_run=true")
    assert (answer.status_int, answer.json) == (
        200,
        {"dry_run": True, "created": 2, "changed": 0, "skipped": [4], "refused": [], "nb_refused": 0},
    )
    assert production.links() == {}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "Could not determine delimiter: the file is empty."),
        ("Name\r\nTree\r\n", "Could not determine delimiter: the first line has one column only."),
        (HEADER.encode() + b"\xff\xfe", "The file is not in UTF-8: save it as CSV UTF-8."),
        ("Parent,Name\r\nProps,Tree\r\n", "A columns is missing: 'Asset Type'"),
    ],
)
def test_files_that_are_no_sheets_are_refused(production, content, message):
    answer = production.send(content)
    assert (answer.status_int, answer.json["message"]) == (400, message)


def test_managers_of_the_production_import(production):
    found = {role: production.send(HEADER, role=role).status_int for role in ROLES}
    assert found == {role: 201 if role in ("admin", "manager") else 403 for role in ROLES}
    outside = production.studio.api(production.studio.person("manager"))
    assert outside.upload(production.path, [("file", "a.csv", HEADER.encode())]).status_int == 403
    assert production.studio.nobody.upload(production.path, [("file", "a.csv", b"")]).status_int == 401
    assert production.studio.api(production.studio.admin).upload(production.path, []).status_int == 400
