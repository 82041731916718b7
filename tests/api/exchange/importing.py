"""A production, and a row of each kind as another server would send it."""

from scene import Scene

from kitsulite.models.activity import News, Notification, Subscription
from kitsulite.models.entities import Entity, EntityLink
from kitsulite.models.fields import new_id
from kitsulite.models.previews import AttachmentFile, BuildJob, Playlist, PreviewFile
from kitsulite.models.projects import MetadataDescriptor, Milestone, Project, ScheduleItem
from kitsulite.models.tasks import Comment, Task, TimeSpent

MOMENT = "2024-02-03T04:05:06"


class Importing(Scene):
    """A production, and short ways to import into it."""

    def __init__(self, studio):
        super().__init__(studio)
        self.db = studio.db
        self.person = self.team["user"]
        self.preview = studio.preview(self.task, self.comment)
        self.playlist = studio.add(Playlist, name="Dailies", project_id=self.project["id"])
        self.asset = studio.entity(self.project, "Prop")
        studio.forget_events()

    def send(self, kind, *rows, query=""):
        return self.api().post(f"/import/kitsu/{kind}{query}", list(rows))

    def sent(self, kind, *rows, query=""):
        answer = self.send(kind, *rows, query=query)
        assert answer.status_int == 200, answer.text
        return answer.json

    def row(self, kind, **more):
        """A row of each kind as another server would send it."""
        task, project = self.task["id"], self.project["id"]
        given = {
            "projects": {"name": "Taken over"},
            "entities": {"name": "SH99", "type": "Shot", "project_id": project},
            "entity-links": {"entity_in_id": self.entity["id"], "entity_out_id": self.asset["id"], "nb_occurences": 4},
            "tasks": {
                **{"name": "second", "project_id": project, "entity_id": self.asset["id"]},
                **{"task_type_id": self.task["task_type_id"], "task_status_id": self.task["task_status_id"]},
            },
            "comments": {"object_id": task, "object_type": "Task", "text": "Hm", "person_id": self.person["id"]},
            "preview-files": {"task_id": task, "name": "v002", "revision": 2, "extension": "png"},
            "time-spents": {"task_id": task, "person_id": self.person["id"], "date": "2024-02-03", "duration": 60},
            "subscriptions": {"task_id": task, "person_id": self.person["id"]},
            "notifications": {
                **{"task_id": task, "person_id": self.person["id"], "author_id": self.team["admin"]["id"]},
                **{"notification_type": "comment", "comment_id": self.comment["id"], "type": "Notification"},
            },
            "news": {
                **{"task_id": task, "comment_id": self.comment["id"], "author_id": self.person["id"]},
                **{"change": True, "preview_file_id": None, "created_at": MOMENT},
            },
            "playlists": {"name": "Weeklies", "project_id": project, "build_jobs": []},
            "metadata-descriptors": {
                **{"project_id": project, "entity_type": "Shot", "name": "Mood", "field_name": "mood"},
            },
            "schedule-items": {"project_id": project, "task_type_id": self.task["task_type_id"]},
            "milestones": {"project_id": project, "name": "Pilot", "date": "2024-05-01"},
            "build-jobs": {"playlist_id": self.playlist["id"], "status": "succeeded"},
            "attachment-files": {"comment_id": self.comment["id"], "name": "note.txt", "comment": {}},
        }
        return {"id": new_id(), "created_at": MOMENT, **given[kind], **more}


MODELS = {
    **{"projects": Project, "entities": Entity, "entity-links": EntityLink, "tasks": Task, "comments": Comment},
    **{"preview-files": PreviewFile, "time-spents": TimeSpent, "subscriptions": Subscription, "news": News},
    **{"notifications": Notification, "playlists": Playlist, "metadata-descriptors": MetadataDescriptor},
    **{"schedule-items": ScheduleItem, "milestones": Milestone, "build-jobs": BuildJob},
    "attachment-files": AttachmentFile,
}
