"""A studio with rows at the edges of what its people may see: shared, cast, foreign, hidden, of others."""

from support import ROLES

from kitsulite.domain.kinds import TEMPORAL
from kitsulite.models.activity import Chat, ChatMessage, ChatParticipant, News, Notification, Subscription
from kitsulite.models.entities import AssetInstance, AssetInstanceLink, EntityConceptLink, EntityLink
from kitsulite.models.files import FileStatus, OutputFile, OutputType, WorkingFile
from kitsulite.models.people import DayOff
from kitsulite.models.previews import AttachmentFile, BuildJob, Playlist, PreviewBackgroundFile
from kitsulite.models.projects import (
    Budget,
    BudgetEntry,
    MetadataDescriptor,
    Milestone,
    ProductionScheduleVersion,
    ProductionScheduleVersionTaskLink,
    ProjectAssetTypeLink,
    ProjectTaskStatusLink,
    ProjectTaskTypeLink,
    ScheduleItem,
)
from kitsulite.models.tasks import TimeSpent

#: name of a caller -> (role, role on the project)
CALLERS = {
    **{role: (role, None) for role in ROLES[1:]},
    "artist as client": ("user", "client"),
    "artist as vendor": ("user", "vendor"),
    "client as vendor": ("client", "vendor"),
    "vendor as artist": ("vendor", "user"),
}
#: kinds whose first entity of a show everybody in its team works on; what these lie in and cast is nobody's
WORKED_ON = ("Shot", "Scene", "Edit", "Concept", "Asset")


