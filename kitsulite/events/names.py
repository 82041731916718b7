"""All events, and the keys of their payloads.

`EVENTS` has the forms of every event: a text lists the keys of one form, all of which are sent. `project_id` is added
by `emit`; it alone may be missing, if the project is unknown. Events that are `live` are broadcast, but not logged.
"""

from dataclasses import dataclass

#: tables whose rows emit `<table>:new|update|delete` with `{<table>_id}`
PLAIN_TABLES = (
    *("asset_instance", "attachment_file", "budget_entry", "chat", "chat_message", "custom_action"),
    *("day_off", "department", "entity_link", "file_status", "hardware_item", "news", "notification"),
    *("organisation", "output_type", "person", "plugin", "preview_background_file", "preview_file"),
    *("production_schedule_version_task_link", "project_status", "project_template", "software"),
    *("status_automation", "studio", "subscription", "task_status", "task_type", "time_spent", "working_file"),
)
#: those among them whose rows have a project
PROJECT_TABLES = (
    *("api_event", "budget", "metadata_descriptor", "milestone", "playlist", "production_schedule_version"),
    *("schedule_item", "search_filter", "search_filter_group"),
)
#: the kinds of entities, with an event each instead of one for their table
KINDS = ("asset", "concept", "edit", "episode", "scene", "sequence", "shot")
ACTIONS = ("new", "update", "delete")


@dataclass(frozen=True)
class Form:
    """One form of an event: its keys, and whether it is only broadcast."""

    keys: frozenset
    live: bool = False


def kept(*texts):
    """The forms of a logged event, given as texts with their keys."""
    return tuple(Form(frozenset(text.split())) for text in texts)


def live(*texts):
    """The form of an event that is only broadcast."""
    return tuple(Form(frozenset(text.split()), live=True) for text in texts)


def of_rows(name, keys, actions=ACTIONS):
    """The same form for the creation, change and deletion of rows."""
    return {f"{name}:{action}": kept(keys) for action in actions}


def united(*families):
    """All tables merged; an event in several tables has the forms of each."""
    table = {}
    for family in families:
        for name, forms in family.items():
            table[name] = tuple(dict.fromkeys((*table.get(name, ()), *forms)))
    return table


