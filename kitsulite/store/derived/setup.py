"""A mark that changes with the setup of a studio: its people, projects, types and statuses.

Nearly every request reads some of it, and few change it. Triggers replace the mark whenever a row of these tables
changes, in any program: what was read while the mark was the same is still true. They also do when a row of a log is
changed or deleted, so that rows that were counted are only counted again then.
"""

from kitsulite.store.derived.table import Derived, trigger

#: tables in which every change counts
TABLES = (
    *("person", "department", "department_link", "organisation", "studio", "revoked_token", "expiring_value"),
    *("project", "project_status", "project_person_link", "project_asset_type_link", "project_task_type_link"),
    *("project_task_status_link", "project_status_automation_link", "project_preview_background_file_link"),
    *("metadata_descriptor", "department_metadata_descriptor_link", "entity_type", "task_type_asset_type_link"),
    *("task_type", "task_status", "status_automation", "custom_action", "preview_background_file"),
    *("search_filter", "search_filter_group", "plugin"),
)
#: tables to which rows are nearly always only added, which does not count
LOGS = ("api_event",)
#: entities that count: a project shows its first episode
EPISODE = "{row}.entity_type_id IN (SELECT id FROM entity_type WHERE name = 'Episode')"
ANOTHER = "UPDATE setup_mark SET mark = random();"


def followed(table: str, condition: str = "1") -> list[str]:
    """SQL of the triggers of a table; `condition`: whether a `{row}` counts."""
    new, old = condition.format(row="NEW"), condition.format(row="OLD")
    return [
        trigger(f"setup_mark_{table}_new", f"AFTER INSERT ON {table}", ANOTHER, new),
        trigger(f"setup_mark_{table}_changed", f"AFTER UPDATE ON {table}", ANOTHER, f"{old} OR {new}"),
        trigger(f"setup_mark_{table}_gone", f"AFTER DELETE ON {table}", ANOTHER, old),
    ]


TRIGGERS = [sql for table in TABLES for sql in followed(table)] + followed("entity", EPISODE)
TRIGGERS += [sql for table in LOGS for sql in followed(table)[1:]]
LAGS = f"(SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND name GLOB 'setup_mark_*') <> {len(TRIGGERS)}"
SETUP = Derived(
    "the mark of the setup",
    prefix="setup_mark",
    follows=frozenset({*TABLES, *LOGS, "entity"}),
    schema=("CREATE TABLE setup_mark (mark INTEGER NOT NULL)",),
    filling=("INSERT INTO setup_mark VALUES (random())",),
    triggers=tuple(TRIGGERS),
    lags=LAGS,
    differing=LAGS,
)
