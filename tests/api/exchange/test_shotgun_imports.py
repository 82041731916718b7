"""Objects of a Shotgun site become rows, known again by their ids there."""

import pytest
from support import ROLES

from kitsulite.application import declared_routes
from kitsulite.models.entities import Entity, EntityLink, EntityType
from kitsulite.models.people import Department, Person
from kitsulite.models.previews import PreviewFile
from kitsulite.models.projects import Project, ProjectPersonLink, ProjectStatus
from kitsulite.models.tasks import Comment, Task, TaskStatus, TaskType

PROJECT = {"id": 1, "name": "Cosmos"}
#: one object of each kind, in the order in which they refer to each other
OBJECTS = {
    "projects": {"id": 1, "name": "Cosmos", "sg_status": "Bidding", "sg_fps": "25"},
    "persons": {
        **{"id": 1, "firstname": "Ema", "lastname": "Peel", "email": "Ema@studio.com", "login": "ema"},
        **{"permission_rule_set": {"name": "Manager"}, "department": {"name": "Fur"}},
    },
    "project-connections": {"id": 1, "project": PROJECT, "user": {"id": 1}},
    "status": {"id": 1, "name": "Pending", "code": "pnd", "bg_color": "29,215,46"},
    "steps": {"id": 1, "code": "Fur Grooming", "color": "50,149,253"},
    "episodes": {"id": 1, "code": "E01", "description": "First", "project": PROJECT},
    "sequences": {"id": 1, "code": "SQ01", "description": None, "project": PROJECT, "episode": {"id": 1}},
    "scenes": {"id": 1, "code": "SC01", "project": PROJECT, "sequence_sg_scenes_1_sequences": [{"id": 1}]},
    "assets": {"id": 1, "code": "Sheep", "description": "Black", "project": PROJECT, "sg_asset_type": "Beasts"},
    "shots": {
        **{"id": 1, "code": "SH01", "project": PROJECT, "sg_sequence": {"id": 1}, "sg_scene": {"id": 1}},
        **{"assets": [{"id": 1}, {"id": 99}], "sg_cut_in": 5, "sg_cut_duration": 10, "sg_note": "x", "sg_none": None},
    },
    "tasks": {
        **{"id": 1, "cached_display_name": "Fur", "project": PROJECT, "step": {"id": 1}, "sg_status_list": "pnd"},
        **{"entity": {"id": 1, "type": "Asset"}, "created_by": {"id": 1}, "task_assignees": [{"id": 1}]},
        **{"start_date": "2024-01-02", "due_date": None, "duration": 480, "sg_sort_order": 4},
    },
    "versions": {
        **{"id": 1, "code": "fur_v1", "description": "First", "sg_task": {"id": 1}, "user": {"id": 1}},
        "sg_uploaded_movie": {"url": "https://site/movie.avi", "name": "movie.avi"},
    },
    "notes": {
        **{"id": 1, "content": "Softer", "tasks": [{"id": 1}], "user": {"id": 1}},
        "created_at": "2016-12-05T15:06:34+01:00",
    },
}
MODELS = {
    **{"projects": Project, "persons": Person, "status": TaskStatus, "steps": TaskType, "tasks": Task},
    **dict.fromkeys(("episodes", "sequences", "scenes", "assets", "shots"), Entity),
    **{"versions": PreviewFile, "notes": Comment},
}


class Site:
    """A Shotgun site, and short ways to send its objects."""

    def __init__(self, studio):
        self.studio, self.db, self.admin = studio, studio.db, studio.api(studio.admin)

    def send(self, kind, *objects):
        return self.admin.post(f"/import/shotgun/{kind}", list(objects))

    def sent(self, kind, *objects):
        answer = self.send(kind, *objects)
        assert answer.status_int == 200, answer.text
        return answer.json

    def filled(self, until=None):
        """Send the objects of all kinds before one."""
        kinds = list(OBJECTS)
        for kind in kinds[: kinds.index(until) if until else None]:
            assert len(self.sent(kind, OBJECTS[kind])) == 1
        self.studio.forget_events()

    def again(self, kind, **changed):
        """Send the object of a kind with changes; its row."""
        return self.sent(kind, {**OBJECTS[kind], **changed})[0]

    def entity(self, kind):
        type_id = self.db.find(EntityType, name=kind)["id"]
        return self.db.find(Entity, shotgun_id=1, entity_type_id=type_id)


