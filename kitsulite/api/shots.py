"""Shots of a production."""

from kitsulite.auth.policy import manager_of
from kitsulite.domain import shots
from kitsulite.web.fields import Int, Object, Str, Uuid
from kitsulite.web.route import post


@post(
    "/data/projects/<project_id>/shots",
    allow=manager_of("project_id"),
    status=201,
    body={
        "name": Str(required=True, min=1, max=160),
        "sequence_id": Uuid(),
        "data": Object(default=dict, optional=True),
        "nb_frames": Int(),
        "description": Str(),
    },
)
def create_shot(ctx, project_id, **shot):
    """Create a shot in a project; an existing one of the same name and sequence is returned."""
    return shots.create(ctx, project_id, **shot)
