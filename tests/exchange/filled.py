"""A studio with a row of every table that goes from one server to another, and a look at all of it."""

import contextlib
import io

from scene import picture
from support import Studio

from kitsulite import Server
from kitsulite.domain.kinds import temporal_id
from kitsulite.exchange.kitsu.listings import NOT_LISTED
from kitsulite.models import TABLES, activity, entities, files, people, previews, projects, tasks, templates
from kitsulite.models.fields import Moment

EMAIL, PASSWORD = "boss@studio.com", "boss-password"
MOVIE = b"\0\0\0\x18ftypmp42" + b"movie" * 1000
#: a panorama of 8 to 4 in one colour
SKY = b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 4 +X 8\n" + (b"\2\2\0\x08" + b"\x88\x80" * 4) * 4
PDF = b"%PDF-1.4 " + b"page" * 500


@contextlib.contextmanager
def served(folder=None):
    """A server that converts no movies."""
    options = {"synchronous": "OFF"} if folder else {}
    with Server(folder, admin_email=EMAIL, admin_password=PASSWORD, **options) as server:
        server.app.settings.ffmpeg = "/no/such/ffmpeg"
        yield server


class Filled(Studio):
    """Two productions, `show` with all there is, and `other`."""

    def __init__(self, server):
        super().__init__(server.app)
        self.server = server
        self.ann, self.bob = self.person("manager", email="ann@studio.com"), self.person(email="bob@studio.com")
        self.fill_studio()
        team = [self.ann, (self.bob, "supervisor")]
        self.show = self.project(team, name="Agent 327", production_type="tvshow", data={"mood": "ünïcode 🎬"})
        self.other = self.project(name="Other")
        self.other_shot = self.entity(self.other, "Shot")
        self.task(self.other_shot, "Animation")
        self.fill_entities()
        self.fill_work()
        self.fill_planning()
        self.fill_files()

    def fill_studio(self):
        studio = self.add(people.Studio, name="North", color="#123456")
        self.fur = self.department(name="Fur")
        with self.db.write():
            self.db.update(people.Person, self.ann["id"], studio_id=studio["id"])
            self.db.relate(people.Person, self.ann["id"], "departments", [self.fur["id"]])
        self.grooming = self.add(tasks.TaskType, name="Grooming", for_entity="Asset", department_id=self.fur["id"])
        self.hold = self.add(tasks.TaskStatus, name="Hold", short_name="hld", color="#000000")
        self.beasts = self.add(entities.EntityType, name="Beasts")
        self.link(entities.TaskTypeAssetTypeLink, asset_type_id=self.beasts["id"], task_type_id=self.grooming["id"])
        self.sky = self.add(previews.PreviewBackgroundFile, name="Sky", extension="hdr", original_name="sky")
        self.automation = self.add(
            tasks.StatusAutomation, in_task_type_id=self.grooming["id"], out_task_status_id=self.hold["id"]
        )
        self.add(tasks.CustomAction, name="Open", url="https://studio.com")
        self.houdini = self.add(people.Software, name="Houdini", short_name="hou", file_extension=".hip")
        tablet = self.add(people.HardwareItem, name="Tablet", short_name="tab")
        equipment = {"department_id": self.fur["id"]}
        self.link(people.SoftwareDepartmentLink, software_id=self.houdini["id"], **equipment)
        self.link(people.HardwareItemDepartmentLink, hardware_item_id=tablet["id"], **equipment)
        self.add(people.SalaryScale, salary=900, **equipment)
        self.add(people.DayOff, date="2024-05-01", end_date="2024-05-02", person_id=self.bob["id"])
        template = self.add(templates.ProjectTemplate, name="Series")
        with self.db.write():
            self.db.relate(templates.ProjectTemplate, template["id"], "asset_types", [self.beasts["id"]])
        self.group = self.add(activity.SearchFilterGroup, list_type="asset", name="Mine", person_id=self.ann["id"])

    def fill_entities(self):
        show = {"project_id": self.show["id"]}
        episode = self.entity(self.show, "Episode", name="E01")
        sequence = self.entity(self.show, "Sequence", name="SQ01", parent_id=episode["id"])
        self.shot = self.entity(
            self.show, "Shot", name="SH01", parent_id=sequence["id"], nb_frames=24, data={"frame_in": 1}
        )
        scene = self.entity(self.show, "Scene", parent_id=sequence["id"])
        self.entity(self.show, "Edit", parent_id=episode["id"])
        folder = self.entity(self.show, "ConceptFolder")
        concept = self.entity(self.show, "Concept", parent_id=folder["id"])
        self.sheep = self.entity(self.show, "Beasts", name="Sheep", ready_for=self.grooming["id"])
        self.wool = self.entity(self.show, "Prop", name="Wool, =1+1", source_id=episode["id"])
        cast = {"nb_occurences": 3, "label": "animate", "data": {"x": [1, 2.5, None]}}
        self.add(entities.EntityLink, entity_in_id=self.shot["id"], entity_out_id=self.sheep["id"], **cast)
        self.add(entities.EntityLink, entity_in_id=self.sheep["id"], entity_out_id=self.wool["id"])
        self.link(entities.EntityConceptLink, entity_in_id=concept["id"], entity_out_id=self.sheep["id"])
        self.instance = self.add(entities.AssetInstance, asset_id=self.sheep["id"], number=1, scene_id=scene["id"])
        self.link(entities.AssetInstanceLink, entity_id=self.shot["id"], asset_instance_id=self.instance["id"])
        self.mood = self.add(projects.MetadataDescriptor, name="Mood", field_name="mood", entity_type="Shot", **show)
        with self.db.write():
            self.db.relate(projects.MetadataDescriptor, self.mood["id"], "departments", [self.fur["id"]])
            for relation, row in (
                ("asset_types", self.beasts),
                ("status_automations", self.automation),
                ("preview_background_files", self.sky),
            ):
                self.db.relate(projects.Project, self.show["id"], relation, [row["id"]])
            self.db.update(projects.Project, self.show["id"], default_preview_background_file_id=self.sky["id"])
        links = {"project_id": self.show["id"], "priority": 3}
        self.link(projects.ProjectTaskTypeLink, task_type_id=self.grooming["id"], **links)
        self.link(projects.ProjectTaskStatusLink, task_status_id=self.hold["id"], roles_for_board=["user"], **links)

    def fill_work(self):
        self.groom = self.task(
            self.sheep,
            "Grooming",
            [self.ann, self.bob],
            assigner_id=self.ann["id"],
            start_date="2024-01-02T03:04:05",
            task_status_id=self.hold["id"],
            estimation=480,
        )
        self.animate = self.task(self.shot, "Animation", [self.bob])
        self.note = self.comment(
            self.groom,
            self.bob,
            text=f"Softer, @{self.ann['first_name']} {self.ann['last_name']}\n=SUM(A1)",
            checklist=[{"text": "ears", "checked": True}],
            replies=[{"id": self.ann["id"], "text": "Yes", "person_id": self.ann["id"], "date": "2024-01-01"}],
        )
        self.still = self.preview(self.groom, self.note, name="still", status="processing")
        self.movie = self.preview(
            self.animate, self.comment(self.animate), name="take", extension="mp4", status="ready", original_name="take"
        )
        self.book = self.preview(self.groom, name="book", revision=2, extension="pdf", status="processing")
        self.link(tasks.CommentMentions, comment=self.note["id"], person=self.ann["id"])
        self.link(tasks.CommentDepartmentMentions, comment=self.note["id"], department=self.fur["id"])
        self.link(tasks.CommentAcknoledgments, comment=self.note["id"], person=self.ann["id"])
        of_task = {"task_id": self.groom["id"]}
        self.add(tasks.TimeSpent, person_id=self.bob["id"], date="2024-02-03", duration=90, **of_task)
        self.add(activity.Subscription, person_id=self.ann["id"], **of_task)
        values = {"author_id": self.bob["id"], "comment_id": self.note["id"], **of_task}
        self.add(activity.Notification, type="mention", person_id=self.ann["id"], **values)
        self.add(activity.News, change=True, preview_file_id=self.still["id"], **values)
        self.playlist = self.add(
            previews.Playlist,
            name="Dailies",
            project_id=self.show["id"],
            shots=[{"entity_id": self.shot["id"], "preview_file_id": self.movie["id"]}],
            created_by=self.ann["id"],
        )
        self.add(previews.BuildJob, playlist_id=self.playlist["id"], status="succeeded")
        chat = self.add(activity.Chat, object_id=self.shot["id"], last_message="2024-02-03T04:05:06")
        self.link(activity.ChatParticipant, chat_id=chat["id"], person_id=self.ann["id"])
        self.message = self.add(activity.ChatMessage, chat_id=chat["id"], person_id=self.ann["id"], text="Hello")
        listed = {"list_type": "asset", "name": "Furry", "search_query": "fur", "person_id": self.ann["id"]}
        self.add(activity.SearchFilter, project_id=self.show["id"], **listed)
        self.add(activity.SearchFilter, search_filter_group_id=self.group["id"], **listed)

    def fill_planning(self):
        show = {"project_id": self.show["id"]}
        self.add(projects.Milestone, name="Pilot", date="2024-06-01", task_type_id=self.grooming["id"], **show)
        self.add(projects.ScheduleItem, task_type_id=self.grooming["id"], man_days=5, **show)
        version = self.add(projects.ProductionScheduleVersion, name="V1", **show)
        planned = {"production_schedule_version_id": version["id"], "task_id": self.groom["id"]}
        link = self.add(projects.ProductionScheduleVersionTaskLink, estimation=60, **planned)
        with self.db.write():
            self.db.relate(projects.ProductionScheduleVersionTaskLink, link["id"], "assignees", [self.bob["id"]])
            self.db.update(projects.Project, self.show["id"], from_schedule_version_id=version["id"])
        budget = self.add(projects.Budget, name="First", currency="EUR", **show)
        entry = {"budget_id": budget["id"], "department_id": self.fur["id"], "person_id": self.bob["id"]}
        self.add(projects.BudgetEntry, start_date="2024-01-01", months_duration=3, daily_salary=100, **entry)

    def fill_files(self):
        """What is uploaded through the API, and what lies in the store."""
        api = self.server.api
        kind = self.add(files.OutputType, name="Cache", short_name="cch")
        status = self.add(files.FileStatus, name="Ready", color="#ffffff")
        working = self.add(
            files.WorkingFile,
            **{"name": "main", "revision": 1, "path": "/prod/sheep.hip", "software_id": self.houdini["id"]},
            **{"task_id": self.groom["id"], "entity_id": self.sheep["id"], "person_id": self.bob["id"]},
        )
        output = self.add(
            files.OutputFile,
            **{"name": "main", "revision": 1, "entity_id": self.sheep["id"], "file_status_id": status["id"]},
            **{"output_type_id": kind["id"], "source_file_id": working["id"], "person_id": self.bob["id"]},
        )
        self.add(
            files.OutputFile,
            **{"name": "cache", "revision": 2, "entity_id": self.sheep["id"], "asset_instance_id": self.instance["id"]},
            **{"temporal_entity_id": self.shot["id"], "output_type_id": kind["id"], "file_status_id": status["id"]},
        )
        with self.db.write():
            self.db.update(previews.PreviewFile, self.book["id"], source_file_id=output["id"])
        self.stored("files", "working", working, b"hip file")
        self.stored("movies", "previews", self.movie, MOVIE)
        assert api.upload(f"/pictures/preview-background-files/{self.sky['id']}", SKY, "sky.hdr").status < 300
        assert api.upload(f"/pictures/preview-files/{self.still['id']}", picture(1600, 90), "still.png").status < 300
        assert api.upload(f"/pictures/preview-files/{self.book['id']}", PDF, "book.pdf").status < 300
        assert api.upload(f"/pictures/thumbnails/persons/{self.ann['id']}", picture(), "ann.png").status < 300
        assert api.upload(f"/pictures/thumbnails/projects/{self.show['id']}", picture(), "show.png").status < 300
        path = f"/actions/tasks/{self.groom['id']}/comments/{self.note['id']}/add-attachment"
        assert api.upload(path, picture(64, 64), "ears.png").status < 300
        said = self.add(previews.AttachmentFile, name="chat.txt", chat_message_id=self.message["id"], size=4)
        self.stored("files", "attachments", said, b"chat")
        with self.db.write():
            self.db.update(entities.Entity, self.sheep["id"], preview_file_id=self.still["id"])

    def stored(self, bucket, prefix, row, content):
        self.app.files.write(bucket, prefix, row["id"], io.BytesIO(content))

    def scene_type(self):
        return temporal_id(self.context(), "Scene")


