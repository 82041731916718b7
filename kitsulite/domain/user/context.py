"""Everything that a client loads after a login, in one answer."""

from kitsulite.domain import kinds as entity_types
from kitsulite.domain.people import persons
from kitsulite.domain.projects import projects
from kitsulite.domain.user import filters, notifications
from kitsulite.models.activity import Plugin
from kitsulite.models.base import json_object, parts
from kitsulite.models.entities import EntityType
from kitsulite.models.people import Department, Studio
from kitsulite.models.previews import PreviewBackgroundFile
from kitsulite.models.projects import ProjectStatus
from kitsulite.models.tasks import CustomAction, StatusAutomation, TaskStatus, TaskType

ASSET_TYPES = (
    f"SELECT {json_object({**parts(EntityType, relations=True), **entity_types.AS_ASSET_TYPE})} FROM entity_type"
    f" WHERE {entity_types.IS_ASSET_TYPE} ORDER BY created_at, rowid"
)
PLUGIN_KEYS = (
    *("id", "plugin_id", "name", "description", "version", "maintainer_name", "maintainer_email"),
    *("frontend_project_enabled", "frontend_studio_enabled", "icon"),
)
PLUGINS = f"SELECT {json_object({key: parts(Plugin)[key] for key in PLUGIN_KEYS})} FROM plugin ORDER BY name"
PROJECT_ROLES = "SELECT json_group_object(project_id, role) FROM project_person_link WHERE person_id = ? AND role <> ''"


def context(ctx):
    """The studio as the caller sees it, and how many notifications they have not read, as JSON in bytes."""
    text = ctx.db.kept(("context", ctx.person_id), lambda: studio(ctx), of_setup=True)
    unread = ctx.db.remembered(("unread", ctx.person_id), lambda: notifications.unread(ctx))
    return b'%b,"notification_count":%d}' % (text[:-1], unread)


def studio(ctx):
    """The studio as the caller sees it, as JSON in bytes: a query per table, joined as text."""
    texts = {
        "asset_types": ctx.db.json_list(ASSET_TYPES),
        "custom_actions": ctx.db.all_json(CustomAction),
        "status_automations": ctx.db.all_json(StatusAutomation),
        "departments": ctx.db.all_json(Department),
        "studios": ctx.db.all_json(Studio),
        "persons": everybody(ctx),
        "project_status": ctx.db.all_json(ProjectStatus),
        "project_roles": ctx.db.value(PROJECT_ROLES, [ctx.person_id]),
        "projects": projects.open_projects_of_caller(ctx),
        "task_types": ctx.db.all_json(TaskType),
        "task_status": ctx.db.all_json(TaskStatus),
        "search_filters": filters.filters(ctx),
        "search_filter_groups": filters.groups(ctx),
        "preview_background_files": ctx.db.all_json(PreviewBackgroundFile),
        "plugins": ctx.db.json_list(PLUGINS),
    }
    if ctx.is_admin:
        texts["user_limit"] = ctx.settings.user_limit
    return ("{" + ",".join(f'"{key}":{text}' for key, text in texts.items()) + "}").encode()


def everybody(ctx):
    """All persons except guests and preview accounts, by name; clients see those they work with."""
    shown = json_object(persons.visible_parts(ctx, relations=True))
    if ctx.global_role == "client":
        mates = f"SELECT {shown} FROM person WHERE {persons.IS_TEAMMATE} ORDER BY {persons.full_name()}, rowid"
        return ctx.db.json_list(mates, [ctx.person_id])
    everybody = f"is_guest = 0 AND {persons.NO_PREVIEW}"
    return ctx.db.json_list(f"SELECT {shown} FROM person WHERE {everybody} ORDER BY created_at, rowid")
