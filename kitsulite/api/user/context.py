"""What the caller's client loads right after a login."""

from kitsulite.api.policies import person
from kitsulite.domain.projects import projects
from kitsulite.domain.user import context as user_context
from kitsulite.web.fields import Str
from kitsulite.web.route import get


@get("/data/user/context", allow=person)
def context(ctx):
    """The studio as I see it: persons, types, statuses, open productions, filters, my unread notifications."""
    return ctx.db.kept(("context", ctx.person_id), lambda: user_context.context(ctx))


@get("/data/user/projects/open", allow=person, args={"name": Str()})
def open_projects(ctx, name):
    """The open productions of my teams (all for an admin); `name` keeps the one of that name."""
    return projects.open_projects_of_caller(ctx, name)
