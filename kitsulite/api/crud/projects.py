"""Productions and their settings."""

from kitsulite.api.crud import filters
from kitsulite.api.crud.resource import Resource, ids_of, required
from kitsulite.api.policies import admin, inside, manager, manager_of, member_of, no_client, no_vendor, signed_in
from kitsulite.domain import access, project_status
from kitsulite.domain.access import IN_RELATED_PROJECT
from kitsulite.domain.deletion import projects as project_deletion
from kitsulite.domain.deletion import references
from kitsulite.domain.people import persons
from kitsulite.domain.planning import schedule_versions
from kitsulite.domain.projects import bitrates, descriptors, preview_accounts, projects, template_descriptors
from kitsulite.domain.projects import templates as project_templates
from kitsulite.errors import BadParameter, Refused
from kitsulite.models.previews import PreviewBackgroundFile
from kitsulite.models.projects import (
    Budget,
    BudgetEntry,
    MetadataDescriptor,
    Milestone,
    ProductionScheduleVersion,
    ProductionScheduleVersionTaskLink,
    Project,
    ProjectStatus,
    ScheduleItem,
)
from kitsulite.models.tasks import Task
from kitsulite.models.templates import ProjectTemplate


class Projects(Resource):
    """Productions; only admins list those outside of their teams."""

    def narrow(self, ctx, condition):
        if not ctx.is_admin:
            condition.add(f'"project".id {IN_RELATED_PROJECT}', [ctx.person_id])

    def complete(self, ctx, row):
        status = ctx.db.find(ProjectStatus, id=row["project_status_id"])
        row = {**row, "project_status_name": status and status["name"]}
        return {**row, **projects.extension(ctx, row["id"])} if "team" in row else row

    def prepare(self, ctx, data):
        if "project_status_id" not in data:
            data = {**data, "project_status_id": project_status.status_id(ctx)}
        background_ids = ids_of("preview_background_files", data.get("preview_background_files"))
        for background_id in background_ids:
            ctx.db.require(PreviewBackgroundFile, background_id)
        if data.get("default_preview_background_file_id") not in (None, *background_ids):
            raise BadParameter("Invalid default_preview_background_file_id")
        bitrates.check(ctx.settings, {}, data)
        return projects.checked(data)

    def read(self, data, strict):
        extra = ("project_template_id", "preview_background_file_id")
        return super().read({key: value for key, value in data.items() if key not in extra}, strict)

    def relate(self, ctx, row_id, relation, ids):
        if relation == "team":
            for account in persons.of_ids(ctx, ids):
                preview_accounts.check_member(account, row_id, None)
        super().relate(ctx, row_id, relation, ids)

    def created(self, ctx, row, data):
        template_id = data.get("project_template_id")
        if template_id:
            project_templates.apply_to_new(ctx, row, template_id, data)
        return projects.complete(ctx, row["id"])

    def prepare_update(self, ctx, row, data):
        default, backgrounds = data.get("preview_background_file_id"), "preview_background_files"
        if default is not None and backgrounds in data and default not in ids_of(backgrounds, data[backgrounds]):
            raise BadParameter("Invalid preview_background_file_id")
        bitrates.check(ctx.settings, row, data)
        return projects.checked(data)

    def updated(self, ctx, row, data):
        return projects.first_episode_of_show(ctx, row["id"])

    def check_delete(self, ctx, row):
        if project_status.is_open(ctx, row):
            raise Refused("Only closed projects can be deleted")
        return super().check_delete(ctx, row)

    own_transaction = ("DELETE",)

    def delete(self, ctx, instance_id):
        with ctx.db.large_write():
            super().delete(ctx, instance_id)

    def remove(self, ctx, row):
        project_deletion.remove(ctx, row, ctx.request.flag("force"))


class Descriptors(Resource):
    """Metadata descriptors of related productions; changing them does not affect the stored values."""

    def narrow(self, ctx, condition):
        if not ctx.is_admin:
            condition.add(f"project_id {IN_RELATED_PROJECT}", [ctx.person_id])
            condition.add(descriptors.seen_by(ctx, "metadata_descriptor"))

    def list_relations(self, ctx):
        return not ctx.request.query or super().list_relations(ctx)

    update_relations = True

    def check_get(self, ctx, row):
        scoped = access.require_member(ctx, row["project_id"])
        descriptors.get_seen(ctx, row["project_id"], row["id"])
        return scoped

    def prepare(self, ctx, data):
        return descriptors.checked(data)

    def prepare_update(self, ctx, row, data):
        return descriptors.checked(data)


class ScheduleItems(Resource):
    """Schedule items: one per production, task type and object; supervisors plan their task types."""

    def prepare(self, ctx, data):
        key = {name: data.get(name) for name in ("project_id", "task_type_id", "object_id")}
        columns, _ = self.read(key, strict=True)
        if ctx.db.exists(ScheduleItem, **columns):
            raise BadParameter("A schedule item for these values exists already.")
        return data

    def check_get(self, ctx, row):
        return planners(ctx, row) if row["project_id"] else admin(ctx, {})

    def check_create(self, ctx, data):
        return self.check_place(ctx, data)

    def check_delete(self, ctx, row):
        return self.check_place(ctx, row)

    def check_place(self, ctx, row):
        """Require a manager of the project; rows without a project are for admins."""
        return access.require_manager(ctx, row["project_id"]) if row.get("project_id") else admin(ctx, {})

    def check_update(self, ctx, row, data):
        ctx.require(access.is_supervisor_of_task_type(ctx, row["project_id"], row["task_type_id"]))
        return access.on_project(ctx, row["project_id"])

    def prepare_update(self, ctx, row, data):
        return {key: value for key, value in data.items() if key != "man_days" or not isinstance(value, str)}


