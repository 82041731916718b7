"""Tasks, comments, and their types and statuses."""

from kitsulite.api.crud.resource import Resource, ids_of
from kitsulite.api.policies import inside, manager_of, no_vendor, reader_of_task, signed_in
from kitsulite.domain import access, comment_events, visibility
from kitsulite.domain.comments import changes as comment_changes
from kitsulite.domain.comments import views as comment_views
from kitsulite.domain.deletion import tasks as task_deletion
from kitsulite.domain.entities import client_view
from kitsulite.domain.people import persons
from kitsulite.domain.planning import assignments
from kitsulite.domain.projects.preview_accounts import check_assignee
from kitsulite.domain.tasks import tasks
from kitsulite.domain.tasks import types as task_types
from kitsulite.errors import BadParameter, RowRejected
from kitsulite.events.bus import emit
from kitsulite.models.entities import Entity
from kitsulite.models.fields import as_object, is_id
from kitsulite.models.projects import ProjectStatusAutomationLink
from kitsulite.models.tasks import Comment, CustomAction, StatusAutomation, Task, TaskStatus, TaskType


class Comments(Resource):
    def prepare(self, ctx, data):
        return {**data, "checklist": data.get("checklist") or []}

    def check_get(self, ctx, row):
        return comment_views.require_shown(ctx, row)

    def complete(self, ctx, row):
        return comment_views.shown(ctx, ctx.row, row["id"], "previews" in row, ctx.request.flag("with_previews"))

    def check_update(self, ctx, row, data):
        return comment_changes.require_editor(ctx, row, data)

    def prepare_update(self, ctx, row, data):
        if "text" in data:
            data["text"] = data["text"] or ""
        if "checklist" in data:
            data["checklist"] = data["checklist"] or []
        return {**data, "editor_id": ctx.person_id}

    def updated(self, ctx, row, data):
        comment_changes.follow_edit(ctx, row)

    def check_delete(self, ctx, row):
        return comment_changes.require_deleter(ctx, row)

    def remove(self, ctx, row):
        comment_changes.remove(ctx, row)

    def emit(self, ctx, action, row):
        if action == "new":
            payload = {"comment_id": row["id"], "task_id": row["object_id"], **comment_events.author(row)}
            project_id = ctx.db.value("SELECT project_id FROM task WHERE id = ?", [row["object_id"]])
            emit(ctx, "comment:new", payload, project_id)


class CustomActions(Resource):
    def prepare(self, ctx, data):
        if data.get("name") is None:
            raise BadParameter("A custom action needs a name.")
        return data

    def prepare_update(self, ctx, row, data):
        return self.prepare(ctx, {"name": row["name"], **data})


class StatusAutomations(Resource):
    def check_delete(self, ctx, row):
        if ctx.db.exists(ProjectStatusAutomationLink, status_automation_id=row["id"]):
            raise RowRejected("The status automation is used by a production.", "reference")
        return super().check_delete(ctx, row)


class TaskStatuses(Resource):
    """Task statuses, of which one is the default of tasks and one that of concepts."""

    def prepare(self, ctx, data):
        if data.get("is_default"):
            tasks.forget_default_status(ctx, bool(data.get("for_concept")))
        return data

    def prepare_update(self, ctx, row, data):
        self.prepare(ctx, {"for_concept": row["for_concept"], **data})
        return data


class TaskTypes(Resource):
    def prepare(self, ctx, data):
        task_types.require_free_name(ctx, data.get("name"))
        return data

    def prepare_update(self, ctx, row, data):
        task_types.require_free_name(ctx, data.get("name"), row)
        return data

    def remove(self, ctx, row):
        task_types.release(ctx, row, ctx.request.flag("force"))
        super().remove(ctx, row)


