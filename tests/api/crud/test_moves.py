"""A change moves a row only to where the caller may change such rows too."""

import pytest

from kitsulite.models.entities import AssetInstance
from kitsulite.models.fields import new_id
from kitsulite.models.files import FileStatus, OutputFile, WorkingFile
from kitsulite.models.tasks import Task


class Place:
    """A task of an asset in a production of its own, and the rows that belong to it."""

    def __init__(self, studio, manager):
        self.studio = studio
        self.project = studio.project(team=[manager])
        self.asset = studio.entity(self.project, "Prop")
        self.task = studio.task(self.asset)

    def row(self, base):
        """A row of a table, with the columns that say what it belongs to."""
        asset, task = {"entity_id": self.asset["id"]}, {"task_id": self.task["id"]}
        if base == "tasks":
            return self.task, asset
        if base == "preview-files":
            return self.studio.preview(self.task), task
        if base == "working-files":
            return self.studio.add(WorkingFile, **task, **asset), {**task, **asset}
        if base == "asset-instances":
            return self.studio.add(AssetInstance, asset_id=self.asset["id"]), {"asset_id": self.asset["id"]}
        status = self.studio.add(FileStatus, name=self.asset["name"], color="#000000")
        return self.studio.add(OutputFile, name="a", revision=1, file_status_id=status["id"], **asset), asset


@pytest.mark.parametrize("base", ["tasks", "preview-files", "working-files", "output-files", "asset-instances"])
def test_rows_stay_where_the_caller_may_change_them(studio, base):
    manager = studio.person("manager")
    here, beside, foreign = Place(studio, manager), Place(studio, manager), Place(studio, studio.person("manager"))
    row, place = here.row(base)
    api, path = studio.api(manager), f"/data/{base}/{row['id']}"
    assert api.put(path, place).status_int == 200
    assert api.put(path, foreign.row(base)[1]).status_int == 403
    for wrong in ("x", new_id()):
        answer = api.put(path, dict.fromkeys(place, wrong))
        assert (answer.status_int, list(answer.json)) == (400, ["message"])
    assert {column: api.get(path).json[column] for column in place} == place
    # a task says itself which production it is of
    assert api.put(path, beside.row(base)[1]).status_int == (403 if base == "tasks" else 200)


def test_a_task_goes_to_another_entity_of_its_production(studio):
    manager = studio.person("manager")
    here = Place(studio, manager)
    other = studio.entity(here.project, "Prop")
    answer = studio.api(manager).put(f"/data/tasks/{here.task['id']}", {"entity_id": other["id"].upper()})
    assert answer.json["entity_id"] == other["id"]


def test_a_row_that_an_admin_moves_takes_all_that_it_refers_to_along(studio, admin):
    here, there = Place(studio, studio.admin), Place(studio, studio.person())
    answer = admin.put(f"/data/tasks/{here.task['id']}", {"entity_id": there.asset["id"]})
    assert (answer.status_int, answer.json["message"]) == (400, "entity_id names a row of another project.")
    assert studio.db.get(Task, here.task["id"])["entity_id"] == here.asset["id"]
    row, _ = here.row("working-files")
    path = f"/data/working-files/{row['id']}"
    assert admin.put(path, {"task_id": there.task["id"]}).status_int == 400
    assert admin.put(path, {"task_id": there.task["id"], "entity_id": there.asset["id"]}).status_int == 200