class OfQueriedProject(Resource):
    """Rows that members of a production list by `project_id`; without it, only admins may."""

    def check_list(self, ctx):
        project_id = ctx.request.query.get("project_id")
        if project_id is None:
            return admin(ctx, {})
        ctx.db.require(Project, project_id)
        return self.may_list(ctx, {"project_id": project_id})


class ScheduleVersions(OfQueriedProject):
    """Versions of the schedule; a project that follows a deleted one follows none then."""

    def remove(self, ctx, row):
        followers = ctx.db.column("SELECT id FROM project WHERE from_schedule_version_id = ?", [row["id"]])
        references.release(ctx.db, ProductionScheduleVersion, "SELECT ?", [row["id"]])
        super().remove(ctx, row)
        for project_id in followers:
            projects.changed(ctx, project_id)


class TaskLinks(OfQueriedProject):
    """Links of schedule versions to tasks of the same production."""

    def check_list(self, ctx):
        filters.check_project(ctx)
        return super().check_list(ctx)

    def narrow(self, ctx, condition):
        project_id = ctx.request.query.get("project_id")
        if project_id:
            of_project = "SELECT id FROM production_schedule_version WHERE project_id = ?"
            condition.add(f"production_schedule_version_id IN ({of_project})", [project_id.lower()])

    def check_get(self, ctx, row):
        return super().check_get(ctx, ctx.db.get(Task, row["task_id"]))

    def check_create(self, ctx, data):
        version_id, task_id = required(data, "production_schedule_version_id"), required(data, "task_id")
        return super().check_create(ctx, {"project_id": schedule_versions.check_link(ctx, version_id, task_id)})

    def check_update(self, ctx, row, data):
        return super().check_update(ctx, ctx.db.get(Task, row["task_id"]), data)

    def check_delete(self, ctx, row):
        return super().check_delete(ctx, ctx.db.get(Task, row["task_id"]))


class Templates(Resource):
    """Templates of productions: created with some of their columns; their links have their own routes."""

    create_relations = False

    def find(self, ctx, method, instance_id):
        # people who may not change templates must not learn which exist
        self.may_update(ctx, {})
        return project_templates.get(ctx, instance_id)

    def prepare(self, ctx, data):
        columns = {key: value for key, value in data.items() if key in project_templates.CREATED}
        project_templates.check_name(ctx, columns.get("name"))
        return self.prepare_update(ctx, None, columns)

    def prepare_update(self, ctx, row, data):
        bitrates.check(ctx.settings, row or {}, data)
        if data.get("metadata_descriptors") is None:
            return data
        return {**data, "metadata_descriptors": template_descriptors.stored(data["metadata_descriptors"])}


#: members of a production who may see its planning
planners = member_of("project_id") & no_client & no_vendor

RESOURCES = (
    Resource(Budget, "budgets", protected=("revision",)),
    Resource(BudgetEntry, "budget-entries", protected=("budget_id",)),
    Descriptors(
        MetadataDescriptor,
        "metadata-descriptors",
        may_list=signed_in,
        may_get=inside("member of the project whose role sees it"),
    ),
    Resource(
        Milestone,
        "milestones",
        # vendors list them, too
        may_get=member_of("project_id") & no_client,
        may_create=manager_of("project_id"),
        may_update=manager_of("project_id"),
        may_delete=manager_of("project_id"),
    ),
    ScheduleVersions(
        ProductionScheduleVersion,
        "production-schedule-versions",
        may_list=planners,
        may_get=planners,
        may_create=manager_of("project_id"),
        may_update=manager_of("project_id"),
        may_delete=manager_of("project_id"),
    ),
    TaskLinks(
        ProductionScheduleVersionTaskLink,
        "production-schedule-version-task-links",
        may_list=planners,
        may_get=planners,
        may_create=manager_of("project_id"),
        may_update=manager_of("project_id"),
        may_delete=manager_of("project_id"),
        protected=("task_id", "production_schedule_version_id"),
    ),
    Projects(
        Project,
        "projects",
        may_list=signed_in,
        may_get=member_of("id"),
        may_update=manager_of("id"),
        protected=("team",),
    ),
    Resource(ProjectStatus, "project-status", may_list=signed_in, may_get=signed_in),
    Templates(
        ProjectTemplate,
        "project-templates",
        may_list=manager,
        may_get=manager,
        protected=("type", "task_types", "task_statuses", "asset_types", "status_automations"),
    ),
    ScheduleItems(
        ScheduleItem,
        "schedule-items",
        may_get=inside(planners),
        may_create=inside("manager of the project"),
        may_update=inside("supervisor of the task type"),
        may_delete=inside("manager of the project"),
    ),
)
