"""The JSON texts of tasks in large listings, which `store/derived/task_texts.py` stores.

`whole` is a task with its assignees, which begin after `cut` characters. `object` and `list` are a task inside a shot
or an asset, as an object or as a list of values, for a person without a subscription to it.
"""

from kitsulite.models.base import chosen, json_array, json_object, parts
from kitsulite.models.tasks import Task

#: the values of tasks inside shots and assets
IN_SHOT = (
    *("id", "duration", "due_date", "end_date", "done_date", "entity_id", "estimation", "is_subscribed"),
    *("last_comment_date", "last_preview_file_id", "nb_assets_ready", "priority", "real_start_date", "retake_count"),
    *("start_date", "difficulty", "nb_drawings", "task_status_id", "task_type_id", "assignees", "data"),
)
IN_ASSET = (
    *("id", "due_date", "done_date", "duration", "entity_id", "estimation", "end_date", "is_subscribed"),
    *("last_comment_date", "last_preview_file_id", "priority", "real_start_date", "retake_count", "start_date"),
    *("difficulty", "task_status_id", "task_type_id", "assignees", "data"),
)


def nested_values():
    """All values that a task `t` inside an entity may have: name -> SQL."""
    return {
        **parts(Task, "t", relations=True),
        "priority": "COALESCE(t.priority, 0)",
        "is_subscribed": "json('false')",
    }


def nested(make):
    """SQL of a task `t` inside an entity of the type `et`, which is only used for shots and assets."""
    in_shot, in_asset = (make(chosen(nested_values(), names)) for names in (IN_SHOT, IN_ASSET))
    return f"CASE WHEN et.name = 'Shot' THEN {in_shot} WHEN et.name IS NOT NULL THEN {in_asset} END"


#: SQL of each text of a task `t`
WHOLE = json_object(parts(Task, "t", relations=True))
CUT = f"length({json_object(chosen(parts(Task, 't'), Task.shown_columns()))}) - 1"
OBJECT, LIST = nested(json_object), nested(json_array)
