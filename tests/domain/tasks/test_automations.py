"""Status automations."""

import io

import pytest

from kitsulite.models.entities import Entity, EntityLink
from kitsulite.models.projects import Project, ProjectStatusAutomationLink, ProjectTaskTypeLink
from kitsulite.models.server import Job
from kitsulite.models.tasks import StatusAutomation, Task


class Pipeline:
    """An asset with a modeling and a rigging task."""

    def __init__(self, studio):
        self.studio, self.db = studio, studio.db
        self.project = studio.project()
        self.asset = studio.entity(self.project, "Prop")
        self.modeling, self.rigging = studio.task(self.asset, "Modeling"), studio.task(self.asset, "Rigging")

    def status(self, short_name):
        return self.studio.task_status(short_name)["id"]

    def automation(self, link=True, source="Modeling", target="Rigging", before="done", after="ready", **columns):
        values = {
            "entity_type": "asset",
            "in_task_type_id": self.studio.task_type(source)["id"],
            "in_task_status_id": self.status(before),
            "out_task_type_id": self.studio.task_type(target)["id"],
            "out_task_status_id": self.status(after),
        }
        made = self.studio.add(StatusAutomation, **{**values, **columns})
        if link:
            link = {"project_id": self.project["id"], "status_automation_id": made["id"]}
            self.studio.link(ProjectStatusAutomationLink, **link)
        return made

    def post(self, status="done", task=None, text=""):
        path = f"/actions/tasks/{(task or self.modeling)['id']}/comment"
        body = {"task_status_id": self.status(status), "comment": text}
        answer = self.studio.api(self.studio.admin).post(path, body)
        assert answer.status_int == 201, answer.text
        return answer.json

    def rigging_is(self, short_name):
        return self.db.get(Task, self.rigging["id"])["task_status_id"] == self.status(short_name)


@pytest.fixture
def pipeline(studio):
    return Pipeline(studio)


def test_what_another_task_does_not_take_refuses_no_comment(pipeline):
    pipeline.automation(after="retake", import_last_revision=True)
    with pipeline.db.write():
        pipeline.db.update(Project, pipeline.project["id"], max_retakes=1, is_single_preview_per_revision=True)
    for position in (1, 2):
        pipeline.studio.preview(pipeline.modeling, position=position, status="ready")
    for _ in range(2):
        pipeline.post()
    count = "SELECT count(*) FROM {} WHERE {} = ?"
    comments, previews = count.format("comment", "object_id"), count.format("preview_file", "task_id")
    assert [pipeline.db.value(sql, [pipeline.rigging["id"]]) for sql in (comments, previews)] == [1, 1]
    pipeline.post(status="wip", text="#rigging look")
    assert pipeline.db.value(comments, [pipeline.rigging["id"]]) == 2
    assert pipeline.db.get(Task, pipeline.rigging["id"])["retake_count"] == 1


def test_the_next_task_follows_with_a_comment_of_the_same_author(pipeline):
    pipeline.automation()
    pipeline.studio.forget_events()
    pipeline.post()
    assert pipeline.rigging_is("ready")
    text, author = pipeline.db.row("SELECT text, person_id FROM comment WHERE object_id = ?", [pipeline.rigging["id"]])
    assert text == "Change triggered by Modeling set to Done"
    assert author == pipeline.studio.admin["id"]
    one = ["comment:new", "task:update", "task:status-changed", "news:new"]
    assert pipeline.studio.events() == one + one


@pytest.mark.parametrize(
    "columns",
    [
        {"link": False},
        {"archived": True},
        {"before": "wip"},
        {"source": "Concept"},
        {"entity_type": "shot"},
        {"entity_type": "Character"},
        {"target": "Shading"},
        {"out_task_status_id": None},
    ],
)
def test_what_keeps_an_automation_from_firing(pipeline, columns):
    pipeline.automation(**columns)
    pipeline.post()
    assert pipeline.rigging_is("todo")


@pytest.mark.parametrize("kind", ["asset", "Asset", "prop"])
def test_the_kind_of_entity_is_any_asset_or_a_type_by_name(pipeline, kind):
    pipeline.automation(entity_type=kind)
    pipeline.post()
    assert pipeline.rigging_is("ready")


@pytest.mark.parametrize(("first", "second", "fires"), [(1, 2, True), (2, 2, True), (3, 2, False), (None, None, True)])
def test_a_task_before_in_the_pipeline_is_left_alone(pipeline, first, second, fires):
    pipeline.automation()
    for name, priority in (("Modeling", first), ("Rigging", second)):
        if priority:
            task_type = pipeline.studio.task_type(name)["id"]
            link = {"project_id": pipeline.project["id"], "task_type_id": task_type, "priority": priority}
            pipeline.studio.add(ProjectTaskTypeLink, **link)
    pipeline.post()
    assert pipeline.rigging_is("ready") is fires


