"""The work in a production, as plain rows."""

from kitsulite.api.policies import admin, member_of, no_client, no_vendor
from kitsulite.domain.tasks import of_projects
from kitsulite.models.projects import Project
from kitsulite.web import reply
from kitsulite.web.fields import Uuid
from kitsulite.web.route import get

PROJECT = "/data/projects/<project_id>"


def page_of(ctx):
    """The requested page, None for the whole list."""
    return ctx.request.integer("page", 0)


@get(
    f"{PROJECT}/tasks",
    allow=member_of("project_id"),
    allow_first=True,
    long=True,
    args={"task_type_id": Uuid(blank=True), "episode_id": Uuid(blank=True)},
)
def get_project_tasks(ctx, project_id, task_type_id, episode_id):
    """List the tasks of a production, last changed first; vendors see their own."""
    rows = of_projects.tasks(ctx, ctx.db.require(Project, project_id), page_of(ctx), task_type_id, episode_id)
    return reply.tagged(ctx.request, rows)


@get(f"{PROJECT}/comments", allow=member_of("project_id") & no_client & no_vendor)
def get_project_comments(ctx, project_id):
    """List the comments of a production, last changed first."""
    limit = ctx.request.integer("limit", 0)
    return of_projects.comments(ctx, ctx.db.require(Project, project_id), page_of(ctx), limit)


@get(f"{PROJECT}/notifications", allow=admin)
def get_project_notifications(ctx, project_id):
    """List the notifications about tasks of a production, last changed first."""
    return of_projects.notifications(ctx, ctx.db.require(Project, project_id), page_of(ctx))


@get(f"{PROJECT}/subscriptions", allow=admin)
def get_project_subscriptions(ctx, project_id):
    """List the subscriptions to tasks of a production."""
    return of_projects.subscriptions(ctx, ctx.db.require(Project, project_id))


@get(f"{PROJECT}/preview-files", allow=admin)
def get_project_previews(ctx, project_id):
    """List the previews of a production, last changed first."""
    return of_projects.previews(ctx, ctx.db.require(Project, project_id), page_of(ctx))
