"""Productions and how they are set up."""

from kitsulite.auth.access import IN_RELATED_PROJECT
from kitsulite.auth.policy import admin, manager, manager_of, member_of, no_client, no_vendor, signed_in
from kitsulite.domain import descriptors, project_status, projects
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
from kitsulite.models.templates import ProjectTemplate

from .resource import Resource, ids_of


class Projects(Resource):
    """Productions: the related ones for most, settled when made, deleted when closed."""

    def narrow(self, ctx, condition):
        if not ctx.is_admin:
            condition.add(f'"project".id {IN_RELATED_PROJECT}', [ctx.person_id])

    def complete(self, ctx, row):
        status = ctx.db.find(ProjectStatus, id=row["project_status_id"])
        return {**row, "project_status_name": status and status["name"]}

    def prepare(self, ctx, data):
        if "project_status_id" not in data:
            data = {**data, "project_status_id": project_status.status_id(ctx)}
        for background_id in ids_of("preview_background_files", data.get("preview_background_files")):
            ctx.db.get(PreviewBackgroundFile, background_id)
        return projects.checked(data)

    def read(self, data, strict):
        extra = ("project_template_id", "preview_background_file_id")
        return super().read({key: value for key, value in data.items() if key not in extra}, strict)

    def created(self, ctx, row, data):
        return projects.complete(ctx, row["id"], data)

    def prepare_update(self, ctx, row, data):
        default, backgrounds = data.get("preview_background_file_id"), data.get("preview_background_files")
        if default and backgrounds and default not in ids_of("preview_background_files", backgrounds):
            raise BadParameter("Invalid preview_background_file_id")
        return projects.checked(data)

    def updated(self, ctx, row, data):
        return projects.first_episode_of_show(ctx, row["id"])

    def check_delete(self, ctx, row):
        if project_status.is_open(ctx, row):
            raise Refused("Only closed projects can be deleted")
        super().check_delete(ctx, row)


class Descriptors(Resource):
    """Metadata descriptors of the related productions; the values that they describe stay as they are."""

    def narrow(self, ctx, condition):
        if not ctx.is_admin:
            condition.add(f"project_id {IN_RELATED_PROJECT}", [ctx.person_id])

    def list_relations(self, ctx):
        return not ctx.request.query or super().list_relations(ctx)

    def prepare(self, ctx, data):
        return descriptors.checked(data)

    def prepare_update(self, ctx, row, data):
        return descriptors.checked(data)


RESOURCES = (
    Resource(Budget, "budgets", admin, admin, admin, admin, admin, protected=("revision",)),
    Resource(BudgetEntry, "budget-entries", admin, admin, admin, admin, admin, protected=("budget_id",)),
    Descriptors(MetadataDescriptor, "metadata-descriptors", signed_in, admin, admin, admin, admin),
    Resource(
        Milestone,
        "milestones",
        admin,
        member_of("project_id") & no_vendor,
        manager_of("project_id"),
        manager_of("project_id"),
        manager_of("project_id"),
    ),
    Resource(
        ProductionScheduleVersion,
        "production-schedule-versions",
        signed_in,
        member_of("project_id") & no_client & no_vendor,
        manager_of("project_id"),
        manager_of("project_id"),
        admin,
    ),
    Resource(
        ProductionScheduleVersionTaskLink,
        "production-schedule-version-task-links",
        signed_in,
        admin,
        admin,
        admin,
        admin,
        protected=(
            "task_id",
            "production_schedule_version_id",
        ),
    ),
    Projects(Project, "projects", signed_in, member_of("id"), admin, manager_of("id"), admin, protected=("team",)),
    Resource(ProjectStatus, "project-status", signed_in, signed_in, admin, admin, admin),
    Resource(ProjectTemplate, "project-templates", manager, manager, admin, admin, admin),
    Resource(ScheduleItem, "schedule-items", admin, admin, admin, admin, admin),
)
