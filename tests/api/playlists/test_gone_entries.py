"""Entries of playlists go with their entity and their preview."""

from kitsulite.models.previews import Playlist


def test_an_entry_goes_with_its_entity_and_with_its_preview(studio, scene):
    kept = studio.entity(scene.project, "Shot")
    previews = [studio.preview(scene.task), studio.preview(studio.task(kept, "Animation"))]
    shots = [{"entity_id": kept["id"], "preview_file_id": previews[1]["id"]}]
    shots += [{"entity_id": scene.entity["id"], "preview_file_id": previews[0]["id"]}, {"entity_id": kept["id"]}]
    playlist = studio.add(Playlist, name="Dailies", project_id=scene.project["id"], shots=shots)
    studio.forget_events()
    assert scene.api().delete(f"/data/shots/{scene.entity['id']}?force=true").status_int == 204
    assert studio.db.get(Playlist, playlist["id"])["shots"] == [shots[0], shots[2]]
    assert studio.events("playlist:update") == ["playlist:update"]
    assert scene.api().delete(f"/data/preview-files/{previews[1]['id']}").status_int == 204
    assert studio.db.get(Playlist, playlist["id"])["shots"] == [shots[2]]
    bare = studio.entity(scene.project, "Shot")
    with studio.db.write():
        studio.db.update(Playlist, playlist["id"], shots=[{"entity_id": bare["id"]}])
    assert scene.api().delete(f"/data/entities/{bare['id']}").status_int == 204
    assert studio.db.get(Playlist, playlist["id"])["shots"] == []


def test_entries_of_many_previews_go_at_once(studio, scene):
    other = studio.project()
    tasks = [studio.task(scene.entity, name) for name in ("Rigging", "Shading")]
    gone = [{"preview_file_id": studio.preview(task)["id"]} for task in tasks]
    left = [{"preview_file_id": studio.preview(scene.task)["id"]}, {"note": [gone[0]["preview_file_id"]]}, "text"]
    playlists = [
        studio.add(Playlist, name="Dailies", project_id=project["id"], shots=[*gone, *left])
        for project in (scene.project, other)
    ]
    untouched = studio.add(Playlist, name="Others", project_id=other["id"], shots=left)
    path = f"/actions/projects/{scene.project['id']}/delete-tasks"
    assert scene.api().post(path, [task["id"] for task in tasks]).status_int == 200
    assert [studio.db.get(Playlist, row["id"])["shots"] for row in (*playlists, untouched)] == [left] * 3
    assert studio.events("playlist:update") == ["playlist:update"] * 2
