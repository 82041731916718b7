"""What users of the reference and its interface ran into, each once."""

import pytest
from scene import opened, picture

from kitsulite.models.previews import Playlist
from kitsulite.models.projects import ProjectPersonLink
from kitsulite.models.tasks import TaskType


def test_the_first_episode_of_a_show_has_its_texts(studio, admin):
    project = admin.post("/data/projects", {"name": "Show", "production_type": "tvshow"}).json
    episode = studio.db.rows("SELECT * FROM entity WHERE project_id = ?", [project["id"]])
    assert [(row["data"], row["description"]) for row in episode] == [("{}", "")]


def test_a_query_that_fails_says_so_as_a_body_does(admin):
    answer = admin.get("/data/tasks/open-tasks?priority=high")
    assert answer.status_int == 400
    assert answer.json["data"]["errors"]


@pytest.mark.parametrize("kind", ["TIFF", "WEBP", "BMP", "TGA"])
def test_pictures_of_other_kinds_are_taken_and_shown(studio, scene, kind):
    preview = studio.preview(scene.task, scene.comment, extension="png", status="processing")
    answer = scene.upload(f"frame.{kind.lower()[:4]}", picture(kind=kind), preview)
    assert answer.status_int == 201, answer.text
    shown = scene.api().get(f"/pictures/previews/preview-files/{preview['id']}.png")
    assert opened(shown.body).format == "PNG"


def test_what_is_no_picture_is_told_what_is_taken(studio, scene):
    preview = studio.preview(scene.task, scene.comment, extension="png", status="processing")
    answer = scene.upload("notes", b"no picture", preview)
    assert answer.status_int == 400
    assert "noextension" not in answer.text


@pytest.mark.parametrize("name", ["", "  "])
def test_nothing_is_renamed_to_an_empty_name(scene, name):
    for path in (f"/data/shots/{scene.entity['id']}", f"/data/entities/{scene.entity['id']}"):
        assert scene.api().put(path, {"name": name}).status_int == 400


@pytest.mark.parametrize("ending", [", please look", ".", ")", "\nlook", "!", ""])
def test_a_mention_ends_where_its_name_does(board, ending):
    posted = board.posted(text=f"(@{board.artist['first_name']} {board.artist['last_name']}{ending}")
    assert posted["mentions"] == [board.artist["id"]]


def test_a_supervisor_of_the_department_validates_previews(studio, scene):
    department = studio.department()
    with studio.db.write():
        studio.db.update(TaskType, studio.task_type("Animation")["id"], department_id=department["id"])
    preview = studio.preview(scene.task)
    for departments, status in (([department], 200), ([studio.department()], 403)):
        person = studio.person("supervisor", departments)
        studio.link(ProjectPersonLink, project_id=scene.project["id"], person_id=person["id"])
        path = f"/data/preview-files/{preview['id']}"
        assert studio.api(person).put(path, {"validation_status": "validated"}).status_int == status


def test_an_entry_of_a_playlist_goes_with_its_entity(studio, scene):
    shot = studio.entity(scene.project, "Shot")
    preview = studio.preview(studio.task(shot, "Animation"))
    entries = [{"entity_id": shot["id"], "preview_file_id": preview["id"]}]
    playlist = studio.add(Playlist, name="Dailies", project_id=scene.project["id"], shots=entries)
    for _ in range(2):
        scene.api().delete(f"/data/shots/{shot['id']}?force=true")
    assert studio.db.get(Playlist, playlist["id"])["shots"] == []