class Tasks(Resource):
    ignored_on_create = ("updated_at",)
    #: columns of a new task that people other than managers may set: the others describe work on it
    planned = {
        *("name", "description", "priority", "difficulty", "estimation", "sort_order", "start_date", "due_date"),
        *("data", "task_type_id", "task_status_id", "entity_id", "project_id", "assignees", "shotgun_id"),
    }

    def find(self, ctx, method, instance_id):
        task = super().find(ctx, method, instance_id)
        return {**task, "assignees": ctx.db.related(Task, task["id"], "assignees")}

    def check_get(self, ctx, row):
        return access.require_task_reader(ctx, row)

    def narrow(self, ctx, condition):
        if not ctx.is_admin:
            condition.add(visibility.tasks_of_teams(ctx, "task"))
            condition.add(visibility.sees(ctx, "task.entity_id", "task.project_id"))
        if client_view.BLANKS.keys() & ctx.request.query.keys():
            condition.add(visibility.no_client(ctx, "task.project_id"))

    def shown(self, ctx, relations):
        return client_view.tasks(ctx, super().shown(ctx, relations), "task")

    def own_filter(self, name, value):
        if name != "episode_id":
            return None
        if not is_id(value):
            raise BadParameter(f"Invalid UUID format for episode_id: {value[:80]}")
        return f"entity_id IN {tasks.IN_EPISODE}", [value.lower()]

    def check_create(self, ctx, data):
        for name in ("task_type_id", "entity_id"):
            if not is_id(data.get(name)):
                raise BadParameter(f"A valid {name} is required.")
        if not isinstance(data.get("assignees") or [], list):
            raise BadParameter("assignees must be a list.")
        scoped = access.require_entity(ctx, data["entity_id"])
        scoped.require(scoped.role not in ("client", "vendor"))
        return scoped

    def prepare(self, ctx, data):
        project_id = ctx.row["project_id"]
        if not ctx.is_admin:
            allowed = set(Task.columns()) - {"id", "created_at"} if ctx.is_manager else self.planned
            data = {name: value for name, value in data.items() if name in allowed or name not in Task.columns()}
        tasks.require_fit(ctx, data["task_type_id"], ctx.row["id"])
        data = {**data, "name": data.get("name") or "main", "project_id": data.get("project_id") or project_id}
        self.check_assignees(ctx, {"project_id": project_id, "task_type_id": data["task_type_id"].lower()}, data)
        return data

    def check_assignees(self, ctx, task, data, current=()):
        new = [person_id for person_id in ids_of("assignees", data.get("assignees")) if person_id not in current]
        assignments.require_assignable(ctx, task, new)

    def relate(self, ctx, row_id, relation, ids):
        for account in persons.of_ids(ctx, ids):
            check_assignee(account)
        super().relate(ctx, row_id, relation, ids)

    def insert(self, ctx, columns):
        try:
            return super().insert(ctx, columns)
        except RowRejected:
            raise RowRejected("Task already exists.", "unique") from None

    def check_update(self, ctx, row, data):
        ctx.require(access.may_supervise_task(ctx, row, data))
        return access.on_project(ctx, row["project_id"])

    def check_move(self, ctx, row, moved):
        # a task cannot be moved to another production: its entity must be of the same one
        ctx.require(ctx.db.get(Entity, moved["entity_id"])["project_id"] == row["project_id"])

    def prepare_update(self, ctx, row, data):
        self.check_assignees(ctx, row, data, row["assignees"])
        if data.get("data") and isinstance(data["data"], dict):
            return {**data, "data": {**as_object(row["data"]), **data["data"]}}
        return data

    def updated(self, ctx, row, data):
        if "assignees" in data:
            assignments.emit_changes(ctx, row, row["assignees"], ctx.db.related(Task, row["id"], "assignees"))

    def remove(self, ctx, row):
        if ctx.request.flag("force"):
            task_deletion.remove_tasks(ctx, [row])
        else:
            task_deletion.remove_unused_task(ctx, row)

    def emit(self, ctx, action, row):
        if action != "delete":
            super().emit(ctx, action, row)


RESOURCES = (
    Comments(
        Comment,
        "comments",
        may_get=inside("who sees it in the listing of its task"),
        may_update=inside("the author, a manager, for some columns who works on the task"),
        may_delete=inside("the author or a manager"),
        protected=("mentions", "department_mentions"),
        # they have their own routes, or go with the comment when it is deleted
        for_admins=(
            *("object_id", "object_type", "replies", "acknowledgements"),
            *("attachment_files", "previews", "preview_file_id"),
        ),
        malformed_is_unknown=("GET", "DELETE"),
    ),
    CustomActions(CustomAction, "custom-actions", may_list=no_vendor, may_get=no_vendor),
    StatusAutomations(StatusAutomation, "status-automations", may_list=no_vendor, may_get=no_vendor),
    TaskStatuses(TaskStatus, "task-status", may_list=signed_in, may_get=signed_in),
    TaskTypes(TaskType, "task-types", may_list=signed_in, may_get=signed_in),
    Tasks(
        Task,
        "tasks",
        may_list=signed_in,
        may_get=reader_of_task("id"),
        may_create=inside("member of the project who sees the entity, no client and no vendor"),
        may_update=inside("manager of the project, for planning a supervisor of the department"),
        may_delete=manager_of("project_id"),
        for_admins=(
            *("duration", "retake_count", "nb_assets_ready", "last_comment_date", "last_preview_file_id"),
            "assigner_id",
        ),
        parents=("entity_id",),
    ),
)