@pytest.fixture
def site(studio):
    return Site(studio)


def test_all_kinds_refer_to_each_other(site):
    site.filled()
    project, person = site.db.find(Project, shotgun_id=1), site.db.find(Person, shotgun_id=1)
    status = site.db.get(ProjectStatus, project["project_status_id"])
    assert (project["name"], project["data"], status["name"]) == ("Cosmos", {"sg_fps": "25"}, "Bidding")
    assert project["file_tree"]["working"]
    assert (person["email"], person["role"], person["active"]) == ("ema@studio.com", "manager", True)
    fur = site.db.find(Department, name="Fur")
    assert site.db.related(Person, person["id"], "departments") == [fur["id"]]
    assert site.db.related(Project, project["id"], "team") == [person["id"]]
    step, pending = site.db.find(TaskType, shotgun_id=1), site.db.find(TaskStatus, short_name="pnd")
    assert (step["name"], step["color"], step["department_id"]) == ("Fur Grooming", "#3295fd", fur["id"])
    assert pending["color"] == "#1dd72e"
    episode, sequence, scene = site.entity("Episode"), site.entity("Sequence"), site.entity("Scene")
    shot, asset = site.entity("Shot"), site.entity("Beasts")
    assert (sequence["parent_id"], scene["parent_id"]) == (episode["id"], sequence["id"])
    assert (shot["parent_id"], shot["source_id"]) == (sequence["id"], scene["id"])
    own = {"frame_in": 5, "frame_out": 15, "sg_cut_duration": 10, "sg_note": "x", "sg_scene": {"id": 1}}
    assert shot["data"] == own
    assert site.db.related(Entity, shot["id"], "entities_out") == [asset["id"]]
    task = site.db.find(Task, relations=True, shotgun_id=1)
    expected = {
        **{"project_id": project["id"], "entity_id": asset["id"], "task_type_id": step["id"]},
        **{"task_status_id": pending["id"], "assigner_id": person["id"], "assignees": [person["id"]]},
        **{"start_date": "2024-01-02T00:00:00", "duration": 480.0, "sort_order": 4, "name": "Fur"},
    }
    assert {key: task[key] for key in expected} == expected
    version, note = site.db.find(PreviewFile, shotgun_id=1), site.db.find(Comment, shotgun_id=1)
    assert (version["task_id"], version["source"], version["person_id"]) == (task["id"], "Shotgun", person["id"])
    assert version["uploaded_movie_url"] == "https://site/movie.avi"
    assert (note["object_id"], note["text"], note["created_at"]) == (task["id"], "Softer", "2016-12-05T15:06:34")


def counted(site):
    tables = {*MODELS.values(), ProjectPersonLink, EntityLink, Department, EntityType, ProjectStatus}
    return {model.table(): site.db.value(f"SELECT count(*) FROM {model.table()}") for model in tables}


def test_the_same_objects_again_make_nothing_new(site):
    site.filled()
    before = counted(site)
    for kind, entry in OBJECTS.items():
        assert len(site.sent(kind, entry, entry)) == 2
    assert counted(site) == before


def test_an_answer_shows_all_columns_but_no_secret(site):
    site.filled("persons")
    answer = site.sent("persons", OBJECTS["persons"])[0]
    assert answer["full_name"] == "Ema Peel"
    assert {key: answer[key] for key in ("password", "totp_secret", "jti")} == dict.fromkeys(
        ("password", "totp_secret", "jti")
    )


def test_only_what_the_reference_emits_is_emitted(site):
    events = {"persons": ["department:new"], "project-connections": ["project:update"], "assets": ["asset-type:new"]}
    for kind, entry in OBJECTS.items():
        site.studio.forget_events()
        site.sent(kind, entry)
        assert site.studio.events() == events.get(kind, []), kind


