"""News of productions."""

from kitsulite.api.policies import member_of, no_client, signed_in
from kitsulite.domain.comments import news
from kitsulite.models.projects import Project
from kitsulite.web.fields import Bool, Int, Moment, Uuid
from kitsulite.web.route import get

FILTERS = {
    "only_preview": Bool(default=False),
    "task_type_id": Uuid(blank=True),
    "task_status_id": Uuid(blank=True),
    "person_id": Uuid(blank=True),
    "episode_id": Uuid(blank=True),
    "page": Int(default=1),
    "limit": Int(default=news.PAGE),
    "after": Moment(),
    "before": Moment(),
}


@get("/data/projects/<project_id>/news", allow=member_of("project_id") & no_client, args=FILTERS)
def get_project_news(ctx, project_id, **filters):
    """List the news of a production, newest first, with the changes per task status."""
    return news.of_project(ctx, ctx.db.require(Project, project_id), **filters)


@get("/data/projects/news", allow=signed_in, args={**FILTERS, "project_id": Uuid(blank=True)})
def get_open_project_news(ctx, **filters):
    """List the news of the caller's open productions, newest first, with the changes per task status."""
    return news.of_open_projects(ctx, **filters)


@get("/data/projects/<project_id>/news/<news_id>", allow=member_of("project_id") & no_client)
def get_news_entry(ctx, project_id, news_id):
    """Get one entry of a production's news."""
    return news.entry(ctx, ctx.db.require(Project, project_id), news_id)