#: tables whose rows are known by what they link: their own ids go nowhere
LINKS = {
    model.table()
    for model in TABLES.values()
    if model.table().endswith("_link") and model.table() not in ("entity_link", "production_schedule_version_task_link")
}


def rows_of(db, without=(), ids=None):
    """All rows by table and what identifies them, moments as the API shows them; `ids` maps ids to others."""
    found = {}
    for table, model in TABLES.items():
        if table in NOT_LISTED or table in without:
            continue
        columns = {
            name: field
            for name, field in model.columns().items()
            if not field.secret and not (table in LINKS and name in ("id", "created_at", "updated_at"))
        }
        for row in db.rows(f"SELECT {', '.join(columns)} FROM {table}"):
            row = {name: shortened(columns[name], value) for name, value in row.items()}
            row = {name: mapped(ids or {}, value) for name, value in row.items()}
            key = str(row) if table in LINKS or "id" not in row else row["id"]
            found[table, key] = row
    return found


def shortened(field, value):
    return value[:19] if isinstance(field, Moment) and value else value


def mapped(ids, value):
    """A value with other ids in it."""
    if isinstance(value, str) and ids:
        for here, there in ids.items():
            value = value.replace(here, there)
    return value


def files_of(app, without=()):
    """The stored files, by path below the store."""
    folder = app.files.folder
    paths = (path for path in folder.rglob("*") if path.is_file())
    found = {str(path.relative_to(folder)): path.read_bytes() for path in paths}
    return {path: content for path, content in found.items() if not path.startswith(tuple(without))}


def differences(first, second):
    """What one has otherwise than the other, short enough to be read."""
    return {
        key: {name: (row[name], second[key][name]) for name in row if row[name] != second[key][name]}
        if key in second
        else "missing"
        for key, row in first.items()
        if second.get(key) != row
    } | {key: "too much" for key in second if key not in first}