def test_automations_follow_each_other_and_a_circle_ends(pipeline):
    pipeline.automation(before="done", after="ready")
    pipeline.automation(source="Rigging", target="Modeling", before="ready", after="done")
    pipeline.post()
    assert pipeline.rigging_is("ready")
    assert pipeline.db.value("SELECT count(*) FROM comment") == 3


def test_a_comment_that_keeps_the_status_fires_again(pipeline):
    pipeline.automation()
    pipeline.post()
    pipeline.post()
    assert pipeline.db.value("SELECT count(*) FROM comment WHERE object_id = ?", [pipeline.rigging["id"]]) == 2


def test_the_last_revision_goes_with_the_comment(pipeline):
    pipeline.automation(import_last_revision=True)
    first = pipeline.studio.preview(pipeline.modeling, revision=1)
    last = [pipeline.studio.preview(pipeline.modeling, revision=2, position=p, width=100 + p) for p in (1, 2)]
    for preview in (first, *last):
        pipeline.studio.app.files.write("pictures", "original", preview["id"], io.BytesIO(preview["id"].encode()))
    pipeline.studio.forget_events()
    pipeline.post()
    copies = pipeline.db.rows(
        "SELECT id, width, position, extension FROM preview_file WHERE task_id = ? ORDER BY position",
        [pipeline.rigging["id"]],
    )
    assert [(copy["width"], copy["position"], copy["extension"]) for copy in copies] == [
        (101, 1, "png"),
        (102, 2, "png"),
    ]
    stored = pipeline.studio.app.files.find("pictures", "original", copies[0]["id"])
    assert stored.read_text() == last[0]["id"]
    emitted = ["preview-file:new", "comment:update", "preview-file:update", "comment:update", "preview-file:add-file"]
    assert pipeline.studio.events()[-10:] == emitted + emitted


def test_a_movie_that_is_being_converted_is_copied_and_converted_too(pipeline, monkeypatch):
    # no thread takes the job before it is looked at
    monkeypatch.setattr(pipeline.studio.app.jobs, "wake", lambda: None)
    pipeline.automation(import_last_revision=True)
    pipeline.studio.preview(pipeline.modeling, extension="mp4", status="processing")
    pipeline.post()
    (copied,) = pipeline.db.rows("SELECT id, status FROM preview_file WHERE task_id = ?", [pipeline.rigging["id"]])
    assert copied["status"] == "processing"
    assert pipeline.db.exists(Job, subject_id=copied["id"], state="queued")


def test_an_asset_becomes_ready_and_its_shots_know(pipeline):
    animation = pipeline.studio.task_type("Animation")["id"]
    pipeline.automation(out_field_type="ready_for", out_task_type_id=animation, out_task_status_id=None)
    sequence = pipeline.studio.entity(pipeline.project, "Sequence")
    shot = pipeline.studio.entity(pipeline.project, "Shot", parent_id=sequence["id"])
    task = pipeline.studio.task(shot, "Animation")
    pipeline.studio.add(EntityLink, entity_in_id=shot["id"], entity_out_id=pipeline.asset["id"])
    for name, priority in (("Animation", 1), ("Lighting", 2)):
        task_type = pipeline.studio.task_type(name)["id"]
        pipeline.studio.add(
            ProjectTaskTypeLink, project_id=pipeline.project["id"], task_type_id=task_type, priority=priority
        )
    pipeline.studio.forget_events()
    pipeline.post()
    assert pipeline.db.get(Entity, pipeline.asset["id"])["ready_for"] == animation
    assert pipeline.db.get(Task, task["id"])["nb_assets_ready"] == 1
    assert pipeline.studio.events("asset:update") == ["asset:update"] * 2


def test_only_assets_become_ready(studio):
    project = studio.project()
    shot = studio.entity(project, "Shot")
    task = studio.task(shot, "Animation")
    made = studio.add(
        StatusAutomation,
        entity_type="shot",
        in_task_type_id=task["task_type_id"],
        in_task_status_id=studio.task_status("done")["id"],
        out_field_type="ready_for",
        out_task_type_id=task["task_type_id"],
    )
    studio.link(ProjectStatusAutomationLink, project_id=project["id"], status_automation_id=made["id"])
    studio.forget_events()
    body = {"task_status_id": studio.task_status("done")["id"]}
    assert studio.api(studio.admin).post(f"/actions/tasks/{task['id']}/comment", body).status_int == 201
    assert studio.db.get(Entity, shot["id"])["ready_for"] is None
    assert studio.events("asset:update") == []


def test_a_task_without_an_entity_fires_none(pipeline):
    pipeline.automation()
    with pipeline.db.write():
        pipeline.db.update(Task, pipeline.modeling["id"], entity_id=None)
    pipeline.post()
    assert not pipeline.rigging_is("ready")
