"""A production for tests of comments: a manager, an artist with a task, a colleague without one."""

from kitsulite.models.tasks import Task


class Board:
    """The production and its task, with shortcuts to comment and to see what follows."""

    def __init__(self, studio):
        self.studio, self.db = studio, studio.db
        self.manager, self.artist, self.colleague = studio.person("manager"), studio.person(), studio.person()
        self.project = studio.project(team=[self.manager, self.artist, self.colleague])
        self.asset = studio.entity(self.project, "Prop")
        self.task = studio.task(self.asset, assignees=[self.artist])
        studio.forget_events()

    def api(self, person=None):
        return self.studio.api(person or self.manager)

    def status(self, short_name):
        return self.studio.task_status(short_name)["id"]

    def post(self, person=None, status="todo", text="", task=None, **more):
        """Comment on a task, by default as the manager; returns the answer."""
        body = {"task_status_id": self.status(status), "comment": text, **more}
        return self.api(person).post(f"/actions/tasks/{(task or self.task)['id']}/comment", body)

    def posted(self, *args, **more):
        """Comment, and clear the event log; returns the comment."""
        answer = self.post(*args, **more)
        assert answer.status_int == 201, answer.text
        self.studio.forget_events()
        return answer.json

    def path(self, comment, task=None):
        return f"/data/tasks/{(task or self.task)['id']}/comments/{comment['id']}"

    def reply(self, comment, person=None, text=""):
        return self.api(person).post(f"{self.path(comment)}/reply", {"text": text})

    def now(self, task=None):
        return self.db.get(Task, (task or self.task)["id"])

    def has_status(self, short_name, task=None):
        return self.now(task)["task_status_id"] == self.status(short_name)

    def call(self, person):
        """A text that mentions a person."""
        return f"@{person['first_name']} {person['last_name']}"

    def notified(self, *kinds):
        """(kind, person) of all notifications in order, optionally only of some kinds."""
        rows = self.db.rows("SELECT type, person_id FROM notification ORDER BY rowid")
        return [(row["type"], row["person_id"]) for row in rows if not kinds or row["type"] in kinds]

    def forget_notifications(self):
        with self.db.write():
            self.db.execute("DELETE FROM notification")