#: generic routes, and other changes of single rows
ROWS = united(
    *(of_rows(table.replace("_", "-"), f"{table}_id") for table in PLAIN_TABLES),
    *(of_rows(table.replace("_", "-"), f"{table}_id project_id") for table in PROJECT_TABLES),
    *(of_rows(kind, f"{kind}_id project_id") for kind in KINDS),
    of_rows("concept-folder", "concept_folder_id project_id"),
    of_rows("asset-type", "asset_type_id"),
    of_rows("output-file", "output_file_id project_id"),
    of_rows("project", "project_id"),
    of_rows("salary-scale", "salary_scale_id", ("update", "delete")),
    of_rows("task", "task_id project_id", ("new", "update")),
    {"task:delete": kept("task_id entity_id task_type_id project_id")},
)
TASKS = {
    "task:assign": kept("task_id person_id project_id"),
    "task:unassign": kept("task_id person_id project_id"),
    "task:status-changed": kept("task_id new_task_status_id previous_task_status_id person_id project_id"),
    "task:to-review": kept(
        "task_id new_task_status_id previous_task_status_id person_id comment_id project_id",
        "task_id task_shotgun_id entity_type_name previous_task_status_id entity_shotgun_id project_shotgun_id"
        " person_shotgun_id comment preview_path change_status",
    ),
    "task:update-casting-stats": live("task_id nb_assets_ready project_id"),
    **of_rows("time-spent", "time_spent_id project_id"),
}
COMMENTS = {
    "comment:new": kept(
        "comment_id task_id task_status_id person_id for_client project_id",
        "comment_id task_id person_id for_client project_id",
    ),
    "comment:update": kept("comment_id task_id person_id for_client project_id"),
    "comment:delete": kept("comment_id task_id project_id"),
    "comment:reply": kept("task_id comment_id reply_id project_id"),
    "comment:delete-reply": live("task_id comment_id reply_id project_id"),
    "comment:acknowledge": live("comment_id person_id project_id"),
    "comment:unacknowledge": live("comment_id person_id project_id"),
    "news:new": kept("news_id task_status_id task_type_id project_id"),
    "news:delete": kept("news_id project_id"),
    "notification:new": live("notification_id person_id project_id"),
    "notification:read": kept("person_id notification_id"),
    "notification:unread": kept("person_id notification_id"),
    "notification:all-read": kept("person_id"),
}
CHATS = {
    "chat:joined": live("chat_id person_id"),
    "chat:left": live("chat_id person_id"),
    "chat:new-message": live("chat_id chat_message_id last_message"),
    "chat:deleted-message": live("chat_id chat_message_id"),
}
PREVIEWS = {
    "preview-file:new": kept("preview_file_id comment_id project_id"),
    "preview-file:update": kept("preview_file_id", "preview_file_id status project_id"),
    "preview-file:add-file": kept("comment_id task_id preview_file_id revision extension status project_id"),
    "preview-file:annotation-update": kept("preview_file_id person_id updated_at project_id"),
    "preview-file:set-main": kept("entity_id preview_file_id preview_file_status project_id"),
    "preview-background-file:add-file": kept("preview_background_file_id extension"),
    "person:set-thumbnail": kept("person_id"),
    "organisation:set-thumbnail": kept("organisation_id"),
    "project:set-thumbnail": kept("project_id"),
}
ENTITIES = {
    "asset:new": kept("asset_id asset_type project_id"),
    "asset:update": kept("asset_id data project_id"),
    **{
        f"{kind}:casting-update": kept(f"{kind}_id nb_entities_out added_asset_ids removed_asset_ids project_id")
        for kind in ("asset", "shot", "episode")
    },
    "shot:new": kept("shot_id episode_id project_id"),
    "shot:add-to-scene": kept("scene_id shot_id project_id"),
    "shot:remove-from-scene": kept("scene_id shot_id project_id"),
    "edit:new": kept("edit_id parent_id project_id"),
    "asset_instance:new": kept(
        "scene_id asset_id asset_instance_id",
        "asset_id asset_instantiated asset_instance_id",
    ),
    "asset_instance:add-to-shot": kept("shot_id asset_instance_id"),
    "asset_instance:remove-from-shot": kept("shot_id asset_instance_id"),
    "entity-link:new": kept("entity_link_id entity_in_id entity_out_id nb_occurences project_id"),
    "entity-link:update": kept("entity_link_id nb_occurences project_id"),
}
PRODUCTIONS = {
    "production_schedule_version:update": kept("production_schedule_version_id project_id"),
    "budget:create": kept("budget_id project_id"),
    **of_rows("budget-entry", "budget_id budget_entry_id project_id", ("create", "update", "delete")),
    "playlist:add_entity": kept("playlist_id entity_id preview_file_id project_id"),
    "build-job:delete": kept("build_job_id playlist_id project_id"),
    "main:test": live(""),
}
#: builds of playlists
BUILDS = {
    "build-job:new": kept("build_job_id playlist_id created_at project_id"),
    "build-job:update": kept("build_job_id playlist_id status message project_id"),
}
#: revisions of working and output files
FILES = {
    "working-file:new": kept("working_file_id project_id"),
    "output_type:new": kept("output_type_id"),
}
#: imports of CSV files
SHEETS = united(
    {
        "shot:casting-update": kept("shot_id nb_entities_out project_id"),
        "episode:casting-update": kept("episode_id nb_entities_out project_id"),
        "asset:casting-update": kept("asset_id project_id"),
    },
)
#: imports of rows from another server; keys of entities have a capital letter
IMPORTS = united(
    *(of_rows(kind, f"{kind.capitalize()}_id project_id", ("new", "update")) for kind in KINDS),
    of_rows("concept-folder", "ConceptFolder_id project_id", ("new", "update")),
    *(of_rows(name, "project_id", ("new", "update")) for name in ("entity-link", "task")),
    *(
        of_rows(table.replace("_", "-"), f"{table}_id project_id", ("new", "update"))
        for table in ("attachment_file", "build_job", "news", "notification", "preview_file", "subscription")
    ),
)
#: documented events that no route emits
NOT_EMITTED = {
    "asset:new-link": kept("asset_in asset_out project_id"),
    "asset:remove-link": kept("asset_in asset_out project_id"),
}
FAMILIES = (ROWS, TASKS, COMMENTS, CHATS, PREVIEWS, ENTITIES, PRODUCTIONS, BUILDS, FILES, SHEETS, IMPORTS)
EVENTS = united(*FAMILIES, NOT_EMITTED)


def check(name, payload, project_id, stored):
    """Raise ValueError if an event is not in the table, or differs from it."""
    keys = {*payload, "project_id"} if project_id else set(payload)
    if not any(
        stored != form.live and keys in (form.keys, form.keys - {"project_id"}) for form in EVENTS.get(name, ())
    ):
        raise ValueError(f"{name} {'' if stored else 'live '}with {sorted(keys)} is not in the table of events")
