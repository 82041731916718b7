"""Working files: paths, revisions, contents."""

import pytest
from support import UNKNOWN

from kitsulite.models.tasks import Task


def create(production, name="main", **body):
    return production.api().post(production.task_path + "/working-files/new", {"name": name, **body})


def test_a_path_has_every_part_of_its_template(production):
    body = {"name": "main", "software_id": production.software["id"], "revision": 2}
    answer = production.api().post(production.task_path + "/working-file-path", body)
    assert answer.json == {
        "path": "/simple/productions/big_buck/assets/props/tree/shading/houdini",
        "name": "big_buck_props_tree_shading_main_v002",
    }


def test_a_path_without_software_names_the_default_one_and_creates_it_once(production):
    for _ in range(2):
        answer = production.api().post(production.task_path + "/working-file-path", {})
        assert answer.json["path"].endswith("/shading/3ds_max")
        assert answer.json["name"].endswith("_main_v002")
    assert production.studio.events("software:new") == ["software:new"]


def test_a_path_without_output_type_names_the_default_one_and_creates_it_once(production):
    tree = {"mountpoint": "/m", "root": "r", "folder_path": {"asset": "<OutputType>"}, "file_name": {"asset": "<Name>"}}
    production.api().put(f"/data/projects/{production.project['id']}", {"file_tree": {"working": tree}})
    for _ in range(2):
        answer = production.api().post(production.task_path + "/working-file-path", {})
        assert answer.json["path"].endswith("/r/geometry"), answer.json
    assert production.studio.events("output_type:new") == ["output_type:new"]


def test_parts_of_a_folder_are_joined_as_asked(production):
    answer = production.api().post(production.task_path + "/working-file-path", {"sep": "\\"})
    assert answer.json["path"].startswith("/simple\\productions\\big_buck\\assets\\")


def test_a_production_without_tree_gives_no_path(production):
    production.api().put(f"/data/projects/{production.project['id']}", {"file_tree": None})
    answer = production.api().post(production.task_path + "/working-file-path", {"name": "x"})
    assert (answer.status_int, answer.json) == (
        400,
        {"message": "No tree can be found for given project.", "received_data": {"name": "x"}},
    )
    assert create(production).status_int == 400
    assert production.db.related(Task, production.task["id"], "assignees") == []


def test_each_new_file_has_the_next_revision_and_assigns_its_maker(production):
    production.studio.forget_events()
    files = [create(production, "hair").json for _ in range(2)]
    assert [file["revision"] for file in files] == [1, 2]
    assert files[1]["path"].endswith("/big_buck_props_tree_shading_hair_v002")
    assert production.db.related(Task, production.task["id"], "assignees") == [production.team["admin"]["id"]]
    names = ["software:new", "task:assign", "task:update", "working-file:new"]
    assert production.studio.events()[:4] == names


def test_the_person_of_a_new_file_may_be_written_in_capitals(production):
    person_id = production.team["user"]["id"]
    assert create(production, person_id=person_id.upper()).json["person_id"] == person_id


@pytest.mark.parametrize("body", [{"revision": 1}, {"person_id": UNKNOWN}, {"person_id": "nobody"}])
def test_a_refused_file_changes_nothing(production, body):
    production.studio.forget_events()
    answer = create(production, **body)
    assert (answer.status_int, answer.json) == (400, {"error": "The given working file already exists."})
    assert production.studio.events() == []


def test_the_last_file_of_each_name_is_found(production):
    create(production)
    create(production, "hair")
    found = production.api().get(production.task_path + "/working-files/last-revisions").json
    assert {name: file["revision"] for name, file in found.items()} == {"main": 2, "hair": 1}
    listed = production.api().get(production.task_path + "/working-files").json
    assert [file["revision"] for file in listed] == [2, 1, 1]
    by_name = production.api().get(production.entity_path + "/working-files?name=hair&relations=true").json
    assert [(file["name"], file["outputs"]) for file in by_name] == [("hair", [])]


def test_a_content_comes_back_as_it_was_sent(production):
    path = f"/data/working-files/{production.working_file['id']}/file"
    missing = production.api().get(path)
    assert missing.status_int == 404
    assert missing.json["message"] == f"Working file not found for: {production.working_file['id']}"
    for content in (b"first", b"second \x00"):
        assert production.api().upload(path, [("file", "../../scene.blend", content)]).status_int == 201
        assert production.api().get(path).body == content
    assert production.api().upload(path, []).status_int == 400


def test_a_comment_and_a_change_are_stored(production):
    path = f"/actions/working-files/{production.working_file['id']}"
    assert production.api().put(path + "/comment", {"comment": "better"}).json["comment"] == "better"
    assert production.api().put(path + "/comment", {"comment": ""}).status_int == 400
    touched = production.api().put(path + "/modified").json
    assert touched["updated_at"] >= production.working_file["updated_at"]


def test_a_file_is_found_by_its_id_alone(production):
    api = production.api()
    assert api.get(f"/data/files/{production.working_file['id']}").json["type"] == "WorkingFile"
    assert api.get(f"/data/files/{production.output_file['id']}").json["type"] == "OutputFile"
    assert api.get(f"/data/files/{UNKNOWN}").status_int == 404


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("Department", "modeling"),
        ("Sequence", ""),
        ("Episode", "e001"),
        ("Instance", ""),
        ("TaskType.name", "shading"),
        ("Project.code", "big_buck"),
    ],
)
def test_words_of_a_template_stand_for_rows(production, word, found):
    assert path_of(production, f"a<{word}>z").json["path"] == f"/m/r/a{found}z"


def test_episodes_are_found_above_their_sequences(production):
    studio, project = production.studio, production.project
    episode = studio.entity(project, "Episode", name="E07")
    sequence = studio.entity(project, "Sequence", name="Seq2", parent_id=episode["id"])
    shot = studio.entity(project, "Shot", name="P02", parent_id=sequence["id"])
    found = [
        path_of(production, "<Episode>_<Sequence>", studio.task(entity, "Layout")).json["path"]
        for entity in (shot, sequence, episode)
    ]
    assert found == ["/m/r/e07_s002", "/m/r/e07_s002", "/m/r/e07_"]


@pytest.mark.parametrize(
    ("word", "message"), [("Weather", "Unknown data type: Weather."), ("Project.number", "Project has no number.")]
)
def test_words_that_stand_for_nothing_are_named(production, word, message):
    answer = path_of(production, f"<{word}>")
    assert (answer.status_int, answer.json["message"]) == (400, message)


def path_of(production, template, task=None):
    """The answer to where a file lies if the folders of all kinds are this template."""
    kinds = dict.fromkeys(("asset", "shot", "sequence", "episode"), template)
    tree = {"mountpoint": "/m", "root": "r", "folder_path": kinds, "file_name": dict.fromkeys(kinds, "<Name>")}
    production.api().put(f"/data/projects/{production.project['id']}", {"file_tree": {"working": tree}})
    return production.api().post(f"/data/tasks/{(task or production.task)['id']}/working-file-path", {})
