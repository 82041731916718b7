"""Productions and how they are set up."""

from kitsulite.auth.policy import admin, manager, manager_of, member_of, no_client, no_vendor, signed_in
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

from .resource import Resource

RESOURCES = (
    Resource(Budget, "budgets", admin, admin, admin, admin, admin, protected=("revision",)),
    Resource(BudgetEntry, "budget-entries", admin, admin, admin, admin, admin, protected=("budget_id",)),
    Resource(MetadataDescriptor, "metadata-descriptors", signed_in, admin, admin, admin, admin),
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
    Resource(Project, "projects", signed_in, member_of("id"), admin, manager_of("id"), admin, protected=("team",)),
    Resource(ProjectStatus, "project-status", signed_in, signed_in, admin, admin, admin),
    Resource(ProjectTemplate, "project-templates", manager, manager, admin, admin, admin),
    Resource(ScheduleItem, "schedule-items", admin, admin, admin, admin, admin),
)
