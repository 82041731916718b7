"""File trees: shipped ones, and what paths stand for."""

from support import UNKNOWN


def guess(production, path, role="admin", **body):
    body = {"project_id": production.project["id"], "file_path": path, **body}
    return production.api(role).post("/data/entities/guess-from-path", body)


def test_a_production_can_be_given_a_shipped_tree(production):
    path = f"/actions/projects/{production.project['id']}/set-file-tree"
    production.studio.forget_events()
    given = production.api().post(path, {"tree_name": "default"})
    assert given.json["file_tree"]["working"]["folder_path"]["shot"] == "<Project>/shots/<Sequence>/<Shot>/<TaskType>"
    assert production.studio.events() == ["project:update"]
    for name in ("unknown", "../../etc/passwd"):
        refused = production.api().post(path, {"tree_name": name})
        assert (refused.status_int, refused.json["message"]) == (400, "Selected tree is not available")


def test_a_path_of_a_shot_is_read(production):
    found = guess(production, "/simple/productions/Big_Buck/shots/s01/p01/animation/blender").json
    animation = production.studio.task_type("Animation")["id"]
    assert found == [
        {
            "Template": "shot",
            "Project": production.project["id"],
            "Sequence": production.sequence["id"],
            "Shot": production.shot["id"],
            "TaskType": animation,
        }
    ]


def test_what_cannot_be_resolved_ends_the_reading(production):
    found = guess(production, "/simple/productions/big_buck/assets/props/stone/shading").json
    assert [sorted(guess) for guess in found] == [["AssetType", "Project", "Template"]]
    assert guess(production, "/elsewhere/big_buck").json == []


def test_paths_are_read_by_members_of_known_productions(production):
    assert guess(production, "/x", project_id=UNKNOWN).status_int == 404
    assert guess(production, "", sep="/").status_int == 400
    outside = production.studio.project()
    assert guess(production, "/x", "manager", project_id=outside["id"]).status_int == 403


def test_vendors_find_only_what_they_work_on(production):
    path = "/simple/productions/big_buck/assets/props/tree"
    assert "Asset" in guess(production, path, "user").json[0]
    assert "Asset" not in guess(production, path, "vendor").json[0]
