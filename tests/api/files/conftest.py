"""A production with a file tree to test with."""

import pytest
from support import ROLES

from kitsulite.domain.files.shipped_trees import TREES
from kitsulite.models.entities import AssetInstance
from kitsulite.models.files import OutputFile, OutputType, WorkingFile
from kitsulite.models.people import Software


class Production:
    """A production with the tree `simple`: an asset, a shot in a sequence, an instance of the asset in it."""

    def __init__(self, studio):
        self.studio, self.db = studio, studio.db
        self.team = {role: studio.person(role) for role in ROLES}
        self.project = studio.project(team=list(self.team.values()), name="Big Buck", file_tree=TREES["simple"])
        self.sequence = studio.entity(self.project, "Sequence", name="S01")
        self.shot = studio.entity(self.project, "Shot", name="P01", parent_id=self.sequence["id"])
        self.asset = studio.entity(self.project, "Props", name="Tree")
        self.instance = studio.add(AssetInstance, asset_id=self.asset["id"], name="Tree_0001", number=1)
        self.task = studio.task(self.asset, "Shading")
        self.cache = studio.add(OutputType, name="Cache", short_name="cch")
        self.software = studio.add(Software, name="Houdini", short_name="hou", file_extension=".hip")
        self.working_file = studio.add(
            WorkingFile, name="main", revision=1, task_id=self.task["id"], entity_id=self.asset["id"]
        )
        kind = {"output_type_id": self.cache["id"], "task_type_id": self.task["task_type_id"]}
        status = self.api().post("/data/file-status", {"name": "Ready", "color": "#ffffff"}).json
        self.output_file = studio.add(
            OutputFile,
            **{"name": "old", "revision": 1, "entity_id": self.asset["id"], "file_status_id": status["id"], **kind},
        )
        self.kind = kind
        self.entity_path = f"/data/entities/{self.asset['id']}"
        self.instance_path = f"/data/asset-instances/{self.instance['id']}"
        self.placed_path = f"{self.instance_path}/entities/{self.shot['id']}"
        self.task_path = f"/data/tasks/{self.task['id']}"

    def api(self, role="admin"):
        return self.studio.api(self.team[role])


@pytest.fixture
def production(studio):
    return Production(studio)