class Edges:
    """Two TV shows, each with a team of all roles; an asset of the second is shared, and cast in the first."""

    def __init__(self, studio):
        self.studio = studio
        with studio.db.write():
            self.fill()

    def fill(self):
        studio = self.studio
        self.department = studio.department()
        self.people = {name: studio.person(role) for name, (role, _) in CALLERS.items()}
        self.outsiders = {f"{role} elsewhere": studio.person(role) for role in ROLES[1:]}
        self.outsiders["artist elsewhere"] = self.outsiders.pop("user elsewhere")
        self.everybody = {**self.people, **self.outsiders}
        self.boss = studio.person("manager")
        self.teams = [
            [(person, CALLERS[name][1]) for name, person in self.people.items()],
            [(person, None) for person in [*self.outsiders.values(), self.boss]],
        ]
        self.shows = [self.show(team) for team in self.teams]
        near, far = self.shows
        studio.link(EntityLink, entity_in_id=near["Shot"][0]["id"], entity_out_id=far["Shared"][0]["id"])
        studio.link(EntityLink, entity_in_id=near["Asset"][0]["id"], entity_out_id=far["Shared"][0]["id"])

    def show(self, team):
        """Create a show; returns its rows by kind."""
        add, link, entity = self.studio.add, self.studio.link, self.studio.entity
        project = self.studio.project(team=team, production_type="tvshow")
        status = self.studio.task_status("todo")
        types = [self.studio.task_type(name) for name in ("Animation", "Modeling")]
        for task_type in types:
            link(ProjectTaskTypeLink, project_id=project["id"], task_type_id=task_type["id"])
        link(ProjectTaskStatusLink, project_id=project["id"], task_status_id=status["id"])
        rows = {"project": [project]}
        rows["Episode"] = [entity(project, "Episode") for _ in range(2)]
        rows["Sequence"] = [entity(project, "Sequence", parent_id=e["id"]) for e in rows["Episode"]]
        rows["Shot"] = [entity(project, "Shot", parent_id=s["id"]) for s in rows["Sequence"]]
        rows["Scene"] = [entity(project, "Scene", parent_id=s["id"]) for s in rows["Sequence"]]
        rows["Edit"] = [entity(project, "Edit", parent_id=e["id"]) for e in rows["Episode"]]
        rows["ConceptFolder"] = [entity(project, "ConceptFolder")]
        rows["Concept"] = [entity(project, "Concept", parent_id=rows["ConceptFolder"][0]["id"]) for _ in range(2)]
        rows["Asset"] = [entity(project, "Prop", source_id=e["id"]) for e in rows["Episode"]]
        rows["Shared"] = [entity(project, "Prop", is_shared=True)]
        link(ProjectAssetTypeLink, project_id=project["id"], asset_type_id=rows["Asset"][0]["entity_type_id"])
        for shot, asset in zip(rows["Shot"], rows["Asset"], strict=True):
            link(EntityLink, entity_in_id=shot["id"], entity_out_id=asset["id"])
            instance = add(AssetInstance, asset_id=asset["id"], scene_id=rows["Scene"][0]["id"], number=1)
            link(AssetInstanceLink, entity_id=shot["id"], asset_instance_id=instance["id"])
            rows.setdefault("instance", []).append(instance)
        link(EntityLink, entity_in_id=rows["Shot"][0]["id"], entity_out_id=rows["Asset"][1]["id"])
        link(EntityConceptLink, entity_in_id=rows["Concept"][0]["id"], entity_out_id=rows["Asset"][0]["id"])
        workers = [person for person, _ in team]
        for kind in (*TEMPORAL, "Asset", "Shared"):
            for number, one in enumerate(rows[kind]):
                self.work(rows, one, workers if number == 0 and kind in WORKED_ON else [])
        self.plan(rows, workers)
        return rows

    def work(self, rows, entity, workers):
        """A task of an entity that vendors (and others) are assigned to or not, with all that hangs on it."""
        add, link = self.studio.add, self.studio.link
        if entity["name"].startswith("ConceptFolder"):
            return
        clients = [p for p in self.people.values() if p["role"] == "client"]
        task = self.studio.task(entity, "Modeling" if entity["name"][0] == "P" else "Animation", assignees=workers)
        other = self.studio.task(entity, "Layout")
        rows.setdefault("task", []).extend([task, other])
        authors = [(self.studio.admin, {}), (self.studio.admin, {"for_client": True}), (clients[0], {})]
        for person, more in authors:
            comment = self.studio.comment(task, person, **more)
            rows.setdefault("comment", []).append(comment)
            preview = self.studio.preview(task, comment, revision=len(rows["comment"]), position=1)
            rows.setdefault("preview", []).append(preview)
            rows.setdefault("attachment", []).append(add(AttachmentFile, name="notes.txt", comment_id=comment["id"]))
            news = add(News, author_id=person["id"], task_id=task["id"], comment_id=comment["id"])
            rows.setdefault("news", []).append(news)
            for reader in workers:
                columns = {"person_id": reader["id"], "author_id": person["id"], "type": "comment"}
                link(Notification, task_id=task["id"], comment_id=comment["id"], **columns)
        with self.studio.db.write():
            self.studio.db.execute(
                "UPDATE entity SET preview_file_id = ? WHERE id = ?", [rows["preview"][-1]["id"], entity["id"]]
            )
        chat = add(Chat, object_id=entity["id"])
        rows.setdefault("chat", []).append(chat)
        rows.setdefault("message", []).append(
            add(ChatMessage, chat_id=chat["id"], person_id=self.studio.admin["id"], text="Hello")
        )
        for worker in workers:
            link(Subscription, person_id=worker["id"], task_id=task["id"])
            link(ChatParticipant, chat_id=chat["id"], person_id=worker["id"])
        for person in (*workers, self.studio.admin):
            link(TimeSpent, person_id=person["id"], task_id=task["id"], date="2026-01-01", duration=60)
        working = add(WorkingFile, name="scene", revision=1, task_id=task["id"], entity_id=entity["id"])
        file_status = self.studio.db.find(FileStatus) or add(FileStatus, name="ok", color="#000000")
        output_type = self.studio.db.find(OutputType) or add(OutputType, name="render", short_name="r")
        output = {"name": "render", "revision": 1, "file_status_id": file_status["id"], "entity_id": entity["id"]}
        output |= {"output_type_id": output_type["id"], "task_type_id": task["task_type_id"]}
        rows.setdefault("working", []).append(working)
        rows.setdefault("output", []).append(add(OutputFile, source_file_id=working["id"], **output))

    def plan(self, rows, workers):
        """What hangs on a show itself."""
        add, link, project_id = self.studio.add, self.studio.link, rows["project"][0]["id"]
        task = rows["task"][0]
        playlists = [{}, {"for_client": True}, {"episode_id": rows["Episode"][0]["id"]}]
        rows["playlist"] = [
            add(
                Playlist,
                name=f"P{number}",
                project_id=project_id,
                created_by=self.studio.admin["id"],
                shots=[{"entity_id": rows["Shot"][0]["id"], "preview_file_id": rows["preview"][0]["id"]}],
                **more,
            )
            for number, more in enumerate(playlists)
        ]
        rows["job"] = [add(BuildJob, playlist_id=p["id"]) for p in rows["playlist"]]
        rows["milestone"] = [add(Milestone, name="M", project_id=project_id, date="2026-01-01")]
        rows["item"] = [add(ScheduleItem, project_id=project_id, task_type_id=task["task_type_id"])]
        version = add(ProductionScheduleVersion, name="V", project_id=project_id)
        rows["version"] = [version]
        link(ProductionScheduleVersionTaskLink, production_schedule_version_id=version["id"], task_id=task["id"])
        rows["budget"] = [add(Budget, name="B", project_id=project_id, currency="EUR")]
        columns = {"start_date": "2026-01-01", "months_duration": 2, "daily_salary": 100}
        rows["entry"] = [
            add(BudgetEntry, budget_id=rows["budget"][0]["id"], department_id=self.department["id"], **columns)
        ]
        for number, more in enumerate(({}, {"for_client": True}, {})):
            name = f"Field {number}"
            columns = {"entity_type": "Shot", "data_type": "string", "name": name, "field_name": f"f{number}"}
            descriptor = add(MetadataDescriptor, project_id=project_id, **columns, **more)
            rows.setdefault("descriptor", []).append(descriptor)
        with self.studio.db.write():
            self.studio.db.relate(MetadataDescriptor, descriptor["id"], "departments", [self.department["id"]])
        for worker in workers:
            link(DayOff, person_id=worker["id"], date="2026-02-01", end_date="2026-02-02")
        self.studio.db.find(PreviewBackgroundFile) or add(PreviewBackgroundFile, name="Sky")