@pytest.mark.parametrize("kind", OBJECTS)
def test_an_object_that_lacks_something_is_left_out(site, kind):
    site.filled(kind)
    before = counted(site)
    assert site.sent(kind, {"bad": "wrong"}, "text", None) == []
    assert counted(site) == before


LEFT_OUT = (
    ("persons", {"email": "changeme@email.com"}),
    ("project-connections", {"project": {"id": 99}}),
    ("episodes", {"project": {"name": "Unknown"}}),
    ("episodes", {"project": None}),
    ("scenes", {"project": {"id": 1, "name": "Unknown"}}),
    ("status", {"bg_color": "red"}),
    ("status", {"bg_color": "1,2,300"}),
    ("steps", {"code": " "}),
    ("assets", {"sg_asset_type": None}),
    ("assets", {"project": {"id": 99}}),
    ("tasks", {"step": None}),
    ("tasks", {"project": None}),
    ("tasks", {"task_assignees": [{"id": 99}]}),
    ("versions", {"sg_task": None}),
    ("notes", {"tasks": [{"id": 99}]}),
    ("notes", {"tasks": []}),
    ("notes", {"user": {"id": 99}}),
)


@pytest.mark.parametrize(("kind", "changed"), LEFT_OUT)
def test_an_object_that_leads_nowhere_is_left_out(site, kind, changed):
    site.filled(kind)
    assert site.sent(kind, {**OBJECTS[kind], **changed}) == []


REFUSED = (
    ("projects", {"id": 2}),
    ("projects", {"name": None}),
    ("persons", {"email": "no address"}),
    ("scenes", {"id": 2}),
    ("status", {"code": "x" * 11}),
    ("shots", {"code": {}}),
    ("notes", {"created_at": "yesterday"}),
)


@pytest.mark.parametrize(("kind", "changed"), REFUSED)
def test_objects_before_a_refused_one_stay(site, kind, changed):
    site.filled(kind)
    answer = site.send(kind, OBJECTS[kind], {**OBJECTS[kind], **changed})
    assert answer.status_int == 400
    assert answer.json["message"].startswith("Object 2: ")
    assert site.db.exists(MODELS[kind], shotgun_id=1)


def test_a_known_person_stays_as_they_are(site):
    person = site.studio.person(email="ema@studio.com")
    answer = site.sent("persons", OBJECTS["persons"])[0]
    assert (answer["id"], answer["first_name"]) == (person["id"], person["first_name"])
    assert len(site.db.related(Person, person["id"], "departments")) == 1
    assert site.again("persons", department={"name": "Hair"})["id"] == person["id"]
    hair = site.db.find(Department, name="Hair")
    assert site.db.related(Person, person["id"], "departments") == [hair["id"]]


def test_rights_and_activity_of_a_person(site):
    plain = {"permission_rule_set": None, "department": None}
    rows = [
        {**OBJECTS["persons"], **plain, "id": 5, "email": "a@studio.com", "sg_status_list": "dis"},
        {**OBJECTS["persons"], **plain, "id": 6, "email": "b@studio.com", "permission_rule_set": {"name": "Admin"}},
    ]
    answer = site.sent("persons", *rows)
    assert [(person["role"], person["active"]) for person in answer] == [("user", False), ("admin", True)]


def test_a_step_finds_the_task_type_of_its_name(site):
    department = site.studio.department(name="Fur")
    own = site.studio.add(TaskType, name="FUR grooming", for_entity="Asset", department_id=department["id"])
    answer = site.sent("steps", OBJECTS["steps"])[0]
    assert (answer["id"], answer["name"], answer["color"]) == (own["id"], "FUR grooming", "#3295fd")
    assert site.again("steps", entity_type="Shot")["for_entity"] == "Shot"


def test_a_status_is_known_by_its_short_name(site):
    todo = site.studio.task_status("todo")
    answer = site.sent("status", {"id": 9, "name": "To do", "code": "todo", "bg_color": None})[0]
    assert (answer["id"], answer["name"], answer["color"]) == (todo["id"], "To do", "#000000")


