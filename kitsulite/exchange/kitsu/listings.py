"""Where the API of a Kitsu server lists the rows of each table, ordered so that none refers to a later table.

`{project}` in a path is the id of a project. The few references to later tables are set at the end of a pull.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kitsulite.models import TABLES, activity, entities, files, people, previews, projects, tasks, templates
from kitsulite.models.base import Children

#: the key of a table with only one row
ONLY_ROW = ("",)
#: relations that another listing contains in more detail
OF_OTHERS = {"entities_out", "entities_in", "instance_casting", "comments"}


@dataclass(frozen=True)
class Listing:
    """`path` below /data; if it lists all projects, `below` has the (column, model) that a row may belong to."""

    model: Any
    path: str
    below: tuple[tuple[str, Any], ...] = ()
    prepare: Callable[[dict], dict] = dict
    #: columns that identify a row, apart from the id
    key: tuple[str, ...] = ()
    #: (column, value here) of columns that other servers need not know
    left_out: tuple[tuple[str, Any], ...] = ()

    @property
    def name(self):
        return self.model.table().replace("_", " ")

    @property
    def relations(self):
        """The relations listed with the rows."""
        many = self.model.relations.items()
        return [name for name, held in many if not isinstance(held, Children) and name not in OF_OTHERS]

    def url(self, project_id=None):
        path = self.path.format(project=project_id)
        return f"/data/{path}{'&' if '?' in path else '?'}relations=true"


def read_entity(row):
    """An entity from any listing, without the names of other rows."""
    row = dict(row)
    # some servers write the text None if there is no task type
    if row.get("ready_for") == "None":
        row["ready_for"] = None
    return row


def read_news(row):
    return {**row, "updated_at": row.get("updated_at") or row.get("created_at")}


def read_notification(row):
    return {**row, "type": row.get("notification_type")}


#: second factors do not work without their secrets, which no server shows
SIGN_IN = (
    *((name, False) for name in ("totp_enabled", "email_otp_enabled", "fido_enabled")),
    ("preferred_two_factor_authentication", None),
)

STUDIO = (
    Listing(people.Organisation, "organisations", key=ONLY_ROW),
    Listing(people.Studio, "studios", key=("name",)),
    Listing(people.Department, "departments", key=("name",)),
    Listing(projects.ProjectStatus, "project-status", key=("name",)),
    Listing(tasks.TaskType, "task-types", key=("name", "for_entity")),
    Listing(tasks.TaskStatus, "task-status", key=("short_name",)),
    Listing(entities.EntityType, "entity-types", key=("name",)),
    Listing(previews.PreviewBackgroundFile, "preview-background-files"),
    Listing(people.Software, "softwares", key=("name",)),
    Listing(people.HardwareItem, "hardware-items", key=("name",)),
    Listing(people.SalaryScale, "salary-scales", key=("department_id", "position", "seniority")),
    Listing(tasks.StatusAutomation, "status-automations"),
    Listing(tasks.CustomAction, "custom-actions"),
    Listing(files.OutputType, "output-types", key=("name",)),
    Listing(files.FileStatus, "file-status", key=("name",)),
    Listing(people.Person, "persons", key=("email",), left_out=SIGN_IN),
    Listing(templates.ProjectTemplate, "project-templates", key=("name",)),
)
PROJECTS = Listing(projects.Project, "projects")
PROJECT = (
    Listing(projects.MetadataDescriptor, "metadata-descriptors?project_id={project}"),
    Listing(projects.ProductionScheduleVersion, "production-schedule-versions?project_id={project}"),
    Listing(entities.Entity, "entities?project_id={project}", prepare=read_entity),
    Listing(entities.EntityLink, "projects/{project}/entity-links"),
    Listing(entities.AssetInstance, "asset-instances", below=(("asset_id", entities.Entity),)),
    Listing(tasks.Task, "tasks?project_id={project}"),
    Listing(
        projects.ProductionScheduleVersionTaskLink,
        "production-schedule-version-task-links",
        below=(("production_schedule_version_id", projects.ProductionScheduleVersion),),
    ),
    Listing(files.WorkingFile, "working-files", below=(("task_id", tasks.Task), ("entity_id", entities.Entity))),
    # the listing of a project lacks those of asset instances
    Listing(files.OutputFile, "output-files", below=(("entity_id", entities.Entity),)),
    Listing(previews.PreviewFile, "projects/{project}/preview-files"),
    Listing(tasks.Comment, "projects/{project}/comments"),
    Listing(activity.Chat, "chats", below=(("object_id", entities.Entity),)),
    Listing(activity.ChatMessage, "chat-messages", below=(("chat_id", activity.Chat),)),
    Listing(previews.AttachmentFile, "projects/{project}/attachment-files"),
    Listing(tasks.TimeSpent, "projects/{project}/time-spents"),
    Listing(previews.Playlist, "projects/{project}/playlists/all"),
    Listing(previews.BuildJob, "projects/{project}/build-jobs"),
    Listing(projects.Milestone, "milestones?project_id={project}"),
    Listing(projects.ScheduleItem, "projects/{project}/schedule-items"),
    Listing(projects.Budget, "budgets?project_id={project}"),
    Listing(projects.BudgetEntry, "budget-entries", below=(("budget_id", projects.Budget),)),
    Listing(activity.Subscription, "projects/{project}/subscriptions"),
    Listing(activity.Notification, "projects/{project}/notifications", prepare=read_notification),
    Listing(activity.News, "projects/{project}/news", prepare=read_news),
    Listing(activity.SearchFilterGroup, "search-filter-groups?project_id={project}"),
    Listing(activity.SearchFilter, "search-filters?project_id={project}"),
)
#: rows of no project, or of all
REST = (
    Listing(people.DayOff, "day-offs"),
    Listing(activity.SearchFilterGroup, "search-filter-groups"),
    Listing(activity.SearchFilter, "search-filters"),
)
EVENTS = Listing(activity.ApiEvent, "events?project_id={project}")
ALL_EVENTS = Listing(activity.ApiEvent, "events")

#: tables that no route lists completely, or that matter to only one server
NOT_LISTED = (
    *("revoked_token", "expiring_value", "mail", "job", "login_log", "desktop_login_log", "plugin"),
    *("entity_version", "playlist_share_link", "data_import_error"),
)
assert set(NOT_LISTED) <= set(TABLES), "an unknown table"
