"""Who may do what on the generic routes: the permission table of the API, and a row for each table.

The people of the matrix: one of each role in the team of the own production, none of them
in that of the foreign one, nobody assigned to anything or author of anything there.
"""

import itertools
from dataclasses import dataclass

from kitsulite.models import TABLES

#: word -> (role, whether the row belongs to the own production or to the caller) -> may he
WORDS = {
    "any": lambda role, own: True,
    "admin": lambda role, own: role == "admin",
    "managers": lambda role, own: role in ("admin", "manager"),
    "no vendor": lambda role, own: role != "vendor",
    "team": lambda role, own: role == "admin" or own,
    "team but vendor": lambda role, own: role == "admin" or (own and role != "vendor"),
    "team but client": lambda role, own: role == "admin" or (own and role != "client"),
    "studio team": lambda role, own: role == "admin" or (own and role not in ("client", "vendor")),
    "manager": lambda role, own: role == "admin" or (own and role == "manager"),
    "supervisor": lambda role, own: role == "admin" or (own and role in ("manager", "supervisor")),
    "own": lambda role, own: role == "admin" or own,
    "mates of clients": lambda role, own: role != "client" or own,
    "other by admin": lambda role, own: role == "admin" and not own,
    "nobody": lambda role, own: False,
}


@dataclass
class Table:
    """The permissions of a table's generic routes: a word for each, and `sees` for the rows of its listing."""

    base: str
    table: str
    list: str
    get: str
    create: str
    update: str
    delete: str
    #: the body of a PUT
    change: dict
    sees: str = "any"
    #: status of a refused PUT
    refused: int = 403
    #: query of the listing, from the production
    query: str = ""

    @property
    def model(self):
        return TABLES[self.table]


def only_admins(base, table, change):
    return Table(base, table, *["admin"] * 5, change)


def open_to_read(base, table, change):
    return Table(base, table, "any", "any", "admin", "admin", "admin", change)


NAME, TEXT = {"name": "Changed"}, {"description": "Changed"}
RULES = (
    Table(
        *("asset-instances", "asset_instance"), "admin", "team but vendor", "admin", "team but vendor", "admin", TEXT
    ),
    Table("attachment-files", "attachment_file", "admin", "comment reader", "admin", "admin", "admin", NAME),
    only_admins("budgets", "budget", NAME),
    only_admins("budget-entries", "budget_entry", {"months_duration": 3}),
    only_admins("chats", "chat", {"object_type": "entity"}),
    only_admins("chat-messages", "chat_message", {"text": "Changed"}),
    Table("comments", "comment", "admin", "comment reader", "admin", "manager", "manager", {"text": "Changed"}),
    Table("custom-actions", "custom_action", "no vendor", "no vendor", "admin", "admin", "admin", NAME),
    Table("day-offs", "day_off", "admin", "own", "own", "own", "own", TEXT),
    open_to_read("departments", "department", {"color": "#111111"}),
    Table(
        *("entities", "entity", "any", "team but vendor", "manager", "manager", "manager", TEXT),
        sees="team but vendor",
    ),
    Table("entity-links", "entity_link", "admin", "manager", *["admin"] * 3, {"label": "Changed"}),
    open_to_read("entity-types", "entity_type", TEXT),
    only_admins("events", "api_event", {"data": {}}),
    open_to_read("file-status", "file_status", {"color": "#111111"}),
    only_admins("hardware-items", "hardware_item", {"monthly_cost": 3}),
    Table(
        "metadata-descriptors",
        "metadata_descriptor",
        "any",
        "team but client",
        *["admin"] * 3,
        {"for_client": True},
        sees="team but client",
    ),
    Table("milestones", "milestone", "admin", "team but client", "manager", "manager", "manager", NAME),
    only_admins("news", "news", {"change": True}),
    only_admins("notifications", "notification", {"read": True}),
    open_to_read("organisations", "organisation", {"hours_by_day": 7}),
    Table(
        *("output-files", "output_file", "no vendor", "team but vendor", "admin", "manager", "admin", TEXT),
        sees="team",
    ),
    open_to_read("output-types", "output_type", {"short_name": "changed"}),
    Table(
        *("persons", "person", "any", "mates of clients", "admin", "own", "other by admin", {"phone": "1"}),
        sees="mates of clients",
    ),
    Table(
        *("playlists", "playlist", "no vendor", "studio team", "supervisor", "supervisor", "supervisor"),
        {"for_client": False},
        sees="studio team",
    ),
    only_admins("plugins", "plugin", TEXT),
    open_to_read("preview-background-files", "preview_background_file", {"archived": True}),
    Table(
        *("preview-files", "preview_file", "any", "team but vendor", "admin", "supervisor", "manager", TEXT),
        sees="team but vendor",
    ),
    Table(
        *("production-schedule-versions", "production_schedule_version"),
        *("studio team", "studio team", "manager", "manager", "manager", {"locked": True}),
        query="?project_id={project_id}",
    ),
    Table(
        *("production-schedule-version-task-links", "production_schedule_version_task_link"),
        *("studio team", "studio team", "manager", "manager", "manager", {"estimation": 3}),
        query="?project_id={project_id}",
    ),
    Table("projects", "project", "any", "team", "admin", "manager", "admin", TEXT, sees="team"),
    open_to_read("project-status", "project_status", {"color": "#111111"}),
    Table("project-templates", "project_template", "managers", "managers", "admin", "admin", "admin", TEXT),
    Table("salary-scales", "salary_scale", "admin", "admin", "nobody", "admin", "admin", {"salary": 3}),
    Table(
        "schedule-items", "schedule_item", "admin", "studio team", "manager", "supervisor", "manager", {"man_days": 3}
    ),
    only_admins("search-filters", "search_filter", NAME),
    only_admins("search-filter-groups", "search_filter_group", NAME),
    open_to_read("softwares", "software", {"monthly_cost": 3}),
    Table("status-automations", "status_automation", "no vendor", "no vendor", *["admin"] * 3, {"archived": True}),
    open_to_read("studios", "studio", {"color": "#111111"}),
    only_admins("subscriptions", "subscription", {}),
    open_to_read("task-status", "task_status", TEXT),
    open_to_read("task-types", "task_type", TEXT),
    Table(
        *("tasks", "task", "any", "team but vendor", "studio team", "supervisor", "manager", {"priority": 1}),
        sees="team but vendor",
    ),
    Table("time-spents", "time_spent", "admin", "studio team", "admin", "admin", "manager", {"duration": 3}),
    Table(
        *("working-files", "working_file", "no vendor", "team but vendor", "admin", "supervisor", "admin", TEXT),
        sees="team",
    ),
)
# The author of the comments is an administrator: clients see only what is by or for clients.
WORDS["comment reader"] = lambda role, own: role == "admin" or (own and role in ("manager", "supervisor", "user"))


