"""The JSON texts of tasks that large listings are made of, which `store/derived/task_texts.py` keeps ready.

`whole` is a task with its assignees. `object` and `list` are a task as it lies inside of a shot or an asset, with
names or as bare values, to somebody who does not subscribe to it.
"""

from kitsulite.models.base import chosen, json_array, json_object, parts
from kitsulite.models.tasks import Task

#: what the tasks inside of shots and of assets show
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


def nested_values(task):
    """All that a task inside of an entity may show: name -> SQL; `task` is the alias of the table."""
    return {
        **parts(Task, task, relations=True),
        "priority": f"COALESCE({task}.priority, 0)",
        "is_subscribed": "json('false')",
    }


def nested(make):
    """SQL of a task `t` inside of an entity of the type `et`; only shots and assets are asked for it."""
    in_shot, in_asset = (make(chosen(nested_values("t"), names)) for names in (IN_SHOT, IN_ASSET))
    return f"CASE WHEN et.name = 'Shot' THEN {in_shot} WHEN et.name IS NOT NULL THEN {in_asset} END"


#: SQL of each text of a task `t`
WHOLE, OBJECT, LIST = json_object(parts(Task, "t", relations=True)), nested(json_object), nested(json_array)
