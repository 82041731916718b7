"""Task types of the studio."""

from kitsulite.api.policies import admin
from kitsulite.domain.tasks import types
from kitsulite.web.fields import List, Str
from kitsulite.web.route import post


@post("/actions/task-types/reorder", allow=admin, body={"task_type_ids": List(Str(), required=True)})
def reorder_task_types(ctx, task_type_ids):
    """Set the order of task types: the priority of each becomes its position in the list."""
    return types.reorder(ctx, task_type_ids)
