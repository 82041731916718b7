"""Shortcuts to fill a studio and to call its API as a person."""

import contextlib
import itertools

import webtest

from kitsulite.auth import passwords, recovery_codes, tokens
from kitsulite.context import Context
from kitsulite.domain.kinds import temporal_id
from kitsulite.models.entities import Entity, EntityType
from kitsulite.models.fields import new_id
from kitsulite.models.people import Department, DepartmentLink, Person
from kitsulite.models.previews import PreviewFile
from kitsulite.models.projects import Project, ProjectPersonLink, ProjectStatus
from kitsulite.models.tasks import Comment, CommentPreviewLink, Task, TaskPersonLink, TaskStatus, TaskType
from kitsulite.store.remembering import Cache

#: a cost of hashes so low that tests that sign in stay fast
passwords.COST = recovery_codes.COST = 2
PASSWORD = "correct-horse"
_HASH = passwords.hash_password(PASSWORD)
#: an id that no row has
UNKNOWN = "00000000-0000-4000-8000-000000000000"
ROLES = ("admin", "manager", "supervisor", "user", "client", "vendor")


class Api:
    """The API for one person. Answers are those of WebTest; any status is accepted."""

    def __init__(self, app, token=None):
        self._app = webtest.TestApp(app)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path, headers=None, **options):
        return self._app.get("/api" + path, headers={**self._headers, **(headers or {})}, expect_errors=True, **options)

    def post(self, path, json=None, **options):
        return self._app.post_json("/api" + path, json, headers=self._headers, expect_errors=True, **options)

    def put(self, path, json=None, **options):
        return self._app.put_json("/api" + path, json, headers=self._headers, expect_errors=True, **options)

    def delete(self, path, json=None, **options):
        return self._app.delete_json("/api" + path, json, headers=self._headers, expect_errors=True, **options)

    def send(self, method, path, body, content_type="application/json"):
        """Send a text as the body."""
        options = {"method": method, "headers": self._headers, "content_type": content_type}
        return self._app.request("/api" + path, body=body.encode(), expect_errors=True, **options)

    def upload(self, path, files, **form):
        """Send files as a form; `files` is a list of (field, name, bytes)."""
        return self._app.post("/api" + path, form, upload_files=files, headers=self._headers, expect_errors=True)


class Studio:
    """An application, and shortcuts to create rows directly in its database."""

    def __init__(self, app, admin=None):
        """`admin`: what another studio has made, in a database brought back to that."""
        self.app, self.db = app, app.db
        self._numbers = itertools.count(2 if admin else 1)
        if not admin:
            self.forget_events()
        self.admin = dict(admin) if admin else self.person("admin")
        self.nobody = Api(app)

    def context(self, person=None):
        return Context(self.app, person=person, claims={"identity_type": "person"})

    def api(self, person):
        """The API for this person."""
        return Api(self.app, tokens.access(self.app.settings, person["id"], new_id()))

    def add(self, model, **values):
        with self.db.write():
            return self.db.insert(model, **values)

    def link(self, model, **values):
        with self.db.write():
            self.db.add(model, **values)

    def person(self, role="user", departments=(), **columns):
        number = next(self._numbers)
        columns = {"first_name": role.capitalize(), "last_name": str(number), **columns}
        columns.setdefault("email", f"{role}{number}@example.com")
        person = self.add(Person, role=role, **columns)
        for department in departments:
            self.link(DepartmentLink, person_id=person["id"], department_id=department["id"])
        return person

    def account(self, role="user", password_text=PASSWORD, **columns):
        """A person who can sign in, by default with PASSWORD."""
        stored = _HASH if password_text == PASSWORD else passwords.hash_password(password_text)
        return self.person(role, password=stored, **columns)

    def department(self, **columns):
        return self.add(Department, **{"name": f"Department {next(self._numbers)}", "color": "#000000", **columns})

    def project(self, team=(), **columns):
        """An open project; `team` consists of persons, or (person, role on the project)."""
        status = self.db.find(ProjectStatus, name="Open")
        project = self.add(
            Project, **{"name": f"Project {next(self._numbers)}", "project_status_id": status["id"], **columns}
        )
        for member in team:
            person, role = member if isinstance(member, tuple) else (member, None)
            self.link(ProjectPersonLink, project_id=project["id"], person_id=person["id"], role=role)
        return project

    def entity(self, project, kind, **columns):
        """An entity of a temporal kind (`Shot`) or an asset type (`Prop`)."""
        found = self.db.find(EntityType, name=kind)
        kind_id = found["id"] if found else temporal_id(self.context(), kind)
        columns = {"name": f"{kind} {next(self._numbers)}", **columns}
        return self.add(Entity, project_id=project["id"], entity_type_id=kind_id, **columns)

    def task_type(self, name):
        return self.db.find(TaskType, name=name)

    def project_status(self, name):
        """The id of the project status with a name, which is created if it is missing."""
        found = self.db.find(ProjectStatus, name=name)
        return (found or self.add(ProjectStatus, name=name, color="#000000"))["id"]

    def task_status(self, short_name):
        return self.db.find(TaskStatus, short_name=short_name)

    def task(self, entity, task_type="Modeling", assignees=(), **columns):
        values = {
            "name": "main",
            "project_id": entity["project_id"],
            "entity_id": entity["id"],
            "task_type_id": self.task_type(task_type)["id"],
            "task_status_id": self.task_status("todo")["id"],
        }
        task = self.add(Task, **{**values, **columns})
        for person in assignees:
            self.link(TaskPersonLink, task_id=task["id"], person_id=person["id"])
        return task

    def bot(self, role="user", **columns):
        """A bot, and the API for it."""
        bot = self.person(role, is_bot=True, **columns)
        token, jti = tokens.make(self.app.settings, bot["id"], "access", "bot")
        with self.db.write():
            self.db.update(Person, bot["id"], jti=jti)
        return bot, Api(self.app, token)

    @contextlib.contextmanager
    def statements(self):
        """A list of the SQL statements that run inside; nothing is remembered from before."""
        found = []
        vars(self.db._local).pop("cache", None)
        self.db._of_setup = Cache()
        self.db.connection().set_trace_callback(found.append)
        try:
            yield found
        finally:
            self.db.connection().set_trace_callback(None)

    def comment(self, task, person=None, **columns):
        values = {"object_id": task["id"], "object_type": "Task", "text": "", "task_status_id": task["task_status_id"]}
        return self.add(Comment, **{**values, "person_id": (person or self.admin)["id"], **columns})

    def preview(self, task, comment=None, **columns):
        """A preview of a task, optionally attached to a comment."""
        values = {"name": f"preview {next(self._numbers)}", "task_id": task["id"], "extension": "png"}
        preview = self.add(PreviewFile, **{**values, **columns})
        if comment:
            self.link(CommentPreviewLink, comment=comment["id"], preview_file=preview["id"])
        return preview

    def events(self, *names):
        """Names of the stored events, oldest first, optionally only those given."""
        found = self.db.column("SELECT name FROM api_event ORDER BY created_at, rowid")
        return [name for name in found if not names or name in names]

    def forget_events(self):
        with self.db.write():
            self.db.execute("DELETE FROM api_event")
