"""What a client loads after a login."""

from kitsulite.api.policies import person
from kitsulite.domain.projects import projects
from kitsulite.domain.user import context as user_context
from kitsulite.web.fields import Str
from kitsulite.web.route import get


@get("/data/user/context", allow=person)
def context(ctx):
    """Get the studio as I see it: persons, types, statuses, open productions, filters, unread notifications."""
    return user_context.context(ctx)


@get("/data/user/projects/open", allow=person, args={"name": Str()})
def open_projects(ctx, name):
    """List the open productions of my teams (for an admin all), optionally with a `name`."""
    return projects.open_projects_of_caller(ctx, name)
