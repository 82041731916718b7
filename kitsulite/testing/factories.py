"""Factories of rows for tests: each calls the API, so that events are emitted, and returns the row as the API shows it.

Default names are numbered: `Project 1`, `SE01`, `SH010`, `artist2@studio.example`. For everything else use the API
itself, or gazu.
"""

import struct
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kitsulite.client import Client
from kitsulite.errors import SetupError

if TYPE_CHECKING:
    from kitsulite.testing.server import Server

Row = dict[str, Any]
PASSWORD = "a-password-for-tests"  # noqa: S105
#: entity type -> its default task type
TASK_TYPES = {"Shot": "Animation", "Edit": "Edit"}


class Make:
    """The factories of a server: `server.make.project()`. Neither records nor faults apply to their calls."""

    def __init__(self, server: "Server") -> None:
        self._server = server

    def person(self, role: str = "user", email: str | None = None, password: str = PASSWORD, **columns: Any) -> Row:
        """A person who can log in; the role is admin, manager, supervisor, user, client or vendor."""
        number = self._count("person")
        names = {"first_name": role.capitalize(), "last_name": str(number), "role": role}
        email = email or f"{role}{number}@studio.example"
        return self._post("/data/persons", {**names, "email": email, "password": password, **columns})

    def project(self, name: str | None = None, team: Sequence[Row] = (), **columns: Any) -> Row:
        """An open production with a team of these persons."""
        name = name or f"Project {self._count('project') + 1}"
        project = self._post("/data/projects", {"name": name, **columns})
        for person in team:
            self._post(f"/data/projects/{project['id']}/team", {"person_id": person["id"]})
        return project

    def episode(self, project: Row, name: str | None = None, **columns: Any) -> Row:
        name = name or f"E{self._entities(project, 'Episode') + 1:02d}"
        return self._post(f"/data/projects/{project['id']}/episodes", {"name": name, **columns})

    def sequence(self, project: Row, name: str | None = None, episode: Row | None = None, **columns: Any) -> Row:
        name = name or f"SE{self._entities(project, 'Sequence') + 1:02d}"
        parent = {"episode_id": episode["id"]} if episode else {}
        return self._post(f"/data/projects/{project['id']}/sequences", {"name": name, **parent, **columns})

    def shot(self, project: Row, name: str | None = None, sequence: Row | None = None, **columns: Any) -> Row:
        """A shot, by default in the first sequence of the project, which is created if there is none."""
        name = name or f"SH{self._entities(project, 'Shot') + 1:02d}0"
        parent = sequence or self._first_sequence(project)
        body = {"name": name, "sequence_id": parent["id"], **columns}
        return self._post(f"/data/projects/{project['id']}/shots", body)

    def shots(self, project: Row, count: int = 3, sequence: Row | None = None, **columns: Any) -> list[Row]:
        parent = sequence or self._first_sequence(project)
        return [self.shot(project, sequence=parent, **columns) for _ in range(count)]

    def asset(self, project: Row, name: str | None = None, asset_type: str = "Prop", **columns: Any) -> Row:
        name = name or f"{asset_type} {self._entities(project, asset_type) + 1}"
        path = f"/data/projects/{project['id']}/asset-types/{self._id_of('entity_type', asset_type)}/assets/new"
        return self._post(path, {"name": name, **columns})

    def assets(self, project: Row, count: int = 3, asset_type: str = "Prop", **columns: Any) -> list[Row]:
        return [self.asset(project, asset_type=asset_type, **columns) for _ in range(count)]

    def task(
        self,
        entity: Row,
        task_type: str | None = None,
        assignees: Sequence[Row] = (),
        status: str | None = None,
        **columns: Any,
    ) -> Row:
        """A task; the type by name (default: Animation for shots, Modeling for assets), the status by short name."""
        kind = self._server.app.db.value("SELECT name FROM entity_type WHERE id = ?", [entity["entity_type_id"]])
        body = {
            "name": "main",
            "project_id": entity["project_id"],
            "entity_id": entity["id"],
            "task_type_id": self._id_of("task_type", task_type or TASK_TYPES.get(kind, "Modeling")),
            "task_status_id": self._id_of("task_status", status or "todo", "short_name"),
            "assignees": [person["id"] for person in assignees],
            **columns,
        }
        return self._post("/data/tasks", body)

    def comment(self, task: Row, text: str = "", status: str | None = None, author: Row | None = None) -> Row:
        """A comment, by default by the administrator; the status by short name, by default that of the task."""
        status_id = self._id_of("task_status", status, "short_name") if status else self._status_of(task)
        body = {"comment": text, "task_status_id": status_id}
        return self._post(f"/actions/tasks/{task['id']}/comment", body, author)

    def preview(
        self, task: Row, content: bytes | None = None, name: str = "preview.png", author: Row | None = None
    ) -> Row:
        """A revision of a task in a new comment; by default a grey picture."""
        comment = self.comment(task, author=author)
        preview = self._post(f"/actions/tasks/{task['id']}/comments/{comment['id']}/add-preview", {}, author)
        answer = self._client(author).upload(f"/pictures/preview-files/{preview['id']}", content or picture(), name)
        return self._checked(answer)

    def _client(self, person: Row | None = None) -> Client:
        return Client("", self._server.token(person["email"] if person else None), self._server.app)

    def _post(self, path: str, body: Any, author: Row | None = None) -> Any:
        return self._checked(self._client(author).post(path, body))

    def _checked(self, answer: Any) -> Any:
        if not answer.ok:
            raise SetupError(f"A factory was refused: {answer.message} ({answer.status}).")
        return answer.json

    def _count(self, table: str) -> int:
        return self._server.app.db.value(f"SELECT count(*) FROM {table}")

    def _entities(self, project: Row, kind: str) -> int:
        """The number of entities of a type in a project."""
        kinds = "SELECT id FROM entity_type WHERE name = ?"
        sql = f"SELECT count(*) FROM entity WHERE project_id = ? AND entity_type_id IN ({kinds})"
        return self._server.app.db.value(sql, [project["id"], kind])

    def _first_sequence(self, project: Row) -> Row:
        rows = self._client().get(f"/data/projects/{project['id']}/sequences").json
        return rows[0] if rows else self.sequence(project)

    def _status_of(self, task: Row) -> str:
        return self._server.app.db.value("SELECT task_status_id FROM task WHERE id = ?", [task["id"]])

    def _id_of(self, table: str, value: str, column: str = "name") -> str:
        """The id of a row by its name; raises SetupError with the known names."""
        db = self._server.app.db
        row_id = db.value(f"SELECT id FROM {table} WHERE {column} = ?", [value])
        if row_id is None:
            names = ", ".join(sorted(db.column(f"SELECT {column} FROM {table}")))
            raise SetupError(f"There is no {table.replace('_', ' ')} {value!r}; there are: {names}.")
        return row_id


def picture(width: int = 64, height: int = 36) -> bytes:
    """A grey PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = (b"\0" + b"\x80" * width) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
