"""Who receives an event of the stream: members of its project, the person it concerns, or everyone.

`about` of an event is the id of its project, or of the person it concerns. Only admins receive events that nobody may
read, and those without a known project or person.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kitsulite.models.fields import dump
from kitsulite.store.database import Database

#: audience -> first parts of the names of events
WORDS = {
    "everybody": (
        *("asset-type", "custom-action", "department", "file-status", "main", "organisation", "output-type"),
        *("output_type", "plugin", "preview-background-file", "project-status", "software", "status-automation"),
        *("studio", "task-status", "task-type"),
    ),
    "people of the project": (
        *("asset", "asset-instance", "asset_instance", "attachment-file", "build-job"),
        *("comment", "edit", "entity-link", "episode", "metadata-descriptor"),
        *("output-file", "playlist", "preview-file", "project", "scene", "sequence", "shot", "task", "working-file"),
    ),
    "people of the project but clients": (
        *("chat", "chat-message", "concept", "concept-folder"),
        *("milestone", "news", "production-schedule-version", "production-schedule-version-task-link"),
        *("production_schedule_version", "schedule-item", "time-spent"),
    ),
    "managers of the project": ("budget", "budget-entry"),
    "the person": ("day-off", "notification", "subscription"),
    "who sees the person": ("person",),
    "managers": ("project-template",),
    "admins": ("api-event", "hardware-item", "salary-scale", "search-filter", "search-filter-group"),
}
WORD = {family: word for word, families in WORDS.items() for family in families}
MANAGERS = ("admin", "manager")
#: key of the metadata of an entity, of which vendors see a part
METADATA = "data"
#: the connected persons with their role: global, and on a project
LISTENING = (
    "SELECT p.id, p.role, COALESCE(NULLIF(l.role, 'admin'), p.role), l.person_id IS NOT NULL FROM json_each(?) j"
    " JOIN person p ON p.id = j.value LEFT JOIN project_person_link l ON l.person_id = p.id AND l.project_id = ?"
    " WHERE COALESCE(p.active, 1)"
)
MATES = (
    "SELECT mine.person_id FROM project_person_link theirs JOIN project_person_link mine"
    " ON mine.project_id = theirs.project_id WHERE theirs.person_id = ?"
)


@dataclasses.dataclass(frozen=True)
class Listener:
    """A connected person."""

    person_id: str
    role: str
    project_role: str
    in_team: bool


def word_of(name: str) -> str:
    """The audience of an event; admins for events missing in the table."""
    return WORD.get(name.partition(":")[0], "admins")


def about_of(name: str, payload: Mapping[str, Any], about: str | None) -> str | None:
    """The project or person of an event."""
    if word_of(name) in ("the person", "who sees the person"):
        return payload.get("person_id") or about
    return payload.get("project_id") or about


class Audiences:
    """Finds the connected persons who receive an event, by the state of the database when it is sent."""

    def __init__(self, db: Database) -> None:
        self.db = db
        #: project -> its last known team, for the event of its deletion
        self.teams: dict[str, set[str]] = {}

    def greet(self, person_id: str) -> None:
        """Note the current teams of a person who has connected, as there may have been no listeners before."""
        for team in list(self.teams.values()):
            team.discard(person_id)
        for project_id in self.db.column("SELECT project_id FROM project_person_link WHERE person_id = ?", [person_id]):
            self.teams.setdefault(project_id, set()).add(person_id)

    def parts(
        self, name: str, payload: Mapping[str, Any], about: str | None, persons: Iterable[str]
    ) -> Iterator[tuple[Mapping[str, Any], set[str]]]:
        """The connected persons who hear an event, by what of it they get: vendors no metadata."""
        heard = self.listeners(name, payload, about, persons)
        vendors = {one for one in heard if one.role != "admin" and one.project_role == "vendor" and METADATA in payload}
        yield payload, {one.person_id for one in heard if one not in vendors}
        yield {key: payload[key] for key in payload if key != METADATA}, {one.person_id for one in vendors}

    def listeners(
        self, name: str, payload: Mapping[str, Any], about: str | None, persons: Iterable[str]
    ) -> list[Listener]:
        """Those of the connected persons who hear an event, with their roles."""
        word, about = word_of(name), about_of(name, payload, about)
        rows = self.db.execute(LISTENING, [dump(sorted(set(persons))), about])
        found = [Listener(*row) for row in rows]
        if about and word.startswith(("people of", "managers of")):
            found = self.with_last_team(about, found)
        mates = set(self.db.column(MATES, [about])) if word == "who sees the person" else set()
        return [one for one in found if one.role == "admin" or hears(one, word, about, mates)]

    def with_last_team(self, project_id: str, found: list[Listener]) -> list[Listener]:
        """The listeners, with the last known team if a project is gone."""
        if self.db.value("SELECT 1 FROM project WHERE id = ?", [project_id]):
            self.teams[project_id] = {one.person_id for one in found if one.in_team}
            return found
        gone = self.teams.get(project_id, set())
        return [dataclasses.replace(one, in_team=one.person_id in gone) for one in found]


def hears(one: Listener, word: str, about: str | None, mates: set[str]) -> bool:
    """Whether a person who is not an admin receives an event."""
    if word == "everybody":
        return True
    if word == "managers":
        return one.role in MANAGERS
    if word == "the person":
        return one.person_id == about
    if word == "who sees the person":
        return one.role != "client" or one.person_id == about or one.person_id in mates
    if word == "managers of the project":
        return one.in_team and one.project_role in MANAGERS
    if word == "people of the project but clients":
        return one.in_team and one.project_role != "client"
    return word == "people of the project" and one.in_team