class World:
    """The own and the foreign production, in which rows of every table can be created."""

    def __init__(self, studio, roles):
        self.studio = studio
        with studio.db.write():
            self.people = {role: studio.person(role) for role in roles}
            self.colleague = studio.person("user", is_bot=False)
            self.projects = {True: studio.project(team=list(self.people.values())), False: studio.project()}
        self._numbers = itertools.count(1)
        self._made = {}

    def number(self):
        return next(self._numbers)

    def once(self, own, name, make):
        """A row that others refer to, created once per production."""
        if (own, name) not in self._made:
            self._made[own, name] = make()
        return self._made[own, name]

    def project_id(self, own):
        return self.projects[own]["id"]

    def entity(self, own, kind="Prop"):
        return self.once(own, kind, lambda: self.studio.entity(self.projects[own], kind))

    def task(self, own):
        workers = [self.colleague]
        return self.once(own, "task", lambda: self.studio.task(self.entity(own), assignees=workers))

    def comment(self, own):
        return self.once(own, "comment", lambda: self.studio.comment(self.task(own)))

    def add(self, table, columns):
        return self.studio.add(TABLES[table], **columns)

    def row(self, table, own, caller):
        """The columns of a new row of a table, as a client would send them."""
        return getattr(self, f"_{table}")(own, caller)

    def _asset_instance(self, own, caller):
        return {"asset_id": self.entity(own)["id"], "number": self.number()}

    def _attachment_file(self, own, caller):
        return {"name": "notes.txt", "comment_id": self.comment(own)["id"]}

    def _budget(self, own, caller):
        return {"project_id": self.project_id(own), "name": f"Budget {self.number()}", "currency": "EUR"}

    def _budget_entry(self, own, caller):
        budget = self.once(own, "budget", lambda: self.add("budget", self._budget(own, caller)))
        department = self.once(None, "department", self.studio.department)
        columns = {"start_date": "2026-01-01", "months_duration": 2, "daily_salary": 100}
        return {"budget_id": budget["id"], "department_id": department["id"], **columns}

    def _chat(self, own, caller):
        return {"object_id": self.entity(own)["id"], "object_type": "entity"}

    def _chat_message(self, own, caller):
        chat = self.once(own, "chat", lambda: self.add("chat", self._chat(own, caller)))
        return {"chat_id": chat["id"], "person_id": self.colleague["id"], "text": "Hello"}

    def _comment(self, own, caller):
        columns = {"object_id": self.task(own)["id"], "object_type": "Task", "text": "Hello"}
        return {**columns, "person_id": self.studio.admin["id"]}

    def _custom_action(self, own, caller):
        return {"name": "Open the farm", "url": "https://farm.example.com"}

    def _day_off(self, own, caller):
        person = caller if own else self.colleague
        day = f"{2000 + self.number()}-01-01"
        return {"person_id": person["id"], "date": day, "end_date": day}

    def _named(self, own, caller):
        return {"name": f"Row {self.number()}", "color": "#000000"}

    _department = _studio = _file_status = _project_status = _named

    def _entity(self, own, caller):
        kind = self.entity(own)["entity_type_id"]
        return {"name": f"Prop {self.number()}", "project_id": self.project_id(own), "entity_type_id": kind}

    def _entity_link(self, own, caller):
        ends = [self.add("entity", self._entity(own, caller))["id"] for _ in range(2)]
        return {"entity_in_id": ends[0], "entity_out_id": ends[1]}

    def _entity_type(self, own, caller):
        return {"name": f"Kind {self.number()}"}

    def _api_event(self, own, caller):
        return {"name": "main:test", "project_id": self.project_id(own)}

    def _hardware_item(self, own, caller):
        return {"name": f"Screen {self.number()}", "short_name": "screen"}

    def _metadata_descriptor(self, own, caller):
        name = f"Field {self.number()}"
        columns = {"entity_type": "Asset", "data_type": "string", "name": name, "field_name": name.lower()}
        return {"project_id": self.project_id(own), **columns}

    def _milestone(self, own, caller):
        return {"project_id": self.project_id(own), "name": "Delivery", "date": "2026-01-01"}

    def _news(self, own, caller):
        return {"author_id": self.colleague["id"], "task_id": self.task(own)["id"]}

    def _notification(self, own, caller):
        person = self.studio.person()
        return {"person_id": person["id"], "author_id": self.colleague["id"], "type": "comment"}

    def _organisation(self, own, caller):
        return {"name": f"Studio {self.number()}"}

    def _output_file(self, own, caller):
        status = self.once(None, "file status", lambda: self.add("file_status", self._named(own, caller)))
        columns = {"name": f"output {self.number()}", "revision": 1, "file_status_id": status["id"]}
        return {**columns, "entity_id": self.entity(own)["id"]}

    def _output_type(self, own, caller):
        return {"name": f"Output {self.number()}", "short_name": "out"}

    def _person(self, own, caller):
        return {"first_name": "Ann", "last_name": "Lee", "email": f"ann{self.number()}@example.com"}

    def _playlist(self, own, caller):
        return {"name": f"Playlist {self.number()}", "project_id": self.project_id(own)}

    def _plugin(self, own, caller):
        columns = {"plugin_id": f"plugin{self.number()}", "name": "Plugin", "version": "1.0.0", "license": "MIT"}
        return {**columns, "maintainer_name": "Ann"}

    def _preview_background_file(self, own, caller):
        return {"name": f"Sky {self.number()}"}

    def _preview_file(self, own, caller):
        return {"name": f"preview {self.number()}", "task_id": self.task(own)["id"], "extension": "png"}

    def _production_schedule_version(self, own, caller):
        return {"project_id": self.project_id(own), "name": f"Version {self.number()}"}

    def _production_schedule_version_task_link(self, own, caller):
        version = self.add("production_schedule_version", self._production_schedule_version(own, caller))
        return {"production_schedule_version_id": version["id"], "task_id": self.task(own)["id"]}

    def _project(self, own, caller):
        return {"name": f"Production {self.number()}"}

    def _project_template(self, own, caller):
        return {"name": f"Template {self.number()}"}

    def _salary_scale(self, own, caller):
        return {"department_id": self.once(None, "department", self.studio.department)["id"]}

    def _schedule_item(self, own, caller):
        task_type = self.task(own)["task_type_id"]
        item = self.add("entity", self._entity(own, caller))
        return {"project_id": self.project_id(own), "task_type_id": task_type, "object_id": item["id"]}

    def _search_filter(self, own, caller):
        return {"list_type": "asset", "name": "Mine", "search_query": "ann"}

    def _search_filter_group(self, own, caller):
        return {"list_type": "asset", "name": "Mine", "color": "#000000"}

    def _software(self, own, caller):
        return {"name": f"Software {self.number()}", "short_name": "soft", "file_extension": "sft"}

    def _status_automation(self, own, caller):
        return {"entity_type": "asset"}

    def _subscription(self, own, caller):
        return {"person_id": self.studio.person()["id"], "task_id": self.task(own)["id"]}

    def _task_status(self, own, caller):
        return {"name": "Status", "short_name": f"st{self.number()}", "color": "#000000"}

    def _task_type(self, own, caller):
        return {"name": f"Type {self.number()}"}

    def _task(self, own, caller):
        task = self.task(own)
        columns = {key: task[key] for key in ("project_id", "entity_id", "task_type_id", "task_status_id")}
        return {"name": f"task {self.number()}", **columns}

    def _time_spent(self, own, caller):
        day = f"{2000 + self.number()}-01-01"
        return {"person_id": self.colleague["id"], "task_id": self.task(own)["id"], "date": day, "duration": 60}

    def _working_file(self, own, caller):
        task = self.task(own)
        columns = {"task_id": task["id"], "entity_id": task["entity_id"]}
        return {"name": f"scene {self.number()}", "revision": 1, **columns}
