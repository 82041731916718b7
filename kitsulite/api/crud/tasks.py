"""Tasks, comments and what they are made of."""

from kitsulite.auth.policy import admin, manager_of, no_vendor, reader_of_task, signed_in
from kitsulite.models.tasks import Comment, CustomAction, StatusAutomation, Task, TaskStatus, TaskType, TimeSpent

from .resource import Resource

RESOURCES = (
    Resource(
        Comment,
        "comments",
        admin,
        admin,
        admin,
        admin,
        admin,
        protected=(
            "mentions",
            "department_mentions",
        ),
    ),
    Resource(CustomAction, "custom-actions", no_vendor, admin, admin, admin, admin),
    Resource(StatusAutomation, "status-automations", no_vendor, admin, admin, admin, admin),
    Resource(TaskStatus, "task-status", signed_in, signed_in, admin, admin, admin),
    Resource(TaskType, "task-types", signed_in, signed_in, admin, admin, admin),
    Resource(
        Task, "tasks", signed_in, reader_of_task("id"), signed_in, manager_of("project_id"), manager_of("project_id")
    ),
    Resource(TimeSpent, "time-spents", admin, admin, admin, admin, admin),
)
