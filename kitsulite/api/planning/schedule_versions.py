"""Versions of a production's schedule: their links to tasks, and copying between versions and production."""

from kitsulite.api.policies import Policy, no_client, no_vendor
from kitsulite.domain import access
from kitsulite.domain.planning import schedule_versions
from kitsulite.models.projects import ProductionScheduleVersion
from kitsulite.web.fields import Str
from kitsulite.web.route import get, post

VERSION = "production-schedule-versions/<version_id>"


def version_of(ctx, version_id):
    return ctx.db.get(ProductionScheduleVersion, version_id)


def check_member(ctx, path):
    return access.require_member(ctx, version_of(ctx, path["version_id"])["project_id"])


def check_manager(ctx, path):
    return access.require_manager(ctx, version_of(ctx, path["version_id"])["project_id"])


reader = Policy("member of the version's project", check_member) & no_client & no_vendor
manager = Policy("manager of the version's project", check_manager)


@get(f"/data/{VERSION}/task-links", allow=reader)
def get_task_links(ctx, version_id):
    """List the links of a schedule version to tasks, optionally of a `task_type_id`."""
    version, task_type_id = version_of(ctx, version_id), ctx.request.query.get("task_type_id")
    return schedule_versions.task_links(ctx, version["id"], task_type_id, ctx.request.flag("relations"))


@post(f"/actions/{VERSION}/set-task-links-from-production", allow=manager)
def set_task_links_from_production(ctx, version_id):
    """Set the links of a schedule version from the current planning of the tasks."""
    count = schedule_versions.set_from_production(ctx, version_of(ctx, version_id))
    return {"success": True, "task_link_count": count}


@post(
    f"/actions/{VERSION}/set-task-links-from-production-schedule-version",
    allow=manager,
    allow_first=True,
    body={"production_schedule_version_id": Str(required=True)},
)
def set_task_links_from_version(ctx, version_id, production_schedule_version_id):
    """Set the links of a schedule version from those of another version."""
    source = version_of(ctx, production_schedule_version_id)
    count = schedule_versions.set_from_version(ctx, version_of(ctx, version_id), source)
    return {"success": True, "task_link_count": count}


@post(f"/actions/{VERSION}/apply-to-production", allow=manager)
def apply_to_production(ctx, version_id):
    """Apply the dates and estimations of a schedule version to the tasks, and lock it."""
    return {"success": True, "task_count": schedule_versions.apply_to_production(ctx, version_of(ctx, version_id))}
