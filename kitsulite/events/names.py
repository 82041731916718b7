"""All events: name, keys of the payload, whether it tells its project, whether it is only broadcast.

`EVENTS` is the table. The keys of a payload are one text: names separated by spaces, `?`
after those that may be missing, `|` between forms of the same event. `project_id` is added
by `emit` and named here by `project`; events that are `live` are not kept in the log.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """What an event carries: `forms` holds (required keys, allowed keys) per form of the payload."""

    forms: tuple
    project: bool
    live: bool


def event(keys="", project=False, live=False):
    """An event by the text of its keys."""
    return Event(tuple(form(text) for text in keys.split("|")), project, live)


def form(text):
    names = text.split()
    required = {name for name in names if not name.endswith("?")}
    return frozenset(required), frozenset(name.rstrip("?") for name in names)


#: tables whose rows tell of themselves as `<table>:new|update|delete` with `{<table>_id}`
PLAIN_TABLES = (
    *("asset_instance", "attachment_file", "budget_entry", "chat", "chat_message", "comment", "custom_action"),
    *("day_off", "department", "entity_link", "file_status", "hardware_item", "news", "notification"),
    *("organisation", "output_type", "person", "plugin", "preview_background_file", "preview_file"),
    *("production_schedule_version_task_link", "project_status", "project_template", "salary_scale", "software"),
    *("status_automation", "studio", "subscription", "task_status", "task_type", "time_spent", "working_file"),
)
#: such tables whose rows name their project
PROJECT_TABLES = (
    *("api_event", "budget", "metadata_descriptor", "milestone", "playlist", "production_schedule_version"),
    *("schedule_item", "search_filter", "search_filter_group", "task"),
)
#: such tables whose rows name their project when they come from a bulk import
IMPORTED_TABLES = (
    *("attachment_file", "comment", "news", "notification", "preview_file", "subscription", "time_spent"),
    "build_job",
)
#: the kinds of entities: an event each instead of one of their table
KINDS = ("asset", "concept", "edit", "episode", "scene", "sequence", "shot")
ACTIONS = ("new", "update", "delete")


def row_events():
    """The events of the generic routes and of bulk imports."""
    for table in (*PLAIN_TABLES, *PROJECT_TABLES, *IMPORTED_TABLES):
        for action in ACTIONS:
            project = table in PROJECT_TABLES or table in IMPORTED_TABLES
            yield f"{table.replace('_', '-')}:{action}", event(f"{table}_id", project)
    for kind in KINDS:
        for action in ACTIONS:
            yield f"{kind}:{action}", event(f"{kind}_id", project=True)
    for action in ACTIONS:
        yield f"asset-type:{action}", event("asset_type_id")
        yield f"output-file:{action}", event("output_file_id", project=True)
        yield f"project:{action}", event("project_id?", project=True)


EVENTS = {
    **dict(row_events()),
    # Tasks. A bulk import names only their project.
    "task:new": event("task_id?", project=True),
    "task:update": event("task_id?", project=True),
    "task:delete": event("task_id entity_id task_type_id", project=True),
    "task:assign": event("task_id person_id", project=True),
    "task:unassign": event("task_id person_id", project=True),
    "task:status-changed": event(
        "task_id new_task_status_id previous_task_status_id person_id",
        project=True,
    ),
    "task:to-review": event(
        "task_id new_task_status_id previous_task_status_id person_id comment_id"
        "|task_id task_shotgun_id entity_type_name previous_task_status_id entity_shotgun_id project_shotgun_id"
        " person_shotgun_id comment preview_path change_status",
        project=True,
    ),
    "task:update-casting-stats": event("task_id nb_assets_ready", project=True, live=True),
    # Comments
    "comment:new": event("comment_id task_id? task_status_id?", project=True),
    "comment:update": event("comment_id task_id?", project=True),
    "comment:reply": event("task_id comment_id reply_id", project=True),
    "comment:delete-reply": event("task_id comment_id reply_id", project=True, live=True),
    "comment:acknowledge": event("comment_id person_id", project=True, live=True),
    "comment:unacknowledge": event("comment_id person_id", project=True, live=True),
    "news:new": event("news_id task_status_id? task_type_id?", project=True),
    "notification:new": event("notification_id person_id?", project=True, live=True),
    "notification:read": event("person_id notification_id"),
    "notification:unread": event("person_id notification_id"),
    "notification:all-read": event("person_id"),
    # Chats
    "chat:joined": event("chat_id person_id", live=True),
    "chat:left": event("chat_id person_id", live=True),
    "chat:new-message": event("chat_id chat_message_id last_message", live=True),
    "chat:deleted-message": event("chat_id chat_message_id", live=True),
    # Previews
    "preview-file:new": event("preview_file_id comment_id?", project=True),
    "preview-file:add-file": event("comment_id task_id preview_file_id revision extension status", project=True),
    "preview-file:annotation-update": event("preview_file_id person_id updated_at", project=True),
    "preview-file:set-main": event("entity_id preview_file_id", project=True),
    "preview-background-file:add-file": event("preview_background_file_id extension"),
    "person:set-thumbnail": event("person_id"),
    "organisation:set-thumbnail": event("organisation_id"),
    "project:set-thumbnail": event("project_id?", project=True),
    # Entities
    "asset:new": event("asset_id asset_type? episode_id?", project=True),
    "asset:update": event("asset_id data? episode_id?", project=True),
    "asset:new-link": event("asset_in asset_out", project=True),
    "asset:remove-link": event("asset_in asset_out", project=True),
    "asset:casting-update": event(
        "asset_id nb_entities_out? added_asset_ids? removed_asset_ids?",
        project=True,
    ),
    "shot:casting-update": event("shot_id nb_entities_out added_asset_ids? removed_asset_ids?", project=True),
    "episode:casting-update": event("episode_id nb_entities_out added_asset_ids? removed_asset_ids?", project=True),
    "shot:new": event("shot_id episode_id?", project=True),
    "shot:add-to-scene": event("scene_id shot_id", project=True),
    "shot:remove-from-scene": event("scene_id shot_id", project=True),
    "edit:new": event("edit_id parent_id? episode_id?", project=True),
    "edit:update": event("edit_id episode_id?", project=True),
    "asset_instance:new": event("scene_id asset_id asset_instance_id|asset_id asset_instantiated asset_instance_id"),
    "asset_instance:add-to-shot": event("shot_id asset_instance_id"),
    "asset_instance:remove-from-shot": event("shot_id asset_instance_id"),
    "entity-link:new": event("entity_link_id? entity_in_id? entity_out_id? nb_occurences?", project=True),
    "entity-link:update": event("entity_link_id? nb_occurences?", project=True),
    # Productions
    "production_schedule_version:update": event("production_schedule_version_id", project=True),
    "budget:create": event("budget_id", project=True),
    **{f"budget-entry:{action}": event("budget_id? budget_entry_id", project=True) for action in (*ACTIONS, "create")},
    "playlist:add_entity": event("playlist_id entity_id preview_file_id", project=True),
    "build-job:new": event("build_job_id playlist_id? created_at?", project=True),
    "build-job:update": event("build_job_id playlist_id? status?", project=True),
    "build-job:delete": event("build_job_id playlist_id?", project=True),
    # Files
    "working-file:new": event("working_file_id", project=True),
    "output_type:new": event("output_type_id"),
    "main:test": event(live=True),
}


def check(name, payload, project_id, stored):
    """ValueError where an event is not in the table, or not as the table says."""
    known = EVENTS.get(name)
    if known is None:
        raise ValueError(f"unknown event {name}")
    keys = set(payload)
    if not any(required <= keys <= allowed for required, allowed in known.forms):
        raise ValueError(f"{name} with the keys {sorted(keys)}")
    if project_id and not known.project:
        raise ValueError(f"{name} names no project")
    if not stored and not known.live:
        raise ValueError(f"{name} is kept in the log")
