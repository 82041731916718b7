"""The team of a production."""

from kitsulite.api.policies import manager_of, member_of
from kitsulite.domain.projects import team
from kitsulite.models.choices import PROJECT_ROLES
from kitsulite.web.fields import Str
from kitsulite.web.route import delete, get, post, put

TEAM = "/data/projects/<project_id>/team"


@get(TEAM, allow=member_of("project_id"))
def get_team(ctx, project_id):
    """List the persons in the team of a project."""
    return team.members(ctx, project_id)


@post(
    TEAM,
    allow=manager_of("project_id"),
    status=201,
    body={"person_id": Str(required=True, min=1), "role": Str(choices=PROJECT_ROLES)},
)
def add_to_team(ctx, project_id, person_id, role):
    """Add a person to the team of a project."""
    return team.add(ctx, project_id, person_id, role)


@put(f"{TEAM}/<person_id>", allow=manager_of("project_id"), body={"role": Str(choices=PROJECT_ROLES)})
def set_role_in_team(ctx, project_id, person_id, role):
    """Set the role of a member on a project; null for their global role."""
    return team.set_role(ctx, project_id, person_id, role)


@delete(f"{TEAM}/<person_id>", allow=manager_of("project_id"))
def remove_from_team(ctx, project_id, person_id):
    """Remove a person from the team of a project."""
    team.remove(ctx, project_id, person_id)
