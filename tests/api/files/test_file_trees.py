"""File trees: shipped ones, and what paths stand for."""

import pytest
from support import UNKNOWN

from kitsulite.models.projects import Project


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


def tree_of(**templates):
    """A file tree of one mode with these templates of folders."""
    return {"working": {"mountpoint": "/m", "root": "r", "folder_path": templates}}


@pytest.fixture
def read(production):
    """What a path below a template stands for: word -> value."""

    def read(template, path):
        with production.db.write():
            production.db.update(Project, production.project["id"], file_tree=tree_of(asset=template))
        [found] = guess(production, f"/m/r/{path}").json
        assert found.pop("Template") == "asset"
        return found

    return read


@pytest.mark.parametrize(
    ("template", "path", "found"),
    [
        ("<Project>/v<Version>/<Name>", "Big Buck/v003/main", {"Version": "3", "Name": "main"}),
        ("<Project>/v<Version>/<Name>", "Big Buck/v000/main", {}),
        ("<Project>/v<Version>/<Name>", "Big Buck/vnew/main", {}),
        ("<Project>/<Weather>/<Name>", "Big Buck/rain/main", {}),
        ("<Project>/<Asset>", "Big Buck/Tree", {}),
        ("<Project>/<Shot>", "Big Buck/P01", {}),
        ("<Project>/<TaskType>/<Task>", "Big Buck/Shading/main", {"TaskType": "type"}),
        ("<Project>/<AssetType>/<Asset>/<Task>", "Big Buck/Props/Tree/main", {"AssetType": "kind", "Asset": "asset"}),
        (
            "<Project>/<AssetType>/<Asset>/<TaskType>/<Task>",
            "Big Buck/Props/Tree/Shading/main",
            {"AssetType": "kind", "Asset": "asset", "TaskType": "type", "Task": "task"},
        ),
    ],
)
def test_words_of_a_template_are_read_one_by_one(production, read, template, path, found):
    ids = {
        **{"asset": production.asset["id"], "kind": production.asset["entity_type_id"]},
        **{"task": production.task["id"], "type": production.task["task_type_id"]},
    }
    expected = {word: ids.get(value, value) for word, value in found.items()}
    assert read(template, path) == {"Project": production.project["id"], **expected}


def test_a_template_without_its_project_stands_for_nothing(read):
    assert read("<Sequence>/<Shot>", "S01/P01") == {}
    assert read("<Project>/<Name>", "Other/main") == {}


@pytest.mark.parametrize(
    "tree", [{}, {"working": 1}, {"working": {"mountpoint": 1}}, {"working": {"mountpoint": "/m"}}]
)
def test_a_tree_that_cannot_be_read_stands_for_nothing(production, tree):
    with production.db.write():
        production.db.update(Project, production.project["id"], file_tree=tree)
    assert guess(production, "/m/r/Big Buck").json == []
