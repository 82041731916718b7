"""Lists of productions."""

from kitsulite.api.policies import signed_in
from kitsulite.domain.projects import projects
from kitsulite.web.route import get


@get("/data/projects/open", allow=signed_in)
def get_open_projects(ctx):
    """List the open productions that the caller sees, with their settings, optionally with a `name`."""
    name = ctx.request.query.get("name")
    if name is not None:
        return projects.open_projects(ctx, name)
    return ctx.db.kept(("open", ctx.person_id, ctx.global_role), lambda: projects.open_projects(ctx), of_setup=True)


@get("/data/projects/all", allow=signed_in)
def get_all_projects(ctx):
    """List the productions that the caller may see, including closed ones, optionally with a `name` in any case."""
    name = ctx.request.query.get("name")
    return projects.all_projects(ctx) if name is None else projects.project_named(ctx, name)