def test_a_sequence_that_is_like_another_is_only_described(site):
    site.filled("scenes")
    assert site.again("sequences", description="Night")["description"] == "Night"
    assert site.again("sequences", code="SQ09")["name"] == "SQ09"
    # another object with the name and place of a known one
    site.again("sequences", code="SQ01")
    assert site.sent("sequences", {**OBJECTS["sequences"], "id": 8}) == []


def test_a_sequence_lies_in_no_episode_that_lies_in_it(site):
    site.filled("scenes")
    sequence, episode = site.entity("Sequence"), site.entity("Episode")
    with site.db.write():
        site.db.update(Entity, sequence["id"], parent_id=None)
        site.db.update(Entity, episode["id"], parent_id=sequence["id"])
    answer = site.send("sequences", OBJECTS["sequences"])
    assert (answer.status_int, answer.json["message"]) == (400, "Object 1: parent_id leads back to the row itself.")
    assert site.db.get(Entity, sequence["id"])["parent_id"] is None


def test_a_shot_is_replaced_by_what_is_sent(site):
    site.filled("tasks")
    shot = site.again("shots", sg_sequence=None, assets=[], sg_note=None, sg_cut_duration=None)
    assert shot["parent_id"] is None
    assert shot["data"] == {"frame_in": 5, "frame_out": 5, "sg_scene": {"id": 1}}
    assert site.db.related(Entity, shot["id"], "entities_out") == []


def test_assets_are_cast_in_their_parents(site):
    site.filled("shots")
    parent = site.entity("Beasts")
    wool = {**OBJECTS["assets"], "id": 2, "code": "Wool", "parents": [{"id": 1}, {"id": 99}]}
    made = site.sent("assets", wool)[0]
    assert site.db.related(Entity, parent["id"], "entities_out") == [made["id"]]
    event = site.db.objects("SELECT data FROM api_event WHERE name = 'asset:update'")[0]
    assert event["asset_id"] == parent["id"]
    assert [entity["id"] for entity in event["data"]["entities_out"]] == [made["id"]]
    assert site.studio.events() == ["asset:update"]


def test_a_task_is_known_by_its_place(site):
    site.filled("versions")
    task = site.db.find(Task, shotgun_id=1)
    moved = site.sent("tasks", {**OBJECTS["tasks"], "id": 7, "sg_sort_order": 9, "task_assignees": []})[0]
    assert (moved["id"], moved["shotgun_id"], moved["sort_order"]) == (task["id"], 7, 9)
    assert site.db.related(Task, task["id"], "assignees") == []
    of_shot = site.sent("tasks", {**OBJECTS["tasks"], "id": 8, "entity": {"id": 1, "type": "Shot"}})[0]
    assert of_shot["entity_id"] == site.entity("Shot")["id"]
    nowhere = {"entity": {"id": 1, "type": "Level"}, "sg_status_list": "none", "step": {"id": 99}}
    lost = site.sent("tasks", {**OBJECTS["tasks"], **nowhere, "id": 9})[0]
    assert [lost[column] for column in ("entity_id", "task_status_id", "task_type_id")] == [None] * 3


def test_a_version_is_known_by_its_name_on_the_task(site):
    site.filled("notes")
    version = site.db.find(PreviewFile, shotgun_id=1)
    assert site.again("versions", id=5)["id"] == version["id"]


def test_a_list_is_expected_of_an_admin(studio):
    routes = [route.rule for route in declared_routes() if route.rule.startswith("/import/shotgun/")]
    kinds = [rule for rule in routes if "remove" not in rule and "errors" not in rule]
    assert len(kinds) == len(OBJECTS) + 1
    apis = {role: studio.api(studio.person(role)) for role in ROLES}
    for path in kinds:
        assert apis["admin"].post(path, {}).status_int == 400
        assert apis["admin"].post(path, []).json == []
        assert {role for role in ROLES[1:] if apis[role].post(path, []).status_int != 403} == set()
        assert studio.nobody.post(path, []).status_int == 401
